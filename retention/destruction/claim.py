"""Step 1, the claim: the last moment at which anything can still stop the destruction of a dossier."""

from typing import TypeVar

from django.db import transaction
from django.db.models import Model, QuerySet

from casefiles.models import Dossier
from retention import timing, transitions
from retention.models import Approval, Clock, DestructionList, ListItem
from retention.receipts.facts import tombstone
from retention.schedule import is_due
from retention.states import ClockState, ItemStep, ListState

Row = TypeVar("Row", bound=Model)
BOTH_STAGES = {int(stage) for stage in Approval.Stage}


def claim(destruction_list_id: int, limit: int) -> int:
    """Claim up to `limit` dossiers of a list in one transaction; return how many were taken off the waiting ones.

    Locks items, clocks and dossiers (FOR UPDATE SKIP LOCKED: what a person is writing in is left for later) and
    only then re-checks, so that a hold, a change or a reopening is seen whole or waits.
    """
    with transaction.atomic():
        # The list itself is shared by all claimers; its state cannot change while we hold it.
        executing = DestructionList.objects.filter(pk=destruction_list_id, state=ListState.EXECUTING).exists()
        if not executing:
            return 0
        items = _lock_items(destruction_list_id, limit)
        ids = [item.dossier_id for item in items]
        clocks = {c.dossier_id: c for c in _locked(Clock.objects.filter(dossier_id__in=ids))}
        dossiers = {d.pk: d for d in _locked(Dossier.objects.filter(pk__in=ids))}
        approved = _approved(items)
        handled = 0
        for item in items:
            clock, dossier = clocks.get(item.dossier_id), dossiers.get(item.dossier_id)
            if clock is None or dossier is None:
                continue  # locked by someone else: a later round takes it
            _take_or_leave(item, _objection(item, clock, dossier, approved), clock)
            handled += 1
        return handled


def _lock_items(destruction_list_id: int, limit: int) -> list[ListItem]:
    waiting = ListItem.objects.filter(destruction_list=destruction_list_id, step=ItemStep.LISTED)
    locked = waiting.select_for_update(skip_locked=True, of=("self",)).select_related("destruction_list__rule")
    return list(locked.order_by("pk")[:limit])


def _locked(rows: QuerySet[Row]) -> QuerySet[Row]:
    return rows.select_for_update(skip_locked=True).order_by("pk")


def _approved(items: list[ListItem]) -> set[int]:
    """Return the items with a valid approval at both stages, for their own date and rule, by two people."""
    found: dict[int, dict[int, int]] = {}
    for approval in Approval.objects.filter(item__in=items).select_related("item__destruction_list"):
        item = approval.item
        if approval.due_on == item.due_on and approval.rule_id == item.destruction_list.rule_id:
            found.setdefault(item.pk, {})[approval.stage] = approval.approver_id
    return {
        pk for pk, people in found.items() if set(people) == BOTH_STAGES and len(set(people.values())) == len(people)
    }


def _objection(item: ListItem, clock: Clock, dossier: Dossier, approved: set[int]) -> str:
    """Return the code of what stands in the way now, or nothing."""
    derivation = timing.derivation_of(dossier)
    in_force = timing.rule_in_force(dossier.kind)
    checks = (
        ("held", clock.held > 0),
        ("not_due", clock.state != ClockState.DUE),
        ("reopened", dossier.status != Dossier.Status.CLOSED),
        ("rule_changed", in_force.pk != item.destruction_list.rule_id),
        ("date_changed", derivation.due_on != item.due_on),
        ("too_early", derivation.due_on is None or not is_due(derivation.due_on, timing.today())),
        ("not_approved_twice", item.pk not in approved),
    )
    return next((code for code, stands in checks if stands), "")


def _take_or_leave(item: ListItem, objection: str, clock: Clock) -> None:
    if objection:
        ListItem.objects.filter(pk=item.pk).update(step=ItemStep.LEFT_OUT, failure=objection)
        return
    moved = transitions.move(
        Clock.objects.filter(pk=clock.pk, held=0),
        ClockState.DESTROYING,
        came_from=[ClockState.DUE],
        tombstone=tombstone(item.dossier_id),
    )
    marked = Dossier.objects.filter(pk=item.dossier_id, status=Dossier.Status.CLOSED).update(
        status=Dossier.Status.DESTROYING
    )
    if moved != 1 or marked != 1:
        raise AssertionError("a locked clock or dossier changed under the claim")
    ListItem.objects.filter(pk=item.pk).update(step=ItemStep.CLAIMED, failure="")
