"""Progress: a number in the database, so that the browser, the terminal and a restarted worker see the same bar.

A job is taken by a conditional UPDATE and stays taken as long as its heart beats; whoever finds it still for
STALE may take it over, and the one that was too slow notices at its next beat and stops.
"""

import logging
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import UUID

from celery import Task
from django.db.models import Q
from django.utils import timezone
from kombu.exceptions import OperationalError
from tqdm import tqdm

from casefiles.models import Job

STALE = timedelta(seconds=120)
BEAT_SECONDS = 0.5
POLL_SECONDS = 0.5

State = Job.State

log = logging.getLogger(__name__)


class TakenOver(Exception):
    """Another worker found this job standing still and goes on with it: this one stops."""


@dataclass(frozen=True, slots=True)
class Bar:
    """What a progress bar shows, wherever it is: how many of how many are done, and how many failed."""

    done: int
    total: int
    failed: int = 0

    @property
    def percent(self) -> int:
        """Whole percents, rounded down: 100 only when all is done."""
        return min(100, self.done * 100 // self.total) if self.total else 0


def bar_of(job: Job) -> Bar:
    """Return a job's bar."""
    return Bar(job.done, job.total, job.failed)


def free() -> Q:
    """Return the condition for jobs that a worker may take now: waiting, or standing still for too long."""
    return Q(state=State.WAITING) | Q(state=State.RUNNING, moved_at__lt=timezone.now() - STALE)


def take(job_id: UUID, show: Callable[[Bar], None] | None = None) -> "Progress | None":
    """Take a free job; None when it is done, or another worker has it. `show` gets the bar whenever it moves."""
    taken = Job.objects.filter(free(), pk=job_id).update(state=State.RUNNING, problem="", moved_at=timezone.now())
    return Progress(Job.objects.get(pk=job_id), show) if taken else None


class Progress:
    """The bar of a taken job. It never runs back, also when the work is walked through again after a restart."""

    def __init__(self, job: Job, show: Callable[[Bar], None] | None = None) -> None:
        self.job = job
        self.show = show
        self.done = 0
        self._written = time.monotonic()

    def expect(self, total: int) -> None:
        """Say how much there is to do. Raises TakenOver."""
        self._write(total=total)

    def advance(self, count: int = 1) -> None:
        """Count more as done, or none as a sign of life; the database is told twice a second. Raises TakenOver."""
        self.done += count
        if time.monotonic() - self._written >= BEAT_SECONDS:
            self._write()

    def finish(self, failed: int = 0) -> None:
        """End the job: all that could be done is done, and `failed` of it could not. Raises TakenOver."""
        self._write(state=State.DONE, failed=failed)

    def fail(self, problem: str) -> None:
        """End the job: it cannot be done; `problem` is a code. Raises TakenOver."""
        self._write(state=State.FAILED, problem=problem)

    def release(self, problem: str) -> None:
        """Let the job wait to be taken again; `problem` is the code of what it waits for. Raises TakenOver."""
        self._write(state=State.WAITING, problem=problem)

    def _write(self, **values: int | str) -> None:
        now, done = timezone.now(), max(self.done, self.job.done)
        ours = Job.objects.filter(pk=self.job.pk, state=State.RUNNING, moved_at=self.job.moved_at)
        if not ours.update(done=done, moved_at=now, **values):
            raise TakenOver(str(self.job.pk))
        self.job.done, self.job.moved_at = done, now
        self.job.total = int(values.get("total", self.job.total))
        self._written = time.monotonic()
        if self.show:
            self.show(bar_of(self.job))


def ring(task: "Task[Any, Any]", *arguments: int | str) -> None:
    """Ring a task's bell, after the commit. With a broken bell nothing is lost: beat rings within a minute."""
    try:
        task.delay(*arguments)
    except OperationalError as error:
        log.warning("the broker does not answer (%s): %s starts at the next beat", type(error).__name__, task.name)


def watch(unit: str, read: Callable[[], tuple[Bar, bool]]) -> None:
    """Show a bar in the terminal until `read` says that it stands still for good; `unit` is what is counted."""
    bar, over = read()
    with tqdm(total=bar.total, initial=0, unit=unit, disable=None) as shown:
        while True:
            shown.total = bar.total
            shown.update(bar.done - shown.n)
            if over:
                return
            time.sleep(POLL_SECONDS)
            bar, over = read()
