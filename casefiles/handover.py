"""Handing a case load over: dossier by dossier, each with its own result, by a job that can be resumed.

The taker leads from then on, and what the giver had on the dossier ends; treatment secrecy is not handed over.
"""

from collections.abc import Iterable
from uuid import UUID

from django.db import transaction
from django.db.models import Exists, OuterRef, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from casefiles import access, jobs, journal, standing_in
from casefiles.access import Ability
from casefiles.lifecycle import NotWritable, fence
from casefiles.membership import PRESENT, NotPossible
from casefiles.models import AccessEvent, Dossier, DossierUserGrant, HandOver, HandOverItem, Job, User

KIND = "handover"
MOST = 500  # in one hand-over: as many as a person can look through
Result = HandOverItem.Result


def case_load(user: User) -> QuerySet[Dossier]:
    """Return the dossiers that a person leads by a grant of their own, the newest first."""
    leads = DossierUserGrant.objects.filter(
        content_object=OuterRef("pk"), user=user, permission__codename=Ability.LEAD, until__gt=timezone.now()
    )
    return Dossier.objects.present().filter(Exists(leads)).order_by("-last_change_on", "reference")


def _others_lead(user: User) -> Exists:
    others = DossierUserGrant.objects.filter(
        content_object=OuterRef("pk"),
        permission__codename=Ability.LEAD,
        until__gt=timezone.now(),
        user__is_active=True,
    )
    return Exists(others.exclude(user=user))


def leaderless_without(user: User) -> QuerySet[Dossier]:
    """Return the dossiers that nobody else leads: they must be handed over when this person leaves."""
    return case_load(user).filter(~_others_lead(user))


def with_other_leads(user: User) -> list[tuple[str, bool]]:
    """Return the reference of every dossier that a person leads, and whether somebody else leads it too."""
    return list(case_load(user).annotate(shared=_others_lead(user)).values_list("reference", "shared"))


def begin(giver: User, taker: User, dossier_ids: Iterable[UUID], reason: HandOver.Reason, *, by: User) -> HandOver:
    """Begin a hand-over; the worker carries it out. Raises Refused and NotPossible."""
    if not standing_in.may_arrange_for(by, giver):
        access.refuse(by, "hand over")
    if taker.pk == giver.pk or not standing_in.workers().filter(pk=taker.pk).exists():
        raise NotPossible(_("Choose a colleague who works with dossiers, and another one than who hands over."))
    with transaction.atomic():
        chosen = list(case_load(giver).filter(pk__in=list(dossier_ids)).values_list("pk", "reference"))
        if not chosen:
            raise NotPossible(_("Choose at least one dossier."))
        job = Job.objects.create(kind=KIND, started_by=by, total=len(chosen))
        made = HandOver.objects.create(job=job, giver=giver, taker=taker, reason=reason)
        HandOverItem.objects.bulk_create(
            HandOverItem(hand_over=made, dossier_id=pk, reference=reference) for pk, reference in chosen
        )
    return made


def waiting() -> list[UUID]:
    """Return the hand-overs that a worker may take up."""
    return list(Job.objects.filter(jobs.free(), kind=KIND).values_list("pk", flat=True))


def carry_out(job_id: UUID) -> None:
    """Hand every waiting dossier over; safe to run twice, and goes on where a killed worker stopped."""
    progress = jobs.take(job_id)
    if progress is None:
        return
    hand_over = HandOver.objects.select_related("giver", "taker", "job__started_by").get(pk=job_id)
    items = hand_over.items.order_by("pk")
    progress.expect(items.count())
    for item in items:
        if item.result == Result.WAITING:
            _settle(item, hand_over)
        progress.advance()
    progress.finish(failed=hand_over.items.exclude(result=Result.DONE).count())


def _settle(item: HandOverItem, hand_over: HandOver) -> None:
    with transaction.atomic():
        try:
            dossier = fence(item.dossier_id, *PRESENT)
            result = _give(dossier, hand_over)
        except NotWritable:
            result = Result.GONE
        HandOverItem.objects.filter(pk=item.pk, result=Result.WAITING).update(result=result)


def _give(dossier: Dossier, hand_over: HandOver) -> HandOverItem.Result:
    """Make the taker lead and end what the giver has; who left while it waited had led until then."""
    now, by = timezone.now(), hand_over.job.started_by
    own = DossierUserGrant.objects.filter(content_object=dossier, user=hand_over.giver)
    since = hand_over.job.made_at
    if not own.filter(permission__codename=Ability.LEAD, until__gte=since).exists():
        return Result.NOT_LED
    access.grant(hand_over.taker, Ability.LEAD, dossier, until=None, reason=hand_over.reason, by=by)
    own.filter(until__gt=now).update(until=now)
    journal.record(AccessEvent.Action.REVOKE, by, dossier.pk, ground=hand_over.reason, of=hand_over.giver.name)
    return Result.DONE
