"""Running a list: batch after batch, step after step, resumable anywhere. The database is the queue and the truth.

A row lock on the items of a batch is the lease: when the worker dies, its connection and with it the lock go, and
whoever comes next repeats the step.
"""

import logging
import time
from datetime import timedelta

from django.db import DatabaseError, transaction
from django.db.models import F, Q
from django.utils import timezone

from retention import mirror, sequencer, transitions
from retention.destruction import brakes
from retention.destruction.brakes import BATCH
from retention.destruction.claim import claim, with_list
from retention.destruction.steps import STEPS, Step
from retention.models import Clock, DestructionList, ListItem
from retention.receipts.facts import tombstone
from retention.states import ENDED, IN_FLIGHT, ClockState, ItemStep, ListState

MOST_TRIES = 5
BACK_OFF = timedelta(seconds=30)

log = logging.getLogger(__name__)


def run(destruction_list_id: int, seconds: float = 600.0) -> bool:
    """Advance a list until nothing more can be done now; return whether time ran out before that.

    Raises MirrorUnreachable (nothing is destroyed while the intent cannot be published) and DatabaseError.
    """
    until = time.monotonic() + seconds
    with brakes.troubles(destruction_list_id):
        while brakes.may_run(destruction_list_id) and _advance(destruction_list_id):
            if time.monotonic() > until:
                return True
        mirror.publish()
        _finish(destruction_list_id)
    return False


def _advance(destruction_list_id: int) -> bool:
    """Do one step for one batch: what is furthest goes first, so that a slice is finished before the next."""
    waiting = _steps_with_work(destruction_list_id)
    for step in reversed(STEPS):
        if step.takes in waiting and _take_step(destruction_list_id, step):
            return True
    return claim(destruction_list_id) > 0


def _steps_with_work(destruction_list_id: int) -> set[str]:
    items = ListItem.objects.filter(_ready(), destruction_list=destruction_list_id, step__in=IN_FLIGHT)
    return set(items.values_list("step", flat=True).distinct())


def waiting_for(step: ItemStep) -> Q:
    """Return the condition for items that stand before a step and may be taken now."""
    return Q(step=step) & _ready()


def _ready() -> Q:
    return Q(tries__lt=MOST_TRIES) & (Q(retry_at=None) | Q(retry_at__lte=timezone.now()))


def _take_step(destruction_list_id: int, step: Step) -> bool:
    """Take a batch through one step; one bad dossier is set apart with its reason and never stops the others."""
    with transaction.atomic():
        rows = ListItem.objects.filter(waiting_for(step.takes), destruction_list=destruction_list_id)
        rows = rows if step.reads_facts else rows.defer("facts")
        items = list(rows.select_for_update(skip_locked=True).order_by("pk")[:BATCH])
        if not items:
            return False
        with_list(items, destruction_list_id)
        _revive(items)
        if not _tried(step, items):
            for item in items:
                _tried(step, [item], alone=True)
    return True


def _tried(step: Step, items: list[ListItem], *, alone: bool = False) -> bool:
    """Act on the items and move them on; on an error undo, and set a single one apart."""
    try:
        with transaction.atomic():
            step.act(items)
            ListItem.objects.filter(pk__in=[item.pk for item in items]).update(
                step=step.leaves, failure="", tries=0, retry_at=None
            )
    except (DatabaseError, mirror.MirrorUnreachable, sequencer.MirrorAhead):
        raise  # not this dossier's fault: the whole list waits
    except Exception as error:  # noqa: BLE001 - whatever it is, it must not stop the other dossiers
        if not alone:
            return False
        set_apart(items[0], f"{step.leaves}: {type(error).__name__}")
    return True


def set_apart(item: ListItem, reason: str) -> None:
    """Record why a dossier could not go on and when it is tried again; after MOST_TRIES a person decides.

    `reason` is a code: an exception's text may hold personal data.
    """
    tries = item.tries + 1
    ListItem.objects.filter(pk=item.pk).update(
        failure=reason[:80], tries=tries, retry_at=timezone.now() + BACK_OFF * 2 ** (tries - 1)
    )
    mark_failed(item)
    log.error("list item %s set apart: %s (try %s)", item.pk, reason, tries)


def mark_failed(item: ListItem) -> None:
    """Put the clock of a dossier that could not be destroyed, or was not wholly gone, in state FAILED, and count it."""
    ListItem.objects.filter(pk=item.pk).update(setbacks=F("setbacks") + 1)
    clocks = Clock.objects.filter(tombstone=tombstone(item.dossier_id))
    transitions.move(clocks, ClockState.FAILED, came_from=[ClockState.DESTROYING])


def _revive(items: list[ListItem]) -> None:
    failed = [tombstone(item.dossier_id) for item in items if item.failure]
    if failed:
        clocks = Clock.objects.filter(tombstone__in=failed)
        transitions.move(clocks, ClockState.DESTROYING, came_from=[ClockState.FAILED])


def retry(destruction_list: DestructionList) -> int:
    """Let the dossiers that were set apart be tried again at once, as a person decided; return how many."""
    apart = ListItem.objects.filter(destruction_list=destruction_list, step__in=IN_FLIGHT).exclude(failure="")
    return apart.update(tries=0, retry_at=None)


def _finish(destruction_list_id: int) -> None:
    """Call a list done when no dossier on it is waiting or in flight."""
    unfinished = ListItem.objects.filter(destruction_list=destruction_list_id).exclude(step__in=ENDED)
    if not unfinished.exists():
        DestructionList.objects.filter(pk=destruction_list_id, state=ListState.EXECUTING).update(
            state=ListState.DONE, done_at=timezone.now()
        )
