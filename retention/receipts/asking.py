"""Questions about what was destroyed: "is my file gone?" and "was this dossier in it?" Nothing of them is kept.

The answer is yes, no or unknown. That somebody asked is in the access log; about whom is not.
"""

import json
from dataclasses import dataclass
from datetime import date

from django.db import models
from django.utils.translation import gettext_lazy as _

from casefiles import access, journal
from casefiles.access import METADATA_ROLES
from casefiles.intake import register
from casefiles.models import AccessEvent, Dossier, User
from retention.destruction.claim import TOMBSTONE
from retention.ledger.slip import Slip
from retention.models import DestructionList, Receipt
from retention.receipts import marks

Type = Receipt.Type


class Answer(models.TextChoices):
    """What can be said about a reference or a slip."""

    GONE = "gone", _("Yes, this file is destroyed.")
    FINAL = "final", _("Yes, this file is destroyed, and no backup can bring it back.")
    GOING = "going", _("Not yet: this file is being destroyed.")
    HERE = "here", _("No, this file is still here.")
    UNKNOWN = "unknown", _("Unknown: this file is not here, and it is not known that it was destroyed here.")


@dataclass(frozen=True, slots=True)
class Found:
    """The answer; by a slip also its receipt, of which day it is, and whether the person on the slip agrees with it."""

    answer: Answer
    receipt: Receipt | None = None
    on: date | None = None
    about: bool = False


def may_ask(user: User) -> bool:
    """Tell whether a person answers such questions: who oversees, for they see of every dossier whether it is here."""
    return user.is_active and user.role in METADATA_ROLES


def by_reference(reference: str, *, by: User) -> Found:
    """Answer for a reference. Raises Refused."""
    _require(by)
    found = Found(_known(reference))
    _log(by, found, "reference")
    return found


def by_slip(slip: Slip, *, by: User) -> Found:
    """Answer for a slip. Raises Refused."""
    _require(by)
    found = _proven(slip)
    _log(by, found, "slip")
    return found


def _require(user: User) -> None:
    if not may_ask(user):
        access.refuse(user, "question")


def _known(reference: str) -> Answer:
    dossier = Dossier.objects.filter(reference=reference).only("status").first()
    if dossier is not None:
        return Answer.GOING if dossier.status == Dossier.Status.DESTROYING else Answer.HERE
    return Answer.GONE if marks.known(reference) or register.holds("", reference) else Answer.UNKNOWN


def _proven(slip: Slip) -> Found:
    receipts = {receipt.type: receipt for receipt in _receipts(slip)}
    destroyed = next((receipts[kind] for kind in Receipt.ENDINGS if kind in receipts), None)
    if destroyed is None:
        return Found(Answer.GOING if receipts else _known(json.loads(slip.claim)["reference"]))
    stated = json.loads(bytes(destroyed.leaf.body))
    answer = Answer.FINAL if Type.FINAL in receipts else Answer.GONE
    return Found(answer, destroyed, date.fromisoformat(stated["on"]), slip.is_about(stated))


def _receipts(slip: Slip) -> models.QuerySet[Receipt]:
    """Return the receipts of the tombstone on a slip; the database keeps an index of exactly this expression."""
    found = Receipt.objects.annotate(tombstone=TOMBSTONE).filter(tombstone=bytes.fromhex(slip.tombstone))
    return found.select_related("leaf")


def in_list(chosen: DestructionList, reference: str, *, by: User) -> bool:
    """Tell whether a dossier went by a list that the person may see; the question is logged."""
    held = marks.known(reference, chosen)
    journal.record(AccessEvent.Action.SEARCH, by, ground="certificate", list=chosen.name, answer=held)
    return held


def _log(by: User, found: Found, asked: str) -> None:
    journal.record(AccessEvent.Action.SEARCH, by, ground="former client", by=asked, answer=str(found.answer))
