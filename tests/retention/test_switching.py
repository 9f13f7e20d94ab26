"""A rule that counts from another event: worked out beforehand, and taken over for all dossiers at once."""

import threading
from collections.abc import Iterator
from datetime import date, timedelta

import msgspec
import pytest
import time_machine
from django.db import connections, transaction
from django.utils import timezone

from casefiles import lifecycle
from casefiles.models import Dossier, Job
from retention import ahead, sweeping, timing, transitions
from retention.models import Clock, ClockAhead, ClockChange, RuleChange
from retention.schedule import Action, Trigger, derive
from retention.timing import rule_in_force, today
from tests.organisation import Organisation
from tests.retention.test_rules import CODE, changed, drafted, published

DAYS = (date(1996, 3, 1), date(2010, 6, 15), date(2012, 8, 31))
SOON = timedelta(days=3)


@pytest.fixture
def kept(organisation: Organisation) -> Organisation:
    for number, day in enumerate(DAYS):
        organisation.keeps(f"JD-{day.year}-{number:04}", changed=day)
    organisation.opens("JD-2026-0001")
    return organisation


@pytest.fixture
def on_the_day() -> Iterator[None]:
    with time_machine.travel(timezone.now() + SOON):
        yield


def publishes(kept: Organisation, trigger: Trigger = Trigger.BIRTH) -> RuleChange:
    """A published change of the trigger that takes over in three days, and is worked out."""
    change = drafted(kept, changed(term="P19Y", trigger=trigger, day=today() + SOON))
    assert change.job
    ahead.work(change.job.pk)
    published(kept, change.rule)
    change.refresh_from_db()
    return change


def as_derived() -> bool:
    """Every clock is what the rule in force today makes of its dossier's facts."""
    rule = rule_in_force(CODE).rule
    found = Clock.objects.filter(category=CODE).select_related("dossier")
    derivations = [(clock, derive(rule, timing.facts_of(clock.dossier, rule))) for clock in found if clock.dossier]
    return all(list(told.starts_on) == clock.starts_on for clock, told in derivations)


def test_until_its_day_nothing_changes_and_then_every_clock_at_once(kept: Organisation) -> None:
    publishes(kept)
    assert (ahead.switch_due(today()), rule_in_force(CODE).version) == (0, 1)
    assert as_derived()
    with time_machine.travel(timezone.now() + SOON):
        assert rule_in_force(CODE).version == 1, "the rule in force is the one that the clocks were derived by"
        assert ahead.switch_due(today()) == 4
        assert rule_in_force(CODE).version == 2
        assert as_derived()
        assert ahead.switch_due(today()) == 0
    assert not ClockAhead.objects.exists()
    lines = ClockChange.objects.filter(cause="rule").values_list("actor", flat=True)
    assert list(lines) == [kept.koen.name] * 4


def test_what_stays_the_same_is_not_written(kept: Organisation) -> None:
    """Closed on the day of their last change, the three old dossiers keep their dates; the open one has none."""
    publishes(kept, Trigger.CLOSURE)
    with time_machine.travel(timezone.now() + SOON):
        assert ahead.switch_due(today()) == 1
        assert as_derived()
    assert ClockChange.objects.get(cause="rule").state_after == "not_started"


def test_a_dossier_that_changes_after_it_was_worked_out_is_worked_out_again(kept: Organisation) -> None:
    change = publishes(kept, Trigger.CLOSURE)
    dossier = Dossier.objects.get(reference="JD-2026-0001")
    assert not ahead.missing(change).exists()
    lifecycle.close(dossier, today(), by=kept.fenna)
    assert list(ahead.missing(change)) == [dossier]
    assert ahead.unfinished() == [change.job_id]
    with time_machine.travel(timezone.now() + SOON):
        ahead.switch_due(today())
        assert as_derived()
        assert Clock.objects.get(dossier=dossier).starts_on == [today() - SOON]


@pytest.mark.usefixtures("on_the_day")
def test_the_sweep_lets_a_version_take_over_and_uses_it(kept: Organisation) -> None:
    with time_machine.travel(timezone.now() - SOON):
        sweeping.sweep()
        publishes(kept)
    sweeping.sweep()
    assert rule_in_force(CODE).version == 2
    assert as_derived()
    assert not Clock.objects.filter(category=CODE, state="due").exists(), "19 years after birth has not come for any"


def test_a_worker_that_was_killed_is_gone_on_from_where_it_stopped(
    kept: Organisation, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ahead, "BATCH", 2)
    change = drafted(kept, changed(trigger=Trigger.CLOSURE))
    assert ahead.work_batch(change, ahead.FIRST)[0] == 2
    first = set(ClockAhead.objects.values_list("pk", flat=True))
    assert change.job
    ahead.work(change.job.pk)
    assert first < set(ClockAhead.objects.values_list("pk", flat=True))
    assert not ahead.missing(change).exists()
    assert Job.objects.get(pk=change.job.pk).state == "done"


def test_another_term_keeps_what_was_worked_out_and_another_trigger_does_not(kept: Organisation) -> None:
    change = drafted(kept, changed(trigger=Trigger.CLOSURE))
    assert change.job
    ahead.work(change.job.pk)
    again = drafted(kept, changed(term="P3Y", trigger=Trigger.CLOSURE))
    assert (again.job_id, ahead.missing(again).exists()) == (change.job_id, False)
    other = drafted(kept, changed(term="P3Y", trigger=Trigger.BIRTH))
    assert other.job_id != change.job_id
    assert ahead.missing(other).count() == 4
    assert ahead.work_batch(change, ahead.FIRST) == (0, None), "the old job writes nothing any more"


def test_a_longer_term_takes_a_due_dossier_off_its_list_the_night_it_takes_over(kept: Organisation) -> None:
    chosen = kept.lists_due()
    published(kept, changed(term="P40Y", day=today() + SOON))
    with time_machine.travel(timezone.now() + SOON):
        swept = sweeping.sweep()
    chosen.refresh_from_db()
    assert (swept.became_due, swept.lists, chosen.state) == (0, (), "done")
    assert not Clock.objects.filter(state="due").exists()
    assert ClockChange.objects.get(cause="not_due").state_after == "running"


def test_a_rule_that_keeps_stops_every_clock(kept: Organisation) -> None:
    keeps = msgspec.structs.replace(
        changed(day=today() + SOON), lines=(), action=Action.KEEP, citation="Selectielijst 13.1.3"
    )
    change = drafted(kept, keeps)
    assert (change.shortens, change.works_ahead) == (False, True)
    assert change.job
    ahead.work(change.job.pk)
    published(kept, keeps)
    with time_machine.travel(timezone.now() + SOON):
        sweeping.sweep()
    assert set(Clock.objects.filter(category=CODE).values_list("state", flat=True)) == {"kept"}


def test_whoever_derives_by_the_rule_that_ends_is_waited_for(kept: Organisation) -> None:
    publishes(kept)
    done = threading.Event()

    def switch() -> None:
        try:
            ahead.switch_due(today() + SOON)
            done.set()
        finally:
            connections.close_all()

    other = threading.Thread(target=switch)
    with transaction.atomic():
        transitions.settle(CODE)
        other.start()
        assert not done.wait(1), "the switch waits for the transaction that holds the rule"
        assert rule_in_force(CODE, today() + SOON).version == 1
    other.join(20)
    assert done.is_set()
    assert rule_in_force(CODE, today() + SOON).version == 2
