"""Starting the destruction of a list: by whom, when, once, and what is no longer possible then."""

from datetime import date, timedelta

import pytest
import time_machine

from casefiles.models import AccessEvent
from retention import lists
from retention.models import DestructionList, ListItem
from retention.states import ListState
from tests.organisation import Organisation


@pytest.mark.parametrize("who", ["joost", "fenna", "tineke", "pim"])
def test_only_an_officer_starts_a_destruction(who: str, organisation: Organisation) -> None:
    organisation.keeps("JD-1996-0001")
    chosen = organisation.approves(organisation.lists_due())
    with pytest.raises(lists.NotAllowed):
        lists.start(chosen, by=getattr(organisation, who))
    assert DestructionList.objects.get().state == ListState.COOLING_OFF


def test_a_list_starts_when_its_cooling_off_is_over_and_starting_it_again_changes_nothing(
    organisation: Organisation,
) -> None:
    organisation.keeps("JD-1996-0001")
    chosen = organisation.lists_due()
    with pytest.raises(lists.NotAllowed):
        lists.start(chosen, by=organisation.koen)
    lists.approve(chosen, by=organisation.joost)
    lists.approve(chosen, by=organisation.samira)
    until = DestructionList.objects.get().cooling_off_until
    assert until is not None
    with time_machine.travel(until - timedelta(seconds=2), tick=False), pytest.raises(lists.NotAllowed):
        lists.start(chosen, by=organisation.koen)
    with time_machine.travel(until, tick=False):
        assert lists.start(chosen, by=organisation.koen).state == ListState.EXECUTING
        assert lists.start(chosen, by=organisation.samira).started_by_id == organisation.koen.pk
    assert AccessEvent.objects.filter(action="start").count() == 1


def test_a_list_under_execution_takes_no_exemption_and_no_approval(organisation: Organisation) -> None:
    organisation.keeps("JD-1996-0001")
    chosen = organisation.starts(organisation.lists_due())
    with pytest.raises(lists.NotAllowed):
        lists.exempt(chosen, ["JD-1996-0001"], ListItem.ExemptReason.COMPLAINT, date(2100, 1, 1), by=organisation.joost)
    with pytest.raises(lists.NotAllowed):
        lists.approve(chosen, by=organisation.samira)
    assert ListItem.objects.get().step == "listed"
