"""Acting on the verdict: at the start of the worker, and every minute. Only the worker does; pages only ask."""

import logging
from datetime import datetime

from django.conf import settings
from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from casefiles import access, jobs, journal
from casefiles.models import AccessEvent, Job, Role, User
from retention import mirror
from retention.guard import identity, replay, returned
from retention.guard.judgement import OPEN, forget, judge, standing
from retention.models import Quarantine, Verdict, WayOut

KIND = "guard"
BY_TWO = frozenset({Verdict.FORKED, Verdict.LOST})  # of which two people find the way out
MAY_ANSWER = frozenset({Role.ADMINISTRATOR, Role.PRIVACY_OFFICER})

log = logging.getLogger(__name__)


def watch() -> Verdict:
    """Judge, and do what the verdict asks; return the verdict that holds after it. Safe to run twice at once."""
    _settle_answered()
    judged = judge()
    if judged.verdict == Verdict.LAGGING:
        mirror.publish()
    if judged.verdict in OPEN and not _unfinished():
        identity.begin() if not judged.database else identity.settle()
        _end(Quarantine.objects.exclude(verdict=Verdict.RESTORED))
        forget()
        return judged.verdict
    verdict = Verdict.RESTORED if judged.verdict in OPEN else judged.verdict
    quarantine = _begun(verdict, judged.database, judged.mirror)
    if verdict == Verdict.RESTORED:
        _replay(quarantine)
    return standing_now()


def look() -> int:
    """Compare all three stores with the log, as every night; return how many dossiers came back. They go again."""
    found = returned.find().all
    if found and judge().verdict in OPEN:
        log.error("%d destroyed dossiers are here again: the guard destroys them", len(found))
        judged = judge()
        _replay(_begun(Verdict.RESTORED, judged.database, judged.mirror))
    return len(found)


def is_open() -> bool:
    """Tell whether work that destroys or writes the log may go on now: judged anew, not remembered."""
    return standing_now() in OPEN


def standing_now() -> Verdict:
    """Return the verdict of this moment, and let the pages of this process know it."""
    forget()
    return standing()


def answer(quarantine: Quarantine, *, by: User) -> bool:
    """Say that the log in the database is the true one; at the second word, of the other role, the doors open.

    The mirror that contradicts it is kept aside as evidence. Returns whether it was the second. Raises Refused.
    """
    if by.role not in MAY_ANSWER or not by.is_active or quarantine.verdict not in BY_TWO:
        access.refuse(by, "guard")
    with transaction.atomic():
        locked = Quarantine.objects.select_for_update().get(pk=quarantine.pk)
        if locked.ended_at is not None:
            return False
        WayOut.objects.get_or_create(quarantine=locked, role=by.role, defaults={"person": by})
        journal.record(AccessEvent.Action.CONFIRM, by, ground="guard", verdict=locked.verdict)
        return locked.ways_out.count() == len(MAY_ANSWER)


def _unfinished() -> bool:
    return Quarantine.objects.filter(ended_at=None, verdict=Verdict.RESTORED).exists()


def _begun(verdict: Verdict, database: int, copied: int | None) -> Quarantine:
    sizes = {"database_size": database, "mirror_size": copied}
    with transaction.atomic():
        found, new = Quarantine.objects.get_or_create(verdict=verdict, ended_at=None, defaults=sizes)
        if new:
            if verdict == Verdict.RESTORED:
                found.job = Job.objects.create(kind=KIND)
                found.save(update_fields=["job"])
            log.error("the guard closed the doors: %s (database %d, mirror %s)", verdict, database, copied)
    return found


def _replay(quarantine: Quarantine) -> None:
    progress = jobs.take(quarantine.job_id) if quarantine.job_id else None
    if progress is None:
        return
    try:
        replay.carry_out(quarantine, progress)
    except Exception as error:
        progress.release(type(error).__name__)
        raise
    identity.settle()
    progress.finish()
    _end(Quarantine.objects.filter(pk=quarantine.pk))
    log.warning("the guard opened the doors: %d dossiers were destroyed again", quarantine.redestroyed)


def _settle_answered() -> None:
    """Carry out the way out that two people found: set the other log aside, and publish ours anew."""
    for quarantine in Quarantine.objects.filter(ended_at=None, verdict__in=BY_TWO):
        if quarantine.ways_out.count() < len(MAY_ANSWER):
            continue
        _set_aside(timezone.now())
        identity.settle()
        mirror.publish()
        _end(Quarantine.objects.filter(pk=quarantine.pk))


def _set_aside(at: datetime) -> None:
    folder = settings.MIRROR_DIR
    if folder.exists():
        folder.rename(folder.with_name(f"{folder.name}-set-aside-{at:%Y%m%dT%H%M%S}"))


def _end(quarantines: QuerySet[Quarantine]) -> None:
    quarantines.filter(ended_at=None).update(ended_at=timezone.now())
