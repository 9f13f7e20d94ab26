"""Rotating the key epoch: what survives of a destroyed dossier in backups of the vault loses its root key.

next epoch → every living key rewrapped → every key opened → vault backup made and opened → search index made anew →
old root key and its escrow destroyed, on record. The vault's own rows say how far it came, so that a killed rotation
goes on where it stopped, and no living dossier is ever without a key that opens.
"""

import logging
from collections.abc import Callable, Iterator
from datetime import timedelta
from uuid import UUID

from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext as _

from casefiles import jobs, journal, reindexing
from casefiles.models import AccessEvent, Job, User
from casefiles.vault import backup, dumps, epochs, keys
from casefiles.vault.models import DossierKey, KeyEpoch
from casefiles.vault.roots import RootKeyMissing

KIND = "rotate-keys"
KEY_STAYS_SHUT = "key_does_not_open"
NO_BACKUP = "vault_backup_failed"

_UNFINISHED = (Job.State.WAITING, Job.State.RUNNING)

log = logging.getLogger(__name__)


def ask(by: User | None) -> Job:
    """Return the job of a rotation, made and logged when none is under way; `by` None is the schedule."""
    unfinished = Job.objects.filter(kind=KIND, state__in=_UNFINISHED).first()
    if unfinished:
        return unfinished
    job = Job.objects.create(kind=KIND, started_by=by)
    journal.record(AccessEvent.Action.CHANGE, by, ground="rotate-keys")
    return job


def latest() -> Job | None:
    """Return the last rotation that was asked for."""
    return Job.objects.filter(kind=KIND).order_by("-made_at").first()


def due_on_schedule() -> bool:
    """Tell whether the current root key is older than ROTATION_DAYS."""
    if not settings.ROTATION_DAYS:
        return False
    return keys.current_epoch().made_at < timezone.now() - timedelta(days=settings.ROTATION_DAYS)


def resume() -> None:
    """Go on with a rotation that waits or stands still."""
    job = Job.objects.filter(jobs.free(), kind=KIND).order_by("made_at").first()
    if job:
        carry_out(job.pk)


def explained(problem: str) -> str:
    """Return in words why a rotation stopped and what to do."""
    words = {
        KEY_STAYS_SHUT: _(
            "A dossier's key does not open, so no root key was destroyed. The worker's log names it: restore the "
            "newest backup of the vault, or call whoever keeps the recovery shares. Then rotate again."
        ),
        NO_BACKUP: _(
            "The backup of the vault could not be made or read back, so no root key was destroyed. The worker's log "
            "says why: free disk space or set POSTGRESQL_PROGRAMS. Then rotate again."
        ),
    }
    return words.get(problem, problem)


def carry_out(job_id: UUID, show: Callable[[jobs.Bar], None] | None = None) -> None:
    """Rotate, or go on with the rotation of this job; nothing when another worker has it. `show` gets the bar.

    A key that does not open ends it with a problem for a person, and every root key stays.
    """
    progress = jobs.take(job_id, show)
    if progress is None:
        return
    try:
        _rotate(progress)
    except (epochs.KeyDoesNotOpen, RootKeyMissing) as problem:
        log.error("rotation stopped: %s %s", type(problem).__name__, problem)  # noqa: TRY400 - a traceback may hold keys
        progress.fail(KEY_STAYS_SHUT)
    except dumps.BackupFailed as problem:
        log.error("rotation stopped: %s", problem)  # noqa: TRY400 - pg_dump's own words say it all
        progress.fail(NO_BACKUP)


def _rotate(progress: jobs.Progress) -> None:
    if keys.current_epoch().made_at < progress.job.made_at:  # else a killed worker began this one already
        epochs.begin()
    progress.expect(3 * DossierKey.objects.count())
    progress.advance(DossierKey.objects.filter(epoch=keys.current_epoch()).count())
    for step in STEPS:
        for done in step():
            progress.advance(done)
    progress.finish()


def _test_backup() -> Iterator[int]:
    """Make the newest backup of the vault and open every key in it: from here the older epochs may go."""
    backup.make()
    tested = {"tested_at": timezone.now()}
    KeyEpoch.objects.filter(pk__in=[epoch.pk for epoch in epochs.behind()]).update(**tested)
    yield 0


def _destroy() -> Iterator[int]:
    for epoch in epochs.behind():
        evidence = epochs.destroy(epoch.number)
        journal.record(AccessEvent.Action.DESTROY, None, ground="key-epoch", epoch=epoch.number)
        log.info("epoch %s destroyed: %s", epoch.number, evidence)
        yield 0


# The order itself, each durable and repeatable: tests/faults kills the rotation at every boundary that it names.
STEPS: tuple[Callable[[], Iterator[int]], ...] = (
    epochs.rewrap,
    epochs.open_all,
    reindexing.renew,
    _test_backup,
    _destroy,
)
