"""What stops a list: nothing more is claimed, the reason stands on the page, and only a person lets it go on."""

from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.utils import timezone

from casefiles.models import AccessEvent
from retention import lists
from retention.destruction import brakes, deviation, run, steering, timepiece
from retention.models import DestructionList, Execution, ListItem, Receipt, TimeSeen
from retention.states import ItemStep, ListState
from tests.organisation import Organisation, carry_out

Halt = Execution.Halt
MORE = brakes.CANARY + 3


def steps(chosen: DestructionList) -> dict[str, int]:
    found = list(ListItem.objects.filter(destruction_list=chosen).values_list("step", flat=True))
    return {step: found.count(step) for step in sorted(set(found))}


def halt_of(chosen: DestructionList) -> str:
    return Execution.objects.get(pk=chosen.pk).halt


def test_a_pause_finishes_what_is_claimed_takes_nothing_more_and_ends_by_a_person(organisation: Organisation) -> None:
    organisation.keeps_many(MORE)
    chosen = organisation.starts(organisation.lists_due())
    run.run(chosen.pk)  # the first slice is deleted, and waits for the sweep
    for nobody in (organisation.joost, organisation.pim, organisation.fenna):
        with pytest.raises(lists.NotAllowed):
            steering.pause(chosen, by=nobody)
    assert AccessEvent.objects.filter(action="halt", outcome="refused").count() == 3
    assert steering.pause(chosen, by=organisation.koen)
    assert not steering.pause(chosen, by=organisation.samira)  # the second click changes nothing
    carry_out(chosen)
    assert steps(chosen) == {ItemStep.DESTROYED: brakes.CANARY, ItemStep.LISTED: 3}
    with pytest.raises(lists.NotAllowed):
        steering.go_on(chosen, Halt.PAUSED, by=organisation.joost)
    assert not steering.go_on(chosen, Halt.FAILING, by=organisation.koen)  # not what stands there
    assert steering.go_on(chosen, Halt.PAUSED, by=organisation.koen)
    assert not steering.go_on(chosen, Halt.PAUSED, by=organisation.samira)
    carry_out(chosen)
    assert steps(chosen) == {ItemStep.DESTROYED: MORE}
    done = AccessEvent.objects.filter(ground__startswith=chosen.name, outcome="done").order_by("occurred_at")
    assert [(line.action, line.ground) for line in done] == [
        ("start", chosen.name),
        ("halt", f"{chosen.name} paused"),
        ("start", f"{chosen.name} paused"),
    ]


def test_in_quiet_hours_no_destruction_begins_and_it_goes_on_by_itself(
    organisation: Organisation, settings: Any
) -> None:
    organisation.keeps_many(1)
    chosen = organisation.starts(organisation.lists_due())
    now = timezone.localtime()
    settings.QUIET_HOURS = f"{now - timedelta(hours=1):%H:%M}-{now + timedelta(hours=1):%H:%M}"
    carry_out(chosen)
    assert steps(chosen) == {ItemStep.LISTED: 1}
    settings.QUIET_HOURS = f"{now - timedelta(hours=2):%H:%M}-{now - timedelta(hours=1):%H:%M}"
    carry_out(chosen)
    assert steps(chosen) == {ItemStep.DESTROYED: 1}


