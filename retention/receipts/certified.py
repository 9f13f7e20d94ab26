"""What a certificate of destruction says, as facts without words: the same in every language, and kept as they are.

Its fields are those of Archiefbesluit 1995 art. 8 (specification, ground, manner), with those of NIST SP 800-88 and
ISO 15489 that software can know; docs/certificate.md ticks them off.
"""

import json
from base64 import b64encode
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

import msgspec
from django.db.models import Max, Min, QuerySet
from django.utils import timezone

from casefiles import journal
from casefiles.models import AccessEvent, User
from casefiles.models.organisation import operator_name
from retention import sequencer
from retention.ledger.checkpoint import Checkpoint as Head
from retention.ledger.note import Note
from retention.ledger.tree import appended, leaf_hash, root, root_plan
from retention.models import Approval, Certificate, Checkpoint, DestructionList, ListItem, Receipt
from retention.states import IN_FLIGHT, ItemStep

IMPORTED = "imported:"


@dataclass(frozen=True, slots=True)
class Person:
    """Who had a part in it, by name and role; `part` is a code, `stage N`, `start` or `request`."""

    part: str
    name: str
    role: str
    at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Log:
    """Where the receipts stand: the head of the log that covers them, and the Merkle root over their own leaves."""

    origin: str
    size: int
    root: str
    seal: str
    first: int
    last: int


@dataclass(frozen=True, slots=True)
class Facts:
    """All that a certificate states. Counts are exact: this is the organisation's own document, not a leaf."""

    operator: str
    list: str
    team: str
    category: str
    rule: int
    citation: str
    made_at: datetime
    dossiers: int
    first_on: date
    last_on: date
    due: tuple[date, date]
    period: tuple[int, int]
    horizon: date
    imported: int
    final: int
    methods: tuple[str, ...]
    checked: tuple[str, ...]
    log: Log
    people: tuple[Person, ...]
    exempted: dict[str, int] = field(default_factory=dict)
    left_out: dict[str, int] = field(default_factory=dict)
    unfinished: int = 0
    failed: int = 0

    @classmethod
    def of(cls, stored: object) -> "Facts":
        """Read them back from a certificate's row. Raises msgspec.ValidationError."""
        return msgspec.convert(stored, cls)

    def stored(self) -> Any:
        """Return them as JSON values."""
        return msgspec.to_builtins(self)


def covered(certificate: Certificate, size: int | None = None) -> QuerySet[Receipt]:
    """Return the `destroyed` receipts that a certificate covers, in the order of the log, below `size` leaves."""
    items = _items(certificate).filter(step=ItemStep.DESTROYED)
    receipts = Receipt.objects.filter(type__in=Receipt.ENDINGS, dossier_id__in=items.values("dossier_id"))
    if size is not None:
        receipts = receipts.filter(leaf__lt=size)
    return receipts.select_related("leaf").order_by("leaf")


def _items(certificate: Certificate) -> QuerySet[ListItem]:
    items = ListItem.objects.filter(destruction_list=certificate.destruction_list_id)
    return items if certificate.receipt is None else items.filter(dossier_id=certificate.receipt.dossier_id)


def seal(receipts: Sequence[Receipt]) -> bytes:
    """Return the RFC 6962 root over the leaves of these receipts alone: one number that stands for all of them."""
    leaves = [leaf_hash(bytes(receipt.leaf.body)) for receipt in receipts]
    return root(len(leaves), appended(0, leaves, {}))


class NothingDestroyed(Exception):
    """There is no receipt yet, and so there is nothing to certify."""


