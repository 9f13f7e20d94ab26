"""The subject slip: offered before destruction, printed as a letter, and its secret destroyed here once handed over.

From then on this organisation cannot tie a receipt to a person any more; whoever holds the letter can.
"""

from dataclasses import replace
from datetime import datetime

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from casefiles import journal, lifecycle
from casefiles.access import Ability, can, refuse
from casefiles.lifecycle.fencing import fence
from casefiles.models import AccessEvent, Dossier, DossierFacts, Party, User
from retention.ledger.slip import Slip
from retention.models import SlipOffer
from retention.papers.typesetting import typeset
from retention.receipts import letter
from retention.receipts.facts import subject_claim, tombstone

GROUND = "slip"
Outcome = SlipOffer.Outcome
SAID = (Outcome.OFFERED, Outcome.DECLINED, Outcome.NOT_REACHED)  # what a person records; the rest records itself


class NotNow(Exception):
    """This step is not possible now; the message says why and what to do."""


def may_make(user: User, dossier: Dossier) -> bool:
    """Tell whether a person may offer and print the slip of a dossier: they who know the young person."""
    return can(user, Ability.CONTRIBUTE, dossier)


def newest(dossier: Dossier) -> SlipOffer | None:
    """Return the last step of the offer, or None when nothing was offered yet."""
    return SlipOffer.objects.filter(dossier=dossier).select_related("recorded_by").order_by("-recorded_at").first()


def record(dossier: Dossier, outcome: str, *, by: User) -> None:
    """Record what became of the offer. Raises Refused, NotWritable, and NotNow once the slip was handed over."""
    _require(by, dossier)
    with transaction.atomic():
        locked = fence(dossier.pk, Dossier.Status.OPEN, Dossier.Status.CLOSED)
        _check_kept(locked)
        _note(locked, Outcome(outcome), by)


def printed(dossier: Dossier, *, by: User) -> bytes:
    """Return the letter with the slip, and freeze what the receipt will state about whom.

    Raises Refused, NotWritable while the dossier is not closed, and NotNow once the slip was handed over.
    """
    _require(by, dossier)
    with transaction.atomic():
        locked = fence(dossier.pk, Dossier.Status.CLOSED)
        _check_kept(locked)
        slip = _slip(locked)
        _store(locked, replace(locked.facts, subject_secret=slip.secret, subject=slip.subject))
        _note(locked, Outcome.PRINTED, by)
    made_at: datetime = timezone.now()
    return typeset(letter.sheet(slip, made_at), made_at)


def hand_over(dossier: Dossier, *, by: User) -> None:
    """Destroy the secret of a slip whose letter was given. Raises Refused, NotWritable, and NotNow without a letter.

    A fresh secret takes its place, under which documents of a reopened dossier get digests that no slip opens.
    """
    _require(by, dossier)
    with transaction.atomic():
        locked = fence(dossier.pk, Dossier.Status.CLOSED)
        _check_kept(locked)
        if not locked.facts.subject:
            raise NotNow(_("There is no letter yet. Make it first."))
        fresh = lifecycle.fresh_facts()
        _store(locked, replace(locked.facts, subject_secret=fresh.subject_secret))
        _note(locked, Outcome.HANDED_OVER, by)


def _require(user: User, dossier: Dossier) -> None:
    if not may_make(user, dossier):
        refuse(user, GROUND, dossier)


def _check_kept(dossier: Dossier) -> None:
    if SlipOffer.objects.filter(dossier=dossier, outcome=Outcome.HANDED_OVER).exists():
        raise NotNow(_("The slip was handed over and its secret is destroyed here. It cannot be made again."))


def _slip(dossier: Dossier) -> Slip:
    youths = list(Party.objects.filter(dossier=dossier, role=Party.Role.YOUTH))
    claim = subject_claim(dossier, youths)
    return Slip(dossier.facts.subject_secret, claim, tombstone(dossier.pk).hex())


def _store(dossier: Dossier, facts: DossierFacts) -> None:
    dossier.facts = facts
    dossier.save(update_fields=["facts"])


def _note(dossier: Dossier, outcome: SlipOffer.Outcome, by: User) -> None:
    SlipOffer.objects.create(dossier=dossier, outcome=outcome, recorded_by=by)
    journal.record(AccessEvent.Action.CHANGE, by, dossier.pk, ground=GROUND, outcome_of_offer=str(outcome))