@pytest.mark.parametrize("leap", [timedelta(days=-1), timedelta(hours=1), timedelta(days=30)], ids=str)
def test_a_clock_that_jumps_stops_everything_until_a_person_confirms_the_time(
    leap: timedelta, organisation: Organisation
) -> None:
    organisation.keeps_many(MORE)
    chosen = organisation.starts(organisation.lists_due())
    run.run(chosen.pk)
    assert steps(chosen) == {ItemStep.DELETED: brakes.CANARY, ItemStep.LISTED: 3}
    seen = TimeSeen.objects.get()
    with time_machine.travel(timezone.now() + leap):
        run.run(chosen.pk)
        assert not brakes.may_run(chosen.pk)
        assert steps(chosen) == {ItemStep.DELETED: brakes.CANARY, ItemStep.LISTED: 3}
    assert (halt_of(chosen), TimeSeen.objects.get()) == (Halt.CLOCK, seen)
    run.run(chosen.pk)  # the clock is right again, but nobody has looked
    assert halt_of(chosen) == Halt.CLOCK
    assert not Receipt.objects.filter(type="destroyed").exists()
    steering.go_on(chosen, Halt.CLOCK, by=organisation.samira)
    carry_out(chosen)
    assert steps(chosen) == {ItemStep.DESTROYED: MORE}


def test_a_leap_is_noticed_by_a_process_that_begins_after_it(
    organisation: Organisation, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert not timepiece.jumped()
    for leap in (timedelta(minutes=-30), timedelta(days=8)):
        monkeypatch.setattr(timepiece, "_first", None)
        with time_machine.travel(timezone.now() + leap):
            assert timepiece.jumped()


def test_a_list_far_larger_than_its_category_asks_first(organisation: Organisation) -> None:
    """Without earlier lists the share counts: all of a category at once is no ordinary list."""
    organisation.keeps_many(deviation.SMALL + 1)
    chosen = organisation.starts(organisation.lists_due())
    carry_out(chosen)
    assert (halt_of(chosen), steps(chosen)) == (Halt.MANY, {ItemStep.LISTED: deviation.SMALL + 1})
    assert AccessEvent.objects.filter(action="halt", actor_id=None).count() == 1
    steering.go_on(chosen, Halt.MANY, by=organisation.koen)
    carry_out(chosen)
    chosen.refresh_from_db()
    assert chosen.state == ListState.DONE


@pytest.mark.parametrize(
    ("measured", "why"),
    [
        ((60, 90, 2003), None),
        ((61, 90, 2003), Halt.MANY),
        ((10, 130, 2003), Halt.LARGE),
        ((10, 10, 2006), Halt.YOUNG),
    ],
)
def test_a_list_is_compared_with_those_before_it(
    measured: tuple[int, int, int], why: str | None, organisation: Organisation
) -> None:
    organisation.keeps_many(1)
    chosen = organisation.lists_due()
    for number in range(deviation.ENOUGH):
        earlier = DestructionList.objects.create(
            name=f"VL-2025-{number}", category=chosen.category, team=chosen.team, rule=chosen.rule, state=ListState.DONE
        )
        Execution.objects.create(destruction_list=earlier, dossiers=20, documents=60, youngest=2003)
    assert deviation.of(chosen, deviation.Measure(*measured)) == why


def test_too_many_failures_stop_a_list_and_what_was_looked_at_does_not_stop_it_twice(
    organisation: Organisation, monkeypatch: pytest.MonkeyPatch
) -> None:
    organisation.keeps_many(MORE)
    chosen = organisation.starts(organisation.lists_due())
    carry_out_first_slice(chosen)
    apart = ListItem.objects.filter(step=ItemStep.LISTED)[:2]
    ListItem.objects.filter(pk__in=apart).update(step=ItemStep.SHREDDED, failure="erased: EraseRefused", tries=5)
    monkeypatch.setattr(brakes, "FAILING_LEAST", 2)
    run.run(chosen.pk)
    assert (halt_of(chosen), steps(chosen)[ItemStep.LISTED]) == (Halt.FAILING, 1)
    steering.go_on(chosen, Halt.FAILING, by=organisation.koen)
    run.run(chosen.pk)
    assert (halt_of(chosen), ItemStep.LISTED in steps(chosen)) == ("", False)


def carry_out_first_slice(chosen: DestructionList) -> None:
    Execution.objects.create(destruction_list=chosen)
    ListItem.objects.filter(pk__in=ListItem.objects.all()[: brakes.CANARY]).update(step=ItemStep.DESTROYED)
