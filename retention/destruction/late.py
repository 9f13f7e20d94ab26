"""Listing the store once more, when the longest upload has ended: a file may have come after the verification sweep.

The upload itself erases such a file as soon as it sees that its dossier is gone; this finds what a killed one left.
"""

from datetime import timedelta

from django.db import transaction
from django.db.models import F
from django.utils import timezone

from casefiles import journal, storage
from casefiles.lifecycle.documents import UNFINISHED_DAYS
from casefiles.models import AccessEvent
from retention.models import Execution, ListItem
from retention.states import ItemStep, ListState


def look_again() -> int:
    """List the store again for every list that ended long enough ago; erase what came late and return how much.

    Each list once, and safe to repeat: a list counts as looked at when all of it was. Raises storage.EraseRefused.
    """
    ended = timezone.now() - timedelta(days=UNFINISHED_DAYS)
    waiting = Execution.objects.filter(
        listed_again_at=None, destruction_list__state=ListState.DONE, destruction_list__done_at__lt=ended
    )
    return sum(_look_at(pk) for pk in waiting.values_list("pk", flat=True))


def _look_at(destruction_list_id: int) -> int:
    gone = ListItem.objects.filter(destruction_list=destruction_list_id, step=ItemStep.DESTROYED)
    found = 0
    for dossier_id in gone.values_list("dossier_id", flat=True).iterator():
        if not storage.listed(dossier_id):
            continue
        with transaction.atomic():
            count = storage.erase_all(dossier_id)
            journal.record(AccessEvent.Action.DESTROY, None, dossier_id, ground="late file", files=count)
            Execution.objects.filter(pk=destruction_list_id).update(late_files=F("late_files") + count)
        found += count
    Execution.objects.filter(pk=destruction_list_id).update(listed_again_at=timezone.now())
    return found
