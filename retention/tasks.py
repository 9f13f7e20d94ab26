"""What the worker does: three lines each. A lost, doubled or late task changes nothing."""

from collections.abc import Callable
from functools import wraps
from typing import ParamSpec
from uuid import UUID

from celery import shared_task
from celery.signals import worker_ready

from casefiles import jobs
from retention import ahead, inventory, ownrecords, published, sweeping, timing
from retention.attention import reminding
from retention.auditing import run as auditing
from retention.destruction import late, run, verification
from retention.guard import watching
from retention.holds import working as holding
from retention.models import DestructionList
from retention.receipts import certifying, finality
from retention.rights import register
from retention.states import ListState
from retention.transfer import process as transferring

P = ParamSpec("P")


def behind_guard(work: Callable[P, None]) -> Callable[P, None]:
    """Let work that destroys or writes the log wait while the guard keeps the doors shut: beat rings again."""

    @wraps(work)
    def when_open(*args: P.args, **kwargs: P.kwargs) -> None:
        if watching.is_open():
            work(*args, **kwargs)

    return when_open


@worker_ready.connect
def judge_at_start(**_started: object) -> None:
    """Let the guard judge as soon as a worker is there, and not a minute later."""
    jobs.ring(watch_guard)


@shared_task
def watch_guard() -> None:
    """Judge how the database stands to the copy of its log, and do what that asks."""
    watching.watch()


@shared_task
def look_for_returned() -> None:
    """Compare rows, vault and files with the log."""
    watching.look()


@shared_task
@behind_guard
def sweep_clocks() -> None:
    """Run the nightly sweep."""
    sweeping.sweep()


@shared_task
def work_ahead(job_id: str) -> None:
    """Work out what a changed trigger does to every dossier."""
    ahead.work(UUID(job_id))


@shared_task
def resume_rules() -> None:
    """Let the changes whose day has come take over, and ring for every one that is not worked out."""
    ahead.switch_due(timing.today())
    for job_id in ahead.unfinished():
        work_ahead.delay(str(job_id))


@shared_task
@behind_guard
def destroy_list(destruction_list_id: int) -> None:
    """Advance a list; ring again when time ran out, and ring the verification sweep when there is work for it."""
    if run.run(destruction_list_id):
        destroy_list.delay(destruction_list_id)
    if verification.has_work(destruction_list_id):
        verify_list.delay(destruction_list_id)


@shared_task
def verify_list(destruction_list_id: int) -> None:
    """Read back what was deleted, batch by batch, then ring for the receipts. Without any work it rings nobody."""
    verified = False
    while verification.has_work(destruction_list_id):
        passed, failed = verification.verify(destruction_list_id)
        for item in failed:
            run.mark_failed(item)
        if not passed and not failed:  # another worker has them
            break
        verified = True
    if verified:
        destroy_list.delay(destruction_list_id)


@shared_task
def resume_lists() -> None:
    """Ring the bell of every list under execution: what a dead worker left is taken up again."""
    for pk in DestructionList.objects.filter(state=ListState.EXECUTING).values_list("pk", flat=True):
        destroy_list.delay(pk)


@shared_task
@behind_guard
def look_for_late_files() -> None:
    """List the store again for lists that ended when uploads could still be under way."""
    late.look_again()


@shared_task
@behind_guard
def finalise_receipts() -> None:
    """Append the final leaves that have become true."""
    finality.finalise()


@shared_task
def work_on_hold(job_id: str) -> None:
    """Cover what a large hold means, or release what it covered."""
    holding.carry_out(UUID(job_id))


@shared_task
def resume_holds() -> None:
    """Ring the bell of every hold whose work waits or stands still."""
    for job_id in holding.waiting():
        work_on_hold.delay(str(job_id))


@shared_task
def check_holds() -> None:
    """Check every night that all that should be held is held."""
    holding.check()


@shared_task
@behind_guard
def make_certificate(job_id: str) -> None:
    """Make one certificate, in both languages, and sign it."""
    certifying.carry_out(UUID(job_id))


@shared_task
def resume_certificates() -> None:
    """Ring the bell of every certificate that waits or stands still."""
    for job_id in certifying.waiting():
        make_certificate.delay(str(job_id))


@shared_task
def make_package(job_id: str) -> None:
    """Make the package of a dossier that is transferred."""
    transferring.carry_out(UUID(job_id))


@shared_task
def resume_packages() -> None:
    """Ring the bell of every package that waits or stands still."""
    for job_id in transferring.waiting():
        make_package.delay(str(job_id))


@shared_task
def lapse_requests() -> None:
    """End the requests whose remedy period has passed, and destroy what has ended long enough ago."""
    register.lapse()
    ownrecords.destroy_passed()


@shared_task
@behind_guard
def take_inventory() -> None:
    """Take the inventory of this month, once."""
    inventory.take_monthly()


@shared_task
def audit_log() -> None:
    """Ask for the night's audit, and do it."""
    auditing.ask(None)
    auditing.resume()


@shared_task
def publish_mirror() -> None:
    """Renew the copy of the mirror that a web server may show."""
    published.renew()


@shared_task
def resume_audit() -> None:
    """Do the audit that a person asked for, or that a killed worker left."""
    auditing.resume()


@shared_task
def send_reminders() -> None:
    """Remind people of what waits for them, once per step."""
    reminding.remind()
