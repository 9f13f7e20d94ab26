"""Deciding per dossier: each reviewer agrees or exempts, one by one; what nobody decided is never agreed.

A stage is complete when every dossier still on the list has a valid approval at it. Concluding is a step of its own:
nothing is sent on, and no cooling-off period begins, by the last decision alone.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from casefiles import journal
from casefiles.models import AccessEvent, User
from retention import lists, timing
from retention.lists import NotAllowed, Stage
from retention.models import Approval, DestructionList, ItemRemark, ListItem, RemarkFacts
from retention.states import ENDED, ItemStep, ListState

Action = AccessEvent.Action


@dataclass(frozen=True, slots=True)
class Decision:
    """What a person decided on one dossier: agreed, or exempted for a reason until a review date."""

    item_id: int
    agreed: bool
    reason: str = ""
    review_on: date | None = None
    remark: str = ""


def decide(destruction_list: DestructionList, decisions: Iterable[Decision], *, by: User) -> int:
    """Keep a person's decisions at their stage; return how many changed something. The same once more changes nothing.

    Raises NotAllowed: not this person's stage, not its turn, the list is no longer under review, or the person
    decided at the other stage.
    """
    stage = lists.stage_of(by, destruction_list)
    wanted = {decision.item_id: decision for decision in decisions}
    with transaction.atomic():
        chosen = lists.locked(destruction_list, ListState.REVIEW)
        check_turn(chosen, stage, by)
        rows = ListItem.objects.filter(destruction_list=chosen, pk__in=wanted).select_related("destruction_list__rule")
        return sum(_decide(item, wanted[item.pk], stage, by) for item in rows.order_by("pk"))


def exempt(destruction_list: DestructionList, decision: Decision, *, by: User) -> bool:
    """Take one dossier off a list until the claim; return whether that changed anything. Raises NotAllowed."""
    stage = lists.stage_of(by, destruction_list)
    with transaction.atomic():
        chosen = lists.locked(destruction_list, ListState.REVIEW, ListState.COOLING_OFF)
        item = ListItem.objects.filter(destruction_list=chosen, pk=decision.item_id).first()
        if item is None:
            raise NotAllowed(_("This dossier does not stand on the list."))
        if decision.remark and stage == Stage.DEPARTMENT:
            _remark(item, decision.remark, by)
        return _exempt(item, decision, stage, by)


def check_turn(chosen: DestructionList, stage: Stage, by: User) -> None:
    """Raise NotAllowed unless it is this stage's turn, and this person decided at no other stage of the list."""
    listed = ListItem.objects.filter(destruction_list=chosen, step=ItemStep.LISTED)
    if stage == Stage.OFFICER and lists.lacking(listed, Stage.DEPARTMENT).exists():
        raise NotAllowed(_("The department decides first: the lead of %s.") % chosen.team.name)
    both = Approval.objects.filter(item__destruction_list=chosen, approver=by).exclude(stage=stage)
    if both.exists():
        raise NotAllowed(
            _("You decided on this list at the other stage. Two different people decide: ask a colleague.")
        )


def _decide(item: ListItem, decision: Decision, stage: Stage, by: User) -> bool:
    if decision.remark and stage == Stage.DEPARTMENT:
        _remark(item, decision.remark, by)
    if decision.agreed:
        returned = item.step == ItemStep.EXEMPTED and _put_back(item, stage, by)
        return _agree(item, stage, by) or returned
    return _exempt(item, decision, stage, by)


def _remark(item: ListItem, text: str, by: User) -> None:
    """Keep the department's own words, sealed under the dossier's key; officers do not read them."""
    facts = RemarkFacts(text=text, author=by.name)
    kept = ItemRemark.objects.filter(item=item).first() or ItemRemark(item=item, dossier_id=item.dossier_id)
    kept.facts = facts
    kept.save()


def _agree(item: ListItem, stage: Stage, by: User) -> bool:
    if item.step != ItemStep.LISTED:
        return False
    if not lists.lacking(ListItem.objects.filter(pk=item.pk), stage).exists():
        return False
    lists.drop_void([item], stage)
    lists.approval(item, stage, by, item.destruction_list.rule).save()
    journal.record(Action.APPROVE, by, item.dossier_id, ground=f"stage {stage}")
    return True


def _put_back(item: ListItem, stage: Stage, by: User) -> bool:
    """Take an exemption back. An officer takes back only an officer's: what the department keeps, it keeps."""
    if stage == Stage.OFFICER and lists.lacking(ListItem.objects.filter(pk=item.pk), Stage.DEPARTMENT).exists():
        raise NotAllowed(_("The department exempted this dossier; only the lead of the team can put it back."))
    if ListItem.objects.filter(dossier_id=item.dossier_id).exclude(step__in=ENDED).exists():
        raise NotAllowed(_("This dossier stands on another list by now."))
    item.step, item.exempt_reason, item.review_on = ItemStep.LISTED, "", None
    item.save(update_fields=["step", "exempt_reason", "review_on"])
    journal.record(Action.WITHDRAW, by, item.dossier_id, ground="exemption")
    return True


def _exempt(item: ListItem, decision: Decision, stage: Stage, by: User) -> bool:
    if decision.review_on is None or decision.review_on <= timing.today():
        raise NotAllowed(_("The review date must lie in the future."))
    if item.step not in (ItemStep.LISTED, ItemStep.EXEMPTED):
        return False
    if (item.exempt_reason, item.review_on) == (decision.reason, decision.review_on):
        return False
    item.step, item.exempt_reason, item.review_on = ItemStep.EXEMPTED, decision.reason, decision.review_on
    item.save(update_fields=["step", "exempt_reason", "review_on"])
    lists.drop_void([item], stage)
    journal.record(Action.EXEMPT, by, item.dossier_id, ground=decision.reason)
    return True


def conclude(destruction_list: DestructionList, *, by: User) -> DestructionList:
    """End the review: the cooling-off period begins, or the list is done when every dossier was exempted.

    Concluding a list that cools off already changes nothing. Raises NotAllowed while anything is undecided.
    """
    stage = lists.stage_of(by, destruction_list)
    with transaction.atomic():
        chosen = lists.locked(destruction_list, ListState.REVIEW, ListState.COOLING_OFF)
        if chosen.state == ListState.COOLING_OFF:
            return chosen
        listed = ListItem.objects.filter(destruction_list=chosen, step=ItemStep.LISTED)
        if not listed.exists():
            _close_empty(chosen, by)
            return chosen
        _check_complete(chosen, stage)
        lists.begin_cooling_off(chosen)
        journal.record(Action.APPROVE, by, ground=f"{chosen.name} concluded")
    chosen.refresh_from_db()
    return chosen


def _check_complete(chosen: DestructionList, stage: Stage) -> None:
    if stage != Stage.OFFICER:
        raise NotAllowed(_("A privacy officer or an administrator gives the second approval."))
    listed = ListItem.objects.filter(destruction_list=chosen, step=ItemStep.LISTED)
    for wanted in Stage:
        open_items = lists.lacking(listed, wanted).count()
        if open_items:
            raise NotAllowed(
                ngettext(
                    "%(count)d dossier is not decided by %(who)s. Undecided never means agreed.",
                    "%(count)d dossiers are not decided by %(who)s. Undecided never means agreed.",
                    open_items,
                )
                % {"count": open_items, "who": wanted.label}
            )


def _close_empty(chosen: DestructionList, by: User) -> None:
    chosen.state, chosen.done_at = ListState.DONE, timezone.now()
    chosen.save(update_fields=["state", "done_at"])
    journal.record(Action.EXEMPT, by, ground=f"{chosen.name} empty")
