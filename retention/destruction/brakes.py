"""What keeps a list from going on: a person's pause, quiet hours, a deviation, too many failures, a clock that jumped.

A halt stands in the database and ends only by a person. What was claimed before it is destroyed to the end (nothing
stays half destroyed); only a jumped clock stops that too, for it would put a wrong date on the receipts.
"""

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import datetime

from django.conf import settings
from django.db import DatabaseError, OperationalError, transaction
from django.utils import timezone

from casefiles import journal
from casefiles.models import AccessEvent, User
from retention import mirror, sequencer
from retention.destruction import deviation, quiet, timepiece
from retention.models import DestructionList, Execution, ListItem
from retention.states import IN_FLIGHT, ItemStep

Halt, Trouble = Execution.Halt, Execution.Trouble

BATCH = 200
CANARY = 5
FAILING_LEAST = 10  # fewer failures never stop a list
FAILING_SHARE = 10  # more than one in ten does


def halt(destruction_list_id: int, why: Execution.Halt, by: User | None = None) -> bool:
    """Stop a list that does not stand still already, with its line in the log; return whether that changed anything.

    In the caller's transaction. `by` None: the product itself, which asks a person.
    """
    running = Execution.objects.filter(destruction_list=destruction_list_id, halt="")
    if not running.update(halt=why, halted_at=timezone.now(), halted_by=by):
        return False
    name = DestructionList.objects.values_list("name", flat=True).get(pk=destruction_list_id)
    journal.record(AccessEvent.Action.HALT, by, ground=f"{name} {why}")
    return True


def may_run(destruction_list_id: int) -> bool:
    """Tell whether anything at all may be done for a list: not while the clock is not trusted. Halts it then."""
    execution = _execution(destruction_list_id)
    if execution.halt == Halt.CLOCK:
        return False
    if not timepiece.jumped():
        return True
    with transaction.atomic():
        halt(destruction_list_id, Halt.CLOCK)
    return False


def _execution(destruction_list_id: int) -> Execution:
    found, _new = Execution.objects.get_or_create(destruction_list_id=destruction_list_id)
    return found


def quiet_until() -> datetime | None:
    """Return when the quiet hours end; None when destruction may begin now."""
    return quiet.ends_at(timezone.localtime(), quiet.hours(settings.QUIET_HOURS))


def slice_size(destruction_list_id: int) -> int:
    """Return how many dossiers may be claimed now: a small first slice, then batches; 0 while the list stands still.

    In the claim's transaction: the row is locked, so that a pause waits for this claim and none comes after it, and
    two workers never take two first slices.
    """
    _execution(destruction_list_id)
    execution = Execution.objects.select_for_update().get(destruction_list=destruction_list_id)
    if execution.halt or quiet_until():
        return 0
    why = _deviates(execution) or _fails(execution)
    if why:
        halt(destruction_list_id, why)
        return 0
    items = ListItem.objects.filter(destruction_list=destruction_list_id)
    if items.filter(step=ItemStep.DESTROYED).exists():
        return BATCH
    return 0 if items.filter(step__in=IN_FLIGHT).exists() else CANARY


def _deviates(execution: Execution) -> Execution.Halt | None:
    """Measure a list once, before its first claim; return in what it deviates unless a person let that pass."""
    if execution.dossiers is not None:
        return None
    measured = deviation.measure(execution.destruction_list)
    Execution.objects.filter(pk=execution.pk).update(
        dossiers=measured.dossiers, documents=measured.documents, youngest=measured.youngest
    )
    return None if execution.passed else deviation.of(execution.destruction_list, measured)


def failed(destruction_list_id: int) -> int:
    """Return how many dossiers of a list are set apart now."""
    apart = ListItem.objects.filter(destruction_list=destruction_list_id, step__in=IN_FLIGHT).exclude(failure="")
    return apart.count()


def _fails(execution: Execution) -> Execution.Halt | None:
    fresh = failed(execution.pk) - execution.failed_before
    if fresh < FAILING_LEAST:
        return None
    taken = ListItem.objects.filter(destruction_list=execution.pk, step__in=(*IN_FLIGHT, ItemStep.DESTROYED))
    return Halt.FAILING if fresh * FAILING_SHARE > taken.count() else None


@contextmanager
def troubles(destruction_list_id: int) -> Iterator[None]:
    """Write down what keeps the whole list waiting, for the page; it is tried again by itself, at every bell."""
    try:
        yield
    except mirror.MirrorUnreachable:
        _wait_for(destruction_list_id, Trouble.MIRROR)
        raise
    except sequencer.MirrorAhead:
        _wait_for(destruction_list_id, Trouble.RESTORED)
        raise
    except OperationalError:
        with suppress(DatabaseError):  # it may be the very database that this is written in
            _wait_for(destruction_list_id, Trouble.DATABASE)
        raise
    waited = Execution.objects.filter(destruction_list=destruction_list_id).exclude(trouble="")
    waited.update(trouble="", trouble_at=None)


def _wait_for(destruction_list_id: int, trouble: Execution.Trouble) -> None:
    execution = Execution.objects.filter(destruction_list=destruction_list_id)
    execution.exclude(trouble=trouble).update(trouble=trouble, trouble_at=timezone.now())
