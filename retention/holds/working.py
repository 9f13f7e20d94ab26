"""The long work of holds: covering or releasing very many dossiers as a job, and the nightly check that all is held."""

import logging
from dataclasses import dataclass
from uuid import UUID

from django.db import connection, transaction

from casefiles import jobs, journal
from casefiles.models import AccessEvent, Job
from retention.holds import covering, lifting, who
from retention.models import Clock, Hold, HoldCover

log = logging.getLogger(__name__)

# Clocks whose number is not that of their covers; there are none unless something went wrong.
MISCOUNTED = """
    SELECT clock.id, clock.held, count(cover.id) FROM retention_clock clock
    LEFT JOIN retention_holdcover cover ON cover.dossier_id = clock.dossier_id AND cover.lifted_at IS NULL
    WHERE clock.dossier_id IS NOT NULL
        AND (clock.held > 0 OR EXISTS (SELECT 1 FROM retention_holdcover c
            WHERE c.dossier_id = clock.dossier_id AND c.lifted_at IS NULL))
    GROUP BY clock.id HAVING clock.held <> count(cover.id)
"""


@dataclass(frozen=True, slots=True)
class Checked:
    """What the nightly check had to mend: dossiers caught late, covers of lifted holds, wrong counts."""

    caught: int
    released: int
    recounted: int


def waiting() -> list[UUID]:
    """Return the jobs of holds that wait, or that a dead worker left standing."""
    return list(Job.objects.filter(jobs.free(), kind="hold").values_list("pk", flat=True))


def carry_out(job_id: UUID) -> None:
    """Cover what a hold means, or release what a lifted one covered. A job taken over by another worker stops here."""
    progress = jobs.take(job_id)
    if progress is None:
        return
    hold = Hold.objects.filter(job=job_id).first()

    def told(count: int) -> None:
        for _dossier in range(count):
            progress.advance()

    try:
        if hold is not None and hold.lifted_at is not None:
            lifting.release_all(hold, by=hold.lifted_by, told=told)
        elif hold is not None:
            covering.cover_all(hold, HoldCover.How.PLACED, by=hold.owner, told=told)
        progress.finish()
    except jobs.TakenOver:
        log.warning("the job of a hold was taken over by another worker")


def check() -> Checked:
    """Check every night that all that should be held is held. What it mends it logs, per dossier, as the system."""
    caught = released = 0
    for hold in Hold.objects.filter(criterion__isnull=False, lifted_at=None):
        caught += covering.cover_all(hold, HoldCover.How.REPAIRED, by=None)
    left = HoldCover.objects.filter(lifted_at=None, hold__lifted_at__isnull=False).values("hold")
    for hold in Hold.objects.filter(pk__in=left).exclude(job__in=waiting()):
        released += who.standing(hold)
        lifting.release_all(hold, by=None)
    checked = Checked(caught, released, _recount())
    if checked != Checked(0, 0, 0):
        log.warning("the nightly check of holds mended something: %s", checked)
    return checked


def _recount() -> int:
    with connection.cursor() as cursor:
        cursor.execute(MISCOUNTED)
        suspects = [clock_id for clock_id, _held, _covers in cursor.fetchall()]
    return sum(_mend(clock_id) for clock_id in suspects)


@transaction.atomic
def _mend(clock_id: int) -> bool:
    """Count the covers of one clock again, now that it is locked; what was only under way is no mistake."""
    clock = Clock.objects.select_for_update().get(pk=clock_id)
    count = HoldCover.objects.filter(dossier=clock.dossier_id, lifted_at=None).count()
    if clock.held == count:
        return False
    journal.record(AccessEvent.Action.HOLD, None, clock.dossier_id, ground="recounted", before=clock.held, after=count)
    clock.held = count
    clock.save(update_fields=["held"])
    return True
