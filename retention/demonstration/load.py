"""Loading the demonstration's dossiers: in chunks, each whole or absent, taken up again where it stopped.

The chunk's transaction moves the job's own number, so that neither a killed run nor two runs at once bring a
dossier in twice, and none comes back that the demonstration itself destroyed.
"""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager

from django.db import connection
from django.utils import timezone

from casefiles.bulk import Arrival, bring_in
from casefiles.demonstration import KIND
from casefiles.models import Job
from retention.demonstration.accesses import happen
from retention.demonstration.casefile import Makers, make
from retention.demonstration.people import staff
from retention.demonstration.plan import TOTAL, Planned, plan
from retention.demonstration.proceedings import proceed

CHUNK = 25


def job() -> Job:
    """Return the load's job, making it when there is none yet; what is planned counts back from its first day."""
    found, _new = Job.objects.get_or_create(kind=KIND, defaults={"total": TOTAL})
    return found


def unfinished() -> bool:
    """Tell whether a load was begun and is not done."""
    return Job.objects.filter(kind=KIND).exclude(state=Job.State.DONE).exists()


def load(on_progress: Callable[[int], object] = lambda count: None) -> bool:
    """Load what is not there yet; return False when another process is loading, or all is done.

    `on_progress` is called with the number of dossiers that came in. A failure is in the job as its type's name,
    and the next load goes on from there.
    """
    with _alone() as alone:
        current = job()
        if not alone or current.state == Job.State.DONE:
            return False
        _note(current, Job.State.RUNNING)
        try:
            _load(current, on_progress)
            proceed()
            happen()
        except Exception as error:
            _note(current, Job.State.FAILED, type(error).__name__)
            raise
        _note(current, Job.State.DONE)
    return True


def _load(current: Job, on_progress: Callable[[int], object]) -> None:
    day = timezone.localdate(current.made_at)
    makers = Makers.of(staff(), day)
    on_progress(current.done)
    waiting = list(plan(day))[current.done :]
    for start in range(0, len(waiting), CHUNK):
        chunk = waiting[start : start + CHUNK]
        _bring(current, chunk, makers)
        on_progress(len(chunk))


def _bring(current: Job, chunk: list[Planned], makers: Makers) -> None:
    def within(_arrivals: Sequence[Arrival]) -> None:
        Job.objects.filter(pk=current.pk).update(done=chunk[-1].number + 1, moved_at=timezone.now())

    bring_in([make(planned, makers) for planned in chunk], ground=KIND, within=within)


def _note(current: Job, state: Job.State, problem: str = "") -> None:
    Job.objects.filter(pk=current.pk).update(state=state, problem=problem, moved_at=timezone.now())


@contextmanager
def _alone() -> Iterator[bool]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_lock(hashtext('retention.demonstration'))")
        (alone,) = cursor.fetchone()
        try:
            yield bool(alone)
        finally:
            if alone:
                cursor.execute("SELECT pg_advisory_unlock(hashtext('retention.demonstration'))")
