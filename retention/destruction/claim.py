"""Step 1, the claim: the last moment at which anything can still stop the destruction of a dossier."""

from dataclasses import dataclass
from datetime import date
from typing import TypeVar
from uuid import UUID

from django.db import transaction
from django.db.models import Model, QuerySet
from django.db.models.expressions import RawSQL

from casefiles.models import Dossier
from retention import endreviews, holds, timing, transitions
from retention.destruction import brakes
from retention.models import Approval, Clock, DestructionList, ListItem, Transfer
from retention.schedule import Action, is_due
from retention.states import ClockState, ItemStep, ListState

Row = TypeVar("Row", bound=Model)
# What retention.receipts.facts.tombstone computes, in the database.
TOMBSTONE = RawSQL("sha256('tomb/v1'::bytea || uuid_send(dossier_id))", [])
BOTH_STAGES = {int(stage) for stage in Approval.Stage}


def claim(destruction_list_id: int) -> int:
    """Claim the next slice of a list in one transaction; return how many were taken off the waiting ones.

    Locks items, clocks and dossiers (FOR UPDATE SKIP LOCKED: what a person is writing in is left for later) and
    only then re-checks, so that a hold, a change or a reopening is seen whole or waits.
    """
    with transaction.atomic():
        # The list itself is shared by all claimers; its state cannot change while we hold it.
        executing = DestructionList.objects.filter(pk=destruction_list_id, state=ListState.EXECUTING).exists()
        if not executing:
            return 0
        items = _lock_items(destruction_list_id, brakes.slice_size(destruction_list_id))
        candidates = _candidates(items)
        objections = _objections(candidates)
        for code in sorted(set(objections.values())):
            left_out = [pk for pk, objection in objections.items() if objection == code]
            ListItem.objects.filter(pk__in=left_out).update(step=ItemStep.LEFT_OUT, failure=code)
        _take([c for c in candidates if c.item.pk not in objections])
        return len(candidates)


@dataclass(frozen=True, slots=True)
class _Candidate:
    """A dossier that may be claimed: its item, clock and dossier, all three locked."""

    item: ListItem
    clock: Clock
    dossier: Dossier


def _candidates(items: list[ListItem]) -> list[_Candidate]:
    """Lock what the items stand for; what someone else has locked is left for a later round."""
    ids = [item.dossier_id for item in items]
    clocks = {c.dossier_id: c for c in _locked(Clock.objects.filter(dossier_id__in=ids))}
    dossiers = {d.pk: d for d in _locked(Dossier.objects.filter(pk__in=ids))}
    return [
        _Candidate(item, clocks[item.dossier_id], dossiers[item.dossier_id])
        for item in items
        if item.dossier_id in clocks and item.dossier_id in dossiers
    ]


def _lock_items(destruction_list_id: int, limit: int) -> list[ListItem]:
    waiting = ListItem.objects.filter(destruction_list=destruction_list_id, step=ItemStep.LISTED)
    items = list(waiting.select_for_update(skip_locked=True).order_by("pk")[:limit])
    with_list(items, destruction_list_id)
    return items


def with_list(items: list[ListItem], destruction_list_id: int) -> None:
    """Give the items of one list that list, with its rule, once for all of them."""
    chosen = DestructionList.objects.select_related("rule").get(pk=destruction_list_id)
    for item in items:
        item.destruction_list = chosen


def _locked(rows: QuerySet[Row]) -> QuerySet[Row]:
    return rows.select_for_update(skip_locked=True).order_by("pk")


def _approved(items: list[ListItem]) -> set[int]:
    """Return the items with a valid approval at both stages, for their own date and rule, by two people."""
    found: dict[int, dict[int, int]] = {}
    by_pk = {item.pk: item for item in items}
    stated = Approval.objects.filter(item__in=items).values_list("item_id", "due_on", "rule_id", "stage", "approver_id")
    for item_id, due_on, rule_id, stage, approver_id in stated:
        item = by_pk[item_id]
        if due_on == item.due_on and rule_id == item.destruction_list.rule_id:
            found.setdefault(item_id, {})[stage] = approver_id
    return {
        pk for pk, people in found.items() if set(people) == BOTH_STAGES and len(set(people.values())) == len(people)
    }


def _objections(candidates: list[_Candidate]) -> dict[int, str]:
    """Return for each item that may not be destroyed now the code of what stands in the way."""
    derivations = timing.derivations_of([candidate.dossier for candidate in candidates])
    approved = _approved([candidate.item for candidate in candidates])
    decided = endreviews.to_destroy([candidate.dossier.pk for candidate in candidates])
    caught = holds.caught([candidate.dossier.pk for candidate in candidates])
    handed = Transfer.confirmed(candidate.dossier.pk for candidate in candidates)
    ends = {c.dossier.pk: _ends_here(derivations[c.dossier.pk], c.dossier.pk in handed) for c in candidates}
    found = (
        (c.item.pk, _objection(c, derivations[c.dossier.pk], c.item.pk in approved, c.dossier.pk in caught))
        if ends[c.dossier.pk] or _ground(c) in decided
        else (c.item.pk, "not_to_destroy")
        for c in candidates
    )
    return {pk: objection for pk, objection in found if objection}


def _ends_here(derived: timing.Derived, handed: bool) -> bool:
    """Tell whether our copy may go by its rule: it says destroy, or transfer and the receiver confirmed."""
    action = derived.derivation.rule.action
    return action is Action.DESTROY or (action is Action.TRANSFER and handed)


def _ground(candidate: _Candidate) -> tuple[UUID, int, date]:
    """Return what a person's decision to destroy must be for: this dossier, by its list's rule, for the date on it.

    Only of dossiers whose rule lets a person look first such a decision is taken (retention/endreviews.py).
    """
    return candidate.dossier.pk, candidate.item.destruction_list.rule_id, candidate.item.due_on


def _objection(candidate: _Candidate, derived: timing.Derived, approved: bool, caught: bool) -> str:
    item, due_on = candidate.item, derived.derivation.due_on
    checks = (
        ("held", caught or candidate.clock.held > 0),
        ("not_due", candidate.clock.state != ClockState.DUE),
        ("reopened", candidate.dossier.status != Dossier.Status.CLOSED),
        ("rule_changed", derived.version.pk != item.destruction_list.rule_id),
        ("date_changed", due_on != item.due_on),
        ("too_early", due_on is None or not is_due(due_on, timing.today())),
        ("not_approved_twice", not approved),
    )
    return next((code for code, stands in checks if stands), "")


def _take(candidates: list[_Candidate]) -> None:
    """Put the claimed beyond everybody's reach: clocks, dossiers and items move together or not at all."""
    ids = [candidate.dossier.pk for candidate in candidates]
    clocks = Clock.objects.filter(dossier_id__in=ids, held=0)
    moved = transitions.move(clocks, ClockState.DESTROYING, came_from=[ClockState.DUE], tombstone=TOMBSTONE)
    marked = Dossier.objects.filter(pk__in=ids, status=Dossier.Status.CLOSED).update(status=Dossier.Status.DESTROYING)
    if moved != len(ids) or marked != len(ids):
        raise AssertionError("a locked clock or dossier changed under the claim")
    claimed = [candidate.item.pk for candidate in candidates]
    ListItem.objects.filter(pk__in=claimed).update(step=ItemStep.CLAIMED, failure="")
