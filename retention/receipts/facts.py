"""What a receipt will state about a dossier, gathered before its key is destroyed: unreadable after that.

Pseudonymous: nothing here points to a person without the slip (design/receipts.md).
"""

import hashlib
import hmac
import secrets
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import UUID

import rfc8785
from django.conf import settings
from django.db.models import Count, Max, Min
from django.utils import timezone

from casefiles.models import Document, Dossier, Entry, Party
from casefiles.vault import keys
from casefiles.vault.keys import derive
from casefiles.vault.models import DossierKey
from retention.ledger import slip
from retention.ledger.annex import annex_root
from retention.models import Approval, ListItem, RuleVersion, Transfer
from retention.schedule import Action

BUCKETS = ((0, "0"), (9, "1-9"), (99, "10-99"), (999, "100-999"))


def tombstone(dossier_id: UUID) -> bytes:
    """Return SHA-256("tomb/v1" ‖ dossier id): what a dossier is called in the log."""
    return hashlib.sha256(b"tomb/v1" + dossier_id.bytes).digest()


def bucket(count: int) -> str:
    """Return a count as a bucket: exact counts could single a person out."""
    return next((name for most, name in BUCKETS if count <= most), "1000+")


def gather(items: list[ListItem]) -> dict[UUID, dict[str, Any]]:
    """Return the facts of every dossier in a batch, by id. Raises KeyShredded when a key is gone already."""
    ids = [item.dossier_id for item in items]
    keys.open_many(ids)
    dossiers = Dossier.objects.in_bulk(ids)
    people = _by_dossier(Party.objects.filter(dossier__in=ids, role=Party.Role.YOUTH))
    documents = _by_dossier(Document.objects.filter(dossier__in=ids).only("dossier_id", "digest"))
    entries = _entries(ids)
    epochs = {key.dossier_id: key for key in DossierKey.objects.filter(dossier_id__in=ids)}
    grounds = {version.pk: _ground(version) for version in {item.destruction_list.rule for item in items}}
    transfers = _transfers(items)
    stated = ("item_id", "stage", "approved_at", "approver_role", "approver__name")
    approvals = _by_item(Approval.objects.filter(item__in=items).select_related("approver").only(*stated))
    return {
        item.dossier_id: {
            "tombstone": tombstone(item.dossier_id).hex(),
            "subject": _subject(dossiers[item.dossier_id], people.get(item.dossier_id, [])),
            "category": dossiers[item.dossier_id].kind,
            "ground": grounds[item.destruction_list.rule_id],
            "period": _period(dossiers[item.dossier_id], entries.get(item.dossier_id, NO_ENTRIES)),
            "key": _key(item.dossier_id, epochs[item.dossier_id]),
            "counts": {
                "documents": bucket(len(documents.get(item.dossier_id, []))),
                "rows": bucket(entries.get(item.dossier_id, NO_ENTRIES).count),
            },
            **_annex(documents.get(item.dossier_id, [])),
            "imported": bool(dossiers[item.dossier_id].source),
            "horizon": (timezone.localdate() + timedelta(days=settings.BACKUP_HORIZON_DAYS)).isoformat(),
            **_authorised(approvals.get(item.pk, [])),
            **transfers.get(item.dossier_id, {}),
        }
        for item in items
    }


def _transfers(items: list[ListItem]) -> dict[UUID, dict[str, Any]]:
    """Return to whom the dossiers of a list went that are transferred, and the checksum by which it confirmed."""
    if items[0].destruction_list.rule.rule.action is not Action.TRANSFER:
        return {}
    return {
        dossier_id: {
            "transfer": {
                "receiver": found.receiver,
                "package": found.checksum,
                "confirmed": timezone.localdate(found.confirmed_at).isoformat(),
            }
        }
        for dossier_id, found in Transfer.confirmed(item.dossier_id for item in items).items()
    }


@dataclass(frozen=True, slots=True)
class _Entries:
    """How many entries a dossier has, and the years of the first and the last."""

    count: int
    years: tuple[int, ...]


NO_ENTRIES = _Entries(0, ())


def _entries(ids: list[UUID]) -> dict[UUID, _Entries]:
    rows = Entry.objects.filter(dossier__in=ids).values("dossier_id").order_by("dossier_id")
    summed = rows.annotate(count=Count("pk"), first=Min("occurred_on"), last=Max("occurred_on"))
    return {row["dossier_id"]: _Entries(row["count"], (row["first"].year, row["last"].year)) for row in summed}


def _by_dossier(rows: Iterable[Any]) -> dict[UUID, list[Any]]:
    grouped: dict[UUID, list[Any]] = {}
    for row in rows:
        grouped.setdefault(row.dossier_id, []).append(row)
    return grouped


def _by_item(rows: Iterable[Approval]) -> dict[int, list[Approval]]:
    grouped: dict[int, list[Approval]] = {}
    for row in rows:
        grouped.setdefault(row.item_id, []).append(row)
    return grouped


def subject_claim(dossier: Dossier, youths: list[Party]) -> bytes:
    """Return the canonical JSON that the subject slip repeats: names, birth dates and reference, never the BSN."""
    people = (
        (
            " ".join(filter(None, (p.facts.given_names, p.facts.prefix, p.facts.surname))),
            p.facts.birth_date.isoformat() if p.facts.birth_date else "",
        )
        for p in youths
    )
    return slip.subject_claim(dossier.reference, people)


def _subject(dossier: Dossier, youths: list[Party]) -> str:
    """Return what a slip proves: as it was frozen when one was printed, or by the dossier's own secret."""
    frozen: str = dossier.facts.subject
    return frozen or hmac.new(dossier.facts.subject_secret, subject_claim(dossier, youths), "sha256").hexdigest()


def _ground(version: RuleVersion) -> dict[str, Any]:
    return {
        "citation": version.rule.ground,
        "rule": f"{version.category_id} v{version.version}",
        "digest": version.digest,
    }


def _period(dossier: Dossier, entries: _Entries) -> dict[str, int]:
    years = [*entries.years, dossier.opened_on.year, dossier.last_change_on.year]
    return {"first": min(years), "last": max(years)}


def _key(dossier_id: UUID, row: DossierKey) -> dict[str, Any]:
    return {
        "fingerprint": hashlib.sha256(derive(dossier_id, "fingerprint")).hexdigest(),
        "first_epoch": row.first_epoch,
        "last_epoch": row.epoch_id,
    }


def _annex(documents: list[Document]) -> dict[str, Any]:
    """Return the root over the documents' keyed digests, which the leaf states, and the digests, which open it."""
    digests = [bytes(document.digest) for document in documents if document.digest is not None]
    return {"annex": annex_root(digests).hex(), "digests": sorted(digest.hex() for digest in digests)}


def _authorised(approvals: list[Approval]) -> dict[str, Any]:
    """Return roles and number of the approvers, and a salted commitment to who they were with its opening."""
    salt = secrets.token_hex(16)
    in_order = sorted(approvals, key=lambda approval: approval.stage)
    who = [
        {"stage": a.stage, "name": a.approver.name, "at": a.approved_at.isoformat(timespec="seconds")} for a in in_order
    ]
    opening: dict[str, Any] = {"salt": salt, "approvers": who}
    return {
        "authorised": {
            "roles": [approval.approver_role for approval in in_order],
            "approvers": len({a.approver_id for a in approvals}),
            "commitment": hashlib.sha256(rfc8785.dumps(opening)).hexdigest(),
        },
        "opening": opening,
    }
