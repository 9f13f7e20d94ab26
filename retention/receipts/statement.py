"""A receipt in plain words: what it states field by field, and whether all of that still holds, checked on the spot."""

import hashlib
import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any, Self

import rfc8785
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from casefiles.dates import full_day
from casefiles.models import Dossier
from casefiles.vault import keys
from retention import mirror
from retention.ledger.verify import verify_contents
from retention.models import Receipt
from retention.receipts import bundle
from retention.receipts.keys import log_verifiers


@dataclass(frozen=True, slots=True)
class Line:
    """One field of a receipt: what it is called, what it says, and what that means."""

    label: str
    value: str
    meaning: str = ""
    code: bool = False


@dataclass(frozen=True, slots=True)
class Person:
    """Who approved, as the organisation keeps it; the receipt itself has only a commitment to this."""

    stage: int
    name: str


@dataclass(frozen=True, slots=True)
class Statement:
    """What a receipt states."""

    operator: str
    on: date
    category: str
    what: tuple[Line, ...]
    ground: tuple[Line, ...]
    proof: tuple[Line, ...]
    approvers: tuple[Person, ...]

    @classmethod
    def of(cls, receipt: Receipt) -> Self:
        """Read the leaf's exact bytes."""
        stated = _stated(receipt)
        return cls(
            operator=stated["operator"],
            on=date.fromisoformat(stated["on"]),
            category=_kind(stated["category"]),
            what=tuple(_what(stated)),
            ground=tuple(_ground(stated)),
            proof=tuple(_proof(stated)),
            approvers=tuple(Person(p["stage"], p["name"]) for p in receipt.opening.get("approvers", ())),
        )


def _stated(receipt: Receipt) -> dict[str, Any]:
    stated: dict[str, Any] = json.loads(bytes(receipt.leaf.body))
    return stated


def _kind(code: str) -> str:
    """Return the word for a category, which is the dossier's kind; an old receipt may have one that is no more."""
    return str(Dossier.Kind(code).label) if code in Dossier.Kind.values else code


def _what(stated: dict[str, Any]) -> Iterator[Line]:
    period = stated["period"]
    yield Line(_("Period"), f"{period['first']}–{period['last']}", _("Years of the first and the last record."))
    for store in stated.get("stores", ()):
        yield Line(_store(store["class"]), f"{store['count']} · {_result(store['result'])}")
    if "sweep" in stated:
        sweep = stated["sweep"]
        found = _("nothing found") if sweep["result"] == "nothing found" else sweep["result"]
        yield Line(
            _("Check afterwards"),
            f"{found}, {full_day(date.fromisoformat(sweep['on']))}",
            _("A separate process, with a login of its own, read back every store."),
        )
    if "transfer" in stated:
        yield from _transfer(stated["transfer"])
    yield Line(
        _("Backups"),
        _("expired on %s at the latest") % full_day(date.fromisoformat(stated["horizon"])),
        _("Until then an old backup may hold the sealed data; it becomes final when its key is gone too."),
    )


def _transfer(transfer: dict[str, str]) -> Iterator[Line]:
    day = full_day(date.fromisoformat(transfer["confirmed"]))
    yield Line(_("Transferred to"), transfer["receiver"], _("The receiver confirmed the package on %s.") % day)
    meaning = _("SHA-256 of the package: who received it can compute the same.")
    yield Line(_("Checksum of the package"), transfer["package"], meaning, code=True)


def _store(name: str) -> str:
    names = {"key vault": _("Keys"), "database rows": _("Entries and other rows"), "documents": _("Documents")}
    return names.get(name, name)


def _result(name: str) -> str:
    return _("gone") if name == "gone" else name


def _ground(stated: dict[str, Any]) -> Iterator[Line]:
    ground, authorised = stated["ground"], stated["authorised"]
    yield Line(_("Legal ground"), ground["citation"])
    yield Line(_("Rule"), ground["rule"], _("Category and version of the retention rule that was applied."))
    count = authorised["approvers"]
    yield Line(_("Approved by"), ngettext("%d person", "%d different people", count) % count)


def _proof(stated: dict[str, Any]) -> Iterator[Line]:
    words = {
        "tombstone": (_("Dossier"), _("A fingerprint of the dossier's random number: not its reference, not a name.")),
        "subject": (
            _("Data subject"),
            _("Who holds the slip with the secret can show that this receipt is about them."),
        ),
        "annex": (_("Documents"), _("One fingerprint over all documents, keyed with the secret on the slip.")),
    }
    for name, (label, meaning) in words.items():
        yield Line(label, stated[name], meaning, code=True)
    yield Line(_("Key"), stated["key"]["fingerprint"], _("The fingerprint of the key that was destroyed."), code=True)
    yield Line(
        _("Approvers"),
        stated["authorised"]["commitment"],
        _("A salted fingerprint of who approved: the organisation can show it, nobody can guess it."),
        code=True,
    )


@dataclass(frozen=True, slots=True)
class Check:
    """One thing that was checked just now, and whether it holds."""

    holds: bool
    words: str


def checks(receipt: Receipt) -> list[Check]:
    """Verify a receipt as an outsider would, and what only the organisation itself can check."""
    language = "nl" if (get_language() or "nl").startswith("nl") else "en"
    files, keys_of_log = bundle.files(receipt), map(str, log_verifiers())
    verdict = verify_contents(files[bundle.RECEIPT], files[bundle.PROOF], files[bundle.POLICY], *keys_of_log)
    found = [Check(verdict.exit_code == 0, verdict.line(language)), _mirrored(receipt)]
    if receipt.opening:
        found.append(_committed(receipt))
    if receipt.type != Receipt.Type.INTENT:
        found.append(_gone(receipt))
    return found


def _mirrored(receipt: Receipt) -> Check:
    if mirror.mirrored_size() > receipt.leaf_id:
        return Check(True, _("It stands in the log outside the database too."))
    return Check(False, _("It does not stand in the log outside the database yet. Check the mirror folder."))


def _committed(receipt: Receipt) -> Check:
    commitment = _stated(receipt)["authorised"]["commitment"]
    if hashlib.sha256(rfc8785.dumps(receipt.opening)).hexdigest() == commitment:
        return Check(True, _("The names of the approvers that are kept here are those that it commits to."))
    return Check(False, _("The names of the approvers that are kept here are not those that it commits to."))


def _gone(receipt: Receipt) -> Check:
    left = Dossier.objects.filter(pk=receipt.dossier_id).exists() or keys.remaining([receipt.dossier_id])
    if left:
        return Check(False, _("Something of the dossier is here again. Tell your administrator at once."))
    return Check(True, _("The dossier and its key are not here any more."))
