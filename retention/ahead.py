"""Working a changed trigger out beforehand: facts in Python, batch by batch, into rows that take over all at once.

A batch holds its dossiers for some tens of milliseconds; a dossier that changes afterwards loses its row and is worked
out again. So the day's work goes on, and what takes over is what the facts say on that day.
"""

from collections.abc import Sequence
from datetime import date
from types import SimpleNamespace
from uuid import UUID, uuid4

from django.db import connection, transaction
from django.db.models import Exists, OuterRef, QuerySet
from django.utils import timezone

from casefiles import jobs
from casefiles.bulk import copy
from casefiles.models import Dossier, Job, Party
from casefiles.signals import dossier_changed, dossier_closed, dossier_opened, dossier_reopened
from casefiles.vault import keys
from retention import onrequest, timing, transitions
from retention.gathering import CHILDREN, asks_sealed, facts_with
from retention.models import ClockAhead, RuleChange
from retention.schedule import Derivation, Rule, derive

KIND = "rule-ahead"
BATCH = 500  # their keys fit the key cache
FIRST = UUID(int=0)


def connect() -> None:
    """Forget what was worked out for a dossier that changes; call it from AppConfig.ready()."""
    for signal in (dossier_opened, dossier_changed, dossier_closed, dossier_reopened):
        signal.connect(_forget, dispatch_uid="retention.ahead")


def _forget(sender: object, dossier: Dossier, **extra: object) -> None:
    ClockAhead.objects.filter(dossier=dossier).delete()


def begin(change: RuleChange) -> Job:
    """Make the job that works a change out, in the caller's transaction; what was worked out before is gone."""
    ClockAhead.objects.filter(change=change).delete()
    job = Job.objects.create(kind=KIND, total=_dossiers(change).count(), started_by=change.author)
    RuleChange.objects.filter(pk=change.pk).update(job=job)
    return job


def unfinished() -> list[UUID]:
    """Return the jobs that wait or stand still, with those whose dossiers changed since they were worked out."""
    awaited = RuleChange.objects.filter(works_ahead=True, switched_at=None).exclude(state=RuleChange.State.WITHDRAWN)
    for change in awaited.filter(job__state=Job.State.DONE):
        if missing(change).exists():
            Job.objects.filter(rulechange=change, state=Job.State.DONE).update(state=Job.State.WAITING)
    return list(Job.objects.filter(jobs.free(), kind=KIND).values_list("pk", flat=True))


def work(job_id: UUID) -> None:
    """Work out every dossier of the change's category that has not been yet. Goes on where another worker stopped."""
    progress = jobs.take(job_id)
    if progress is None:
        return
    change = RuleChange.objects.filter(job=job_id).first()
    try:
        if change is not None:
            _work(change, progress)
        progress.finish()
    except jobs.TakenOver:
        return


def _work(change: RuleChange, progress: jobs.Progress) -> None:
    last: UUID | None = FIRST
    while last is not None:
        count, last = work_batch(change, last)
        for _dossier in range(count):
            progress.advance()


def work_batch(change: RuleChange, after: UUID) -> tuple[int, UUID | None]:
    """Work out the next dossiers after this id; return how many and the last id, None when there were no more.

    Holds them against every writer until the commit; what a person is writing in is passed over for now.
    """
    with transaction.atomic():
        current = RuleChange.objects.select_for_update(no_key=True).filter(pk=change.pk, job=change.job_id)
        if not current.exists():
            return 0, None  # its trigger changed meanwhile, and that has a job of its own
        wanted = missing(change).filter(pk__gt=after).order_by("pk")
        found = list(wanted.select_for_update(no_key=True, skip_locked=True, of=("self",)).defer("facts")[:BATCH])
        copy(ClockAhead, _rows(change, found))
    return len(found), found[-1].pk if found else None


def _dossiers(change: RuleChange) -> QuerySet[Dossier]:
    """Those of the kind that are not to be destroyed on request; for that category those that are.

    Those of several kinds are few, and which kind governs may change with it: they are worked out at the switch.
    """
    on_request = Exists(onrequest.requests().filter(dossier=OuterRef("pk")))
    if change.category_id == onrequest.CATEGORY:
        return Dossier.objects.present().filter(on_request)
    return Dossier.objects.present().filter(~on_request, kind=change.category_id, also=[])


def missing(change: RuleChange) -> QuerySet[Dossier]:
    """Return the dossiers of the change's category that are not worked out."""
    return _dossiers(change).filter(~Exists(ClockAhead.objects.filter(dossier=OuterRef("pk"), change=change)))


def _rows(change: RuleChange, dossiers: Sequence[Dossier]) -> list[SimpleNamespace]:
    rule = change.rule
    youths = _youths(rule, dossiers)
    on_request = change.category_id == onrequest.CATEGORY
    granted = onrequest.granted([dossier.pk for dossier in dossiers]) if on_request else {}
    found = ((d, facts_with(d, youths.get(d.pk, []), rule, granted.get(d.pk, {}))) for d in dossiers)
    return [_row(change, dossier, derive(rule, facts)) for dossier, facts in found]


def _row(change: RuleChange, dossier: Dossier, derivation: Derivation) -> SimpleNamespace:
    return SimpleNamespace(
        id=uuid4(),
        dossier_id=dossier.pk,
        change_id=change.pk,
        state=str(timing.state_of(derivation)),
        starts_on=list(derivation.starts_on),
    )


def _youths(rule: Rule, dossiers: Sequence[Dossier]) -> dict[UUID, list[Party]]:
    if not asks_sealed(rule):
        return {}
    found: dict[UUID, list[Party]] = {dossier.pk: [] for dossier in dossiers}
    keys.open_many(list(found))
    for youth in Party.objects.filter(dossier__in=found, role__in=CHILDREN):
        found[youth.dossier_id].append(youth)
    return found


def switch_due(day: date) -> int:
    """Let every published change whose day has come take over; return how many clocks changed. Safe to run twice."""
    ready = RuleChange.objects.filter(
        state=RuleChange.State.PUBLISHED, works_ahead=True, switched_at=None, version__valid_from__lte=day
    )
    return sum(_switch(change) for change in ready.select_related("version").order_by("version__version"))


def _switch(change: RuleChange) -> int:
    """Work out what is still missing, then switch while nobody derives by the rule that ends."""
    last: UUID | None = FIRST
    while last is not None:
        _count, last = work_batch(change, last)
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT pg_advisory_xact_lock(hashtext('retention.rule'), hashtext(%s))", [change.category_id]
            )
        _count, more = work_batch(change, FIRST)  # what changed since the last batch
        if more is not None and missing(change).exists():
            return 0  # somebody is writing in it: the next ring tries again
        moved = transitions.switch(change)
        ours = RuleChange.objects.filter(pk=change.pk, switched_at=None)
        if not ours.update(switched_at=timezone.now()):
            raise AssertionError("a change switched twice under its lock")
        timing.recompute_several(change.category_id, timing.Cause.RULE, change.approver)
        ClockAhead.objects.filter(change=change).delete()
    return moved
