"""Lifting holds: by a second person, wholly or for one dossier; what other holds cover stays held."""

from collections import Counter
from collections.abc import Callable
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from casefiles import journal
from casefiles.models import AccessEvent, User
from retention.holds import covering, who
from retention.holds.placing import INLINE, give_job
from retention.models import Clock, Hold, HoldCover


def lift(hold: Hold, *, by: User) -> None:
    """Lift a hold; lifting it again changes nothing. Of one that covers very many, the covers go by a job.

    Raises NotYours when the owner tries it alone, and Refused.
    """
    if not Hold.objects.filter(pk=hold.pk, lifted_at=None).exists():
        return
    who.require_lifter(by, hold)
    with transaction.atomic():
        if not Hold.objects.filter(pk=hold.pk, lifted_at=None).update(lifted_at=timezone.now(), lifted_by=by):
            return
        if hasattr(hold, "criterion"):
            journal.record(AccessEvent.Action.LIFT, by, ground=f"{hold.reason} {hold.name}")
        count = who.standing(hold)
        if count > INLINE:
            give_job(hold, count, by)
        else:
            release_all(hold, by=by)


def lift_by_itself(hold: Hold) -> None:
    """Let the system lift a hold whose ground has passed by law, in the caller's transaction."""
    if Hold.objects.filter(pk=hold.pk, lifted_at=None).update(lifted_at=timezone.now()):
        release_all(hold, by=None)


def lift_for(hold: Hold, dossier_id: UUID, *, by: User) -> bool:
    """Lift a hold for one of its dossiers; return whether that changed anything. Raises NotYours and Refused.

    A hold by criterion stays, and does not catch this dossier again. A hold on named dossiers ends with its last.
    """
    who.require_lifter(by, hold)
    with transaction.atomic():
        if not _release(hold, by, dossier_id=dossier_id):
            return False
        if not hasattr(hold, "criterion") and not who.standing(hold):
            Hold.objects.filter(pk=hold.pk, lifted_at=None).update(lifted_at=timezone.now(), lifted_by=by)
    return True


def release_all(hold: Hold, *, by: User | None, told: Callable[[int], None] = lambda n: None) -> None:
    """Release all that a lifted hold covers, batch by batch, each a transaction; safe to repeat."""
    while released := _release(hold, by):
        told(released)


@transaction.atomic
def _release(hold: Hold, by: User | None, dossier_id: UUID | None = None) -> int:
    """Release one batch, or one dossier: lock the clocks, then mark the covers and count them off."""
    covers = HoldCover.objects.filter(hold=hold, lifted_at=None)
    if dossier_id is not None:
        covers = covers.filter(dossier=dossier_id)
    batch = list(covers.order_by("pk").values_list("dossier_id", flat=True)[: covering.BATCH])
    clocks = {c.dossier_id: c.pk for c in Clock.objects.select_for_update().filter(dossier__in=batch).order_by("pk")}
    ours = list(covers.filter(dossier__in=batch).values_list("dossier_id", flat=True))  # again, now that we have them
    if not covers.filter(dossier__in=ours).update(lifted_at=timezone.now(), lifted_by=by):
        return 0
    covering.count_on_clocks(Counter(clocks[i] for i in ours if i in clocks), -1)
    journal.record_many(AccessEvent.Action.LIFT, by, ours, ground=hold.reason)
    return len(ours)
