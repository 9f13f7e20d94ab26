"""Taking approvals back: an officer sends a list back to the department, anyone who decides cancels until the claim.

The approvals go, so that nothing is destroyed by them; the words that go with it are about a list and not about a
person, and are sealed all the same, under a key of their own.
"""

from datetime import date, timedelta
from typing import Final

from django.db import transaction
from django.utils.translation import gettext as _

from casefiles import journal
from casefiles.models import AccessEvent, User
from casefiles.vault import keys
from retention import decisions, lists
from retention.lists import NotAllowed, Stage
from retention.models import Approval, DestructionList, ListItem, ListRemark, ListWords
from retention.states import ItemStep, ListState

Kind = ListRemark.Kind
KEPT: Final = timedelta(days=365)
"""How long the words stay after the list is done."""


def send_back(destruction_list: DestructionList, words: str, *, by: User) -> int:
    """Give a list under review back to the department, which decides anew; return on how many dossiers.

    Raises NotAllowed for all but an officer, and while the department has not decided on everything.
    """
    if lists.stage_of(by, destruction_list) != Stage.OFFICER:
        raise NotAllowed(_("A privacy officer or an administrator sends a list back; you decide on it as it is."))
    if not words.strip():
        raise NotAllowed(_("Say what the department should look at again."))
    remark = _remark(Kind.SENT_BACK, words, by)
    with transaction.atomic():
        chosen = lists.locked(destruction_list, ListState.REVIEW)
        decisions.check_turn(chosen, Stage.OFFICER, by)
        return _take_back(chosen, remark, by)


def cancel(destruction_list: DestructionList, words: str, *, by: User) -> int:
    """Take the approvals of all that is not claimed back; return of how many dossiers. Raises NotAllowed.

    In the cooling-off period the list is under review again. Once it is being executed, what is not claimed leaves
    the list and comes on a new one; what is claimed goes on, for its destruction has begun.
    """
    lists.stage_of(by, destruction_list)
    remark = _remark(Kind.CANCELLED, words, by)
    with transaction.atomic():
        chosen = lists.locked(destruction_list, ListState.COOLING_OFF, ListState.EXECUTING)
        count = _take_back(chosen, remark, by)
        if chosen.state == ListState.COOLING_OFF:
            chosen.state, chosen.cooling_off_until = ListState.REVIEW, None
            chosen.save(update_fields=["state", "cooling_off_until"])
        else:
            waiting = ListItem.objects.filter(destruction_list=chosen, step=ItemStep.LISTED)
            waiting.update(step=ItemStep.LEFT_OUT, failure="cancelled")
    return count


def _remark(kind: ListRemark.Kind, words: str, by: User) -> ListRemark:
    """Make the remark's key, before the transaction: the vault is another database."""
    remark = ListRemark(kind=kind, made_by=by, facts=ListWords(words.strip()))
    keys.create([remark.pk])
    return remark


def _take_back(chosen: DestructionList, remark: ListRemark, by: User) -> int:
    # A claim that is under way has its items locked: this waits for it, and then finds them listed no more.
    listed = ListItem.objects.select_for_update().filter(destruction_list=chosen, step=ItemStep.LISTED)
    items = dict(listed.order_by("pk").values_list("pk", "dossier_id"))
    Approval.objects.filter(item__in=list(items)).delete()
    remark.destruction_list = chosen
    remark.save(force_insert=True)
    ground = f"{remark.kind} {chosen.name}"
    journal.record_many(AccessEvent.Action.WITHDRAW, by, [None, *items.values()], ground=ground)
    return len(items)


def forget_words(day: date) -> int:
    """Destroy the words of lists that have been done for a year: key first, then the row; return how many."""
    old = ListRemark.objects.filter(destruction_list__done_at__date__lt=day - KEPT)
    ids = list(old.values_list("pk", flat=True))
    keys.shred(ids)
    ListRemark.objects.filter(pk__in=ids).delete()
    return len(ids)
