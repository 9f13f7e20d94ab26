"""What is under review follows its rule and its dates: an approval is for one date and one rule, and no other."""

from datetime import date

from django.db import connection, transaction
from django.utils import timezone

from casefiles import journal
from casefiles.models import AccessEvent
from retention.models import DestructionList, ListItem, RuleVersion
from retention.schedule import due_date
from retention.states import LIVING, ClockState, ItemStep, ListState

UNCLAIMED = (ListState.REVIEW, ListState.COOLING_OFF)


def release_outdated(day: date) -> int:
    """Take the dossiers off every undecided or cooling list whose rule has been succeeded; return how many.

    Their approvals stay to be seen, and count no more: an approval is for one date and one rule. What is still due
    comes on a list of the rule in force, to be approved anew. A list that ends up empty is done.
    """
    in_force = RuleVersion.objects.in_force(day).values("pk")
    with transaction.atomic():
        outdated = DestructionList.objects.select_for_update().filter(state__in=UNCLAIMED).exclude(rule__in=in_force)
        found = list(outdated.order_by("pk").values_list("pk", flat=True))
        items = ListItem.objects.filter(destruction_list__in=found, step=ItemStep.LISTED)
        ids = list(items.values_list("dossier_id", flat=True))
        count = items.update(step=ItemStep.LEFT_OUT, failure="rule_changed")
        DestructionList.objects.filter(pk__in=found).update(state=ListState.DONE, done_at=timezone.now())
        journal.record_many(AccessEvent.Action.WITHDRAW, None, ids, ground="rule_changed")
    return count


def follow_dates() -> int:
    """Give what is under review the due date that holds now, and let go what is due no more; return how many changed.

    An approval for the date before stays to be seen, and counts no more. A list that cools off is left as it was
    approved: the claim leaves out what does not fit it.
    """
    changed = 0
    for chosen in DestructionList.objects.filter(state=ListState.REVIEW).select_related("rule").order_by("pk"):
        with transaction.atomic():
            DestructionList.objects.select_for_update().get(pk=chosen.pk)
            changed += _redate(chosen) + _let_go(chosen)
    return changed


def _redate(chosen: DestructionList) -> int:
    due = due_date(chosen.rule.rule, "clock")
    statement = f"""
        UPDATE retention_listitem item SET due_on = {due.sql} FROM retention_clock clock
        WHERE clock.dossier_id = item.dossier_id AND clock.state = %s AND item.destruction_list_id = %s
            AND item.step = %s AND item.due_on <> {due.sql}
        RETURNING item.dossier_id
    """  # noqa: S608 - the schedule's own SQL; every value is a parameter
    standing = (str(ClockState.DUE), chosen.pk, str(ItemStep.LISTED))
    with connection.cursor() as cursor:
        cursor.execute(statement, [*due.params, *standing, *due.params])
        ids = [row[0] for row in cursor.fetchall()]
    journal.record_many(AccessEvent.Action.WITHDRAW, None, ids, ground="date_changed")
    return len(ids)


def _let_go(chosen: DestructionList) -> int:
    moved = [state for state in LIVING if state != ClockState.DUE]
    items = ListItem.objects.filter(destruction_list=chosen, step=ItemStep.LISTED)
    gone = items.extra(
        where=["dossier_id IN (SELECT clock.dossier_id FROM retention_clock clock WHERE clock.state = ANY (%s))"],
        params=[[str(state) for state in moved]],
    )
    found = dict(gone.values_list("pk", "dossier_id"))
    ListItem.objects.filter(pk__in=list(found)).update(step=ItemStep.LEFT_OUT, failure="not_due")
    journal.record_many(AccessEvent.Action.WITHDRAW, None, list(found.values()), ground="not_due")
    return len(found)
