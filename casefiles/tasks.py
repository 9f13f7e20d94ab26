"""What the worker does with case files: three lines each. A lost, doubled or late task changes nothing."""

from uuid import UUID

from celery import shared_task
from django.core.management import call_command
from django.utils import timezone

from casefiles import handover, logterm, recertification, reindexing, rotation, unusual
from casefiles.intake import runs, working

A_DAY = 24 * 3600  # an import may take hours; the heartbeat of its job keeps a second worker away


@shared_task(time_limit=A_DAY, soft_time_limit=A_DAY - 60)
def carry_out_import(job_id: str) -> None:
    """Judge or take in the package of one import."""
    working.carry_out(UUID(job_id))


@shared_task
def resume_imports() -> None:
    """Ring the bell of every import that waits or stands still."""
    for job_id in working.waiting():
        carry_out_import.delay(str(job_id))


@shared_task
def expire_uploads() -> None:
    """Erase the uploaded packages that nobody took in within a day."""
    runs.expire()


@shared_task(time_limit=A_DAY, soft_time_limit=A_DAY - 60)
def restore_search_index() -> None:
    """Rebuild the blind index where a crash of the database emptied it, or a killed worker stopped."""
    reindexing.resume()


@shared_task(time_limit=A_DAY, soft_time_limit=A_DAY - 60)
def resume_rotation() -> None:
    """Rotate the root key where somebody asked for it, or go on where a killed worker stopped."""
    rotation.resume()


@shared_task
def rotate_keys_on_schedule() -> None:
    """Ask for a rotation when the root key has reached its age."""
    if rotation.due_on_schedule():
        rotation.ask(None)


@shared_task
def carry_out_hand_over(job_id: str) -> None:
    """Hand over the dossiers of one hand-over."""
    handover.carry_out(UUID(job_id))


@shared_task
def resume_hand_overs() -> None:
    """Ring the bell of every hand-over that waits or stands still."""
    for job_id in handover.waiting():
        carry_out_hand_over.delay(str(job_id))


@shared_task
def remind_leads() -> None:
    """Mail the leads whose care teams wait to be confirmed."""
    recertification.remind(timezone.localdate())


@shared_task
def retire_access_log() -> None:
    """Drop the months of the access log whose term has passed."""
    logterm.retire(timezone.localdate())


@shared_task(time_limit=A_DAY, soft_time_limit=A_DAY - 60)
def count_unusual_days() -> None:
    """Count what is unusual in the access log on the days that are over."""
    unusual.count(timezone.localdate())


@shared_task
def clear_sessions() -> None:
    """Remove the rows of sessions that ended, and the counts of failed logins that expired."""
    call_command("clearsessions")
