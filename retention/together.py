"""Deciding on many dossiers of a list at once, by a filter, after a preview: what was shown is what is decided.

What a filter means at the moment of deciding must be what it meant in the preview: the same dossiers, due dates and
rule, or nothing happens and the person looks again. What was decided before is never touched.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from hashlib import sha256

from django.db import transaction
from django.utils.translation import gettext as _

from casefiles import journal
from casefiles.models import AccessEvent, User
from retention import decisions, lists, overview, timing
from retention.decisions import Decision
from retention.lists import NotAllowed, Stage
from retention.models import Approval, DestructionList, ListItem
from retention.states import ItemStep, ListState

UNDECIDED = {Stage.DEPARTMENT: "agreed_first", Stage.OFFICER: "agreed_second"}


@dataclass(frozen=True, slots=True)
class Meant:
    """The undecided items that a filter means now, and a digest of exactly these under exactly this rule."""

    items: tuple[ListItem, ...]
    digest: str


def meant(destruction_list: DestructionList, show: str, stage: Stage) -> Meant:
    """Return what a filter (overview.items) means at a stage: on the list, and not decided there."""
    found = overview.items(destruction_list, show).filter(**{"step": ItemStep.LISTED, UNDECIDED[stage]: False})
    items = tuple(found)
    told = [f"{destruction_list.pk} {destruction_list.rule_id} {stage}"]
    told += [f"{item.pk} {item.due_on.isoformat()}" for item in sorted(items, key=lambda item: item.pk)]
    return Meant(items, sha256("\n".join(told).encode()).hexdigest())


def decide(destruction_list: DestructionList, show: str, digest: str, decision: Decision, *, by: User) -> int:
    """Agree to, or exempt, all that a filter means; return how many. `decision.item_id` says nothing here.

    Raises NotAllowed as decisions.decide does, and when the filter means something else than in the preview. Where
    nothing is left to decide, as after a double click, nothing happens.
    """
    stage = lists.stage_of(by, destruction_list)
    with transaction.atomic():
        chosen = lists.locked(destruction_list, ListState.REVIEW)
        decisions.check_turn(chosen, stage, by)
        found = meant(chosen, show, stage)
        if found.items and found.digest != digest:
            raise NotAllowed(_("The list changed since you looked at it. Look at what would be decided again."))
        if decision.agreed:
            _agree(found.items, chosen, stage, by)
        else:
            _exempt(found.items, decision, stage, by)
    return len(found.items)


def _agree(items: Iterable[ListItem], chosen: DestructionList, stage: Stage, by: User) -> None:
    listed = list(items)
    lists.drop_void(listed, stage)
    Approval.objects.bulk_create(lists.approval(item, stage, by, chosen.rule) for item in listed)
    ids = [item.dossier_id for item in listed]
    journal.record_many(AccessEvent.Action.APPROVE, by, ids, ground=f"stage {stage} together")


def _exempt(items: Iterable[ListItem], decision: Decision, stage: Stage, by: User) -> None:
    if decision.review_on is None or decision.review_on <= timing.today() or not decision.reason:
        raise NotAllowed(_("An exemption has a reason, and a review date in the future."))
    listed = list(items)
    lists.drop_void(listed, stage)
    ListItem.objects.filter(pk__in=[item.pk for item in listed]).update(
        step=ItemStep.EXEMPTED, exempt_reason=decision.reason, review_on=decision.review_on
    )
    journal.record_many(AccessEvent.Action.EXEMPT, by, [item.dossier_id for item in listed], ground=decision.reason)
