"""Placing and lifting holds. A hold always beats an approval until the claim of destruction has committed."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.db import transaction
from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext as _

from casefiles import journal
from casefiles.models import AccessEvent, User
from retention.models import Clock, Hold, HoldCover
from retention.states import LIVING


class NotYours(Exception):
    """A hold is lifted by another person than its owner."""


@dataclass(frozen=True, slots=True)
class Placed:
    """A new hold, with the dossiers that it covers and those for which it came too late."""

    hold: Hold
    covered: tuple[UUID, ...]
    too_late: tuple[UUID, ...]


def place(dossier_ids: Iterable[UUID], reason: Hold.Reason, *, owner: User, review_on: date) -> Placed:
    """Hold the dossiers. Locks their clocks first, so that a claim is wholly before or wholly after it."""
    wanted = set(dossier_ids)
    with transaction.atomic():
        clocks = list(Clock.objects.select_for_update().filter(dossier_id__in=wanted).order_by("pk"))
        covered = tuple(c.dossier_id for c in clocks if c.dossier_id and c.state in LIVING)
        hold = Hold.objects.create(reason=reason, owner=owner, review_on=review_on)
        HoldCover.objects.bulk_create(HoldCover(hold=hold, dossier_id=dossier_id) for dossier_id in covered)
        Clock.objects.filter(dossier_id__in=covered).update(held=F("held") + 1)
        journal.record_many(AccessEvent.Action.HOLD, owner, list(covered), ground=reason)
    return Placed(hold, covered, tuple(wanted - set(covered)))


def lift(hold: Hold, *, by: User) -> None:
    """Lift a hold; what other holds cover stays held. Raises NotYours when the owner tries it alone."""
    if by.pk == hold.owner_id:
        raise NotYours(_("A hold is lifted by a second person: ask a colleague."))
    with transaction.atomic():
        lifted = Hold.objects.filter(pk=hold.pk, lifted_at=None).update(lifted_at=timezone.now(), lifted_by=by)
        if not lifted:
            return
        covered = list(HoldCover.objects.filter(hold=hold).values_list("dossier_id", flat=True))
        Clock.objects.filter(dossier_id__in=covered, held__gt=0).update(held=F("held") - 1)
        journal.record_many(AccessEvent.Action.LIFT, by, covered, ground=hold.reason)