def gather(certificate: Certificate) -> Facts:
    """Read everything that a certificate states from the log, the list and the access log. Raises NothingDestroyed."""
    head = Checkpoint.objects.order_by("-size").first()
    receipts = list(covered(certificate, head.size)) if head else []
    if head is None or not receipts:
        raise NothingDestroyed
    stated = [json.loads(bytes(receipt.leaf.body)) for receipt in receipts]
    items = _items(certificate)
    gone = items.filter(step=ItemStep.DESTROYED).aggregate(first=Min("due_on"), last=Max("due_on"))
    chosen = certificate.destruction_list
    return Facts(
        operator=operator_name(),
        list=chosen.name,
        team=chosen.team.name,
        category=chosen.category_id,
        rule=chosen.rule.version,
        citation=chosen.rule.rule.ground,
        made_at=timezone.now(),
        dossiers=len(receipts),
        due=(gone["first"], gone["last"]),
        log=_log(head, receipts),
        people=tuple(_people(certificate, items)),
        **_stated(stated, receipts),
        **_exceptions(items),
    )


def _stated(stated: list[dict[str, Any]], receipts: list[Receipt]) -> dict[str, Any]:
    """Return what the receipts themselves state, summed up."""
    days = [date.fromisoformat(one["on"]) for one in stated]
    final = Receipt.objects.filter(type=Receipt.Type.FINAL, dossier_id__in=[r.dossier_id for r in receipts])
    return {
        "first_on": min(days),
        "last_on": max(days),
        "period": (min(s["period"]["first"] for s in stated), max(s["period"]["last"] for s in stated)),
        "horizon": max(date.fromisoformat(one["horizon"]) for one in stated),
        "imported": sum(one["method"]["elsewhere"].startswith(IMPORTED) for one in stated),
        "final": final.count(),
        "methods": tuple(sorted({one["method"]["software"] for one in stated})),
        "checked": tuple(sorted({one["sweep"]["verifier"] for one in stated})),
    }


def _exceptions(items: QuerySet[ListItem]) -> dict[str, Any]:
    in_flight = items.filter(step__in=IN_FLIGHT)
    return {
        "exempted": _counted(items.filter(step=ItemStep.EXEMPTED), "exempt_reason"),
        "left_out": _counted(items.filter(step=ItemStep.LEFT_OUT), "failure"),
        "unfinished": items.filter(step=ItemStep.LISTED).count() + in_flight.filter(failure="").count(),
        "failed": in_flight.exclude(failure="").count(),
    }


def _counted(items: QuerySet[ListItem], code: str) -> dict[str, int]:
    return dict(Counter(items.values_list(code, flat=True)))


def _log(head: Checkpoint, receipts: list[Receipt]) -> Log:
    signed = Head.parse(Note.parse(head.note).text)
    return Log(
        origin=signed.origin,
        size=signed.size,
        root=b64encode(signed.root).decode(),
        seal=seal(receipts).hex(),
        first=receipts[0].leaf_id,
        last=receipts[-1].leaf_id,
    )


def _people(certificate: Certificate, items: QuerySet[ListItem]) -> list[Person]:
    approvals = Approval.objects.filter(item__in=items.filter(step=ItemStep.DESTROYED))
    grouped = approvals.values("stage", "approver__name", "approver_role").annotate(at=Max("approved_at"))
    found = [
        Person(f"stage {row['stage']}", row["approver__name"], row["approver_role"], row["at"])
        for row in grouped.order_by("stage", "approver__name")
    ]
    return [*found, *_started(certificate.destruction_list), _asked(certificate)]


def _started(chosen: DestructionList) -> list[Person]:
    by = chosen.started_by
    if by is None:
        return []
    begun = AccessEvent.objects.filter(
        action=AccessEvent.Action.START, ground=chosen.name, outcome=journal.Outcome.DONE, actor_id=by.pk
    )
    return [Person("start", by.name, by.role, begun.aggregate(at=Min("occurred_at"))["at"])]


def _asked(certificate: Certificate) -> Person:
    by: User = certificate.requested_by
    return Person("request", by.name, by.role, certificate.requested_at)


def root_at(size: int) -> str:
    """Return the root of the present log at an earlier size in base64, or nothing when the log is shorter than that."""
    try:
        return b64encode(root(size, sequencer.nodes(root_plan(size).coordinates))).decode()
    except KeyError:
        return ""
