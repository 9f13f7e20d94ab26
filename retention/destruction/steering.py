"""What a person decides about a list under execution: pausing it, letting it go on, trying again what was set apart."""

from django.db import transaction
from django.utils.translation import gettext as _

from casefiles import journal
from casefiles.models import AccessEvent, User
from retention import lists
from retention.destruction import brakes, run, timepiece
from retention.models import DestructionList, Execution
from retention.states import ListState

Action, Halt = AccessEvent.Action, Execution.Halt


def _allow(action: AccessEvent.Action, by: User, destruction_list: DestructionList) -> None:
    if by.role in lists.OFFICERS and by.is_active:
        return
    journal.record(action, by, outcome=AccessEvent.Outcome.REFUSED, ground=destruction_list.name)
    raise lists.NotAllowed(_("Only a privacy officer or an administrator steers a destruction."))


def pause(destruction_list: DestructionList, *, by: User) -> bool:
    """Claim nothing more until somebody lets the list go on; return whether that changed anything.

    It waits for a claim that is under way; what is claimed is destroyed to the end. Raises lists.NotAllowed.
    """
    _allow(Action.HALT, by, destruction_list)
    with transaction.atomic():
        chosen = lists.locked(destruction_list, ListState.EXECUTING)
        Execution.objects.get_or_create(destruction_list=chosen)
        return brakes.halt(chosen.pk, Halt.PAUSED, by)


def go_on(destruction_list: DestructionList, seen: str, *, by: User) -> bool:
    """End the halt that the person saw, and with it let pass what it asked; return whether that changed anything.

    A halt that came in its place meanwhile stays: somebody must see it first. Raises lists.NotAllowed.
    """
    _allow(Action.START, by, destruction_list)
    with transaction.atomic():
        halted = Execution.objects.select_for_update().filter(destruction_list=destruction_list, halt=seen)
        execution = halted.exclude(halt="").first()
        if execution is None:
            return False
        if seen == Halt.CLOCK:
            timepiece.confirm()
        elif seen == Halt.FAILING:
            execution.failed_before = brakes.failed(execution.pk)
        elif seen != Halt.PAUSED:
            execution.passed = True
        execution.halt, execution.halted_at, execution.halted_by = "", None, None
        execution.save(update_fields=["halt", "halted_at", "halted_by", "failed_before", "passed"])
        journal.record(Action.START, by, ground=f"{destruction_list.name} {seen}")
    return True


def again(destruction_list: DestructionList, *, by: User) -> int:
    """Let the dossiers that were set apart be tried at once; return how many. Raises lists.NotAllowed."""
    _allow(Action.START, by, destruction_list)
    journal.record(Action.START, by, ground=f"{destruction_list.name} again")
    return run.retry(destruction_list)
