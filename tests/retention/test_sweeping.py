"""The nightly sweep: due the day after and never early, once and not twice, and not on a wrong date."""

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.utils import timezone

from casefiles.models import Dossier
from retention import sweeping
from retention.models import Clock, ClockSweep, DestructionList, ListItem
from retention.timing import derivation_of, today
from tests.organisation import Organisation
from tests.stores import difference, everything

AMSTERDAM = ZoneInfo("Europe/Amsterdam")
CHANGED = date(2006, 11, 23)
LAST_DAY = date(2026, 11, 23)


def at(day: date, hour: int = 0, minute: int = 0, second: int = 0) -> datetime:
    return datetime(day.year, day.month, day.day, hour, minute, second, tzinfo=AMSTERDAM)


def state() -> str:
    return Clock.objects.get().state


def test_a_clock_falls_due_the_day_after_its_last_day_and_never_early(organisation: Organisation) -> None:
    organisation.keeps("JD-2006-0001", changed=CHANGED)
    with time_machine.travel(at(LAST_DAY, 23, 59, 59), tick=False):
        swept = sweeping.sweep()
        assert (swept.day, swept.became_due, swept.lists, state()) == (LAST_DAY, 0, (), "running")
    with time_machine.travel(at(LAST_DAY + timedelta(days=1), 0, 0, 1), tick=False):
        swept = sweeping.sweep()
        assert (swept.day, swept.became_due, state()) == (LAST_DAY + timedelta(days=1), 1, "due")
    item = ListItem.objects.get()
    assert item.due_on == LAST_DAY == derivation_of(Dossier.objects.get()).due_on


def test_in_winter_and_summer_the_day_begins_at_midnight_in_amsterdam(organisation: Organisation) -> None:
    organisation.keeps("JD-2006-0001", changed=date(2006, 6, 30))
    ClockSweep.objects.all().delete()
    with time_machine.travel(datetime(2026, 6, 30, 21, 59, tzinfo=ZoneInfo("UTC")), tick=False):
        assert sweeping.sweep().became_due == 0
    with time_machine.travel(datetime(2026, 6, 30, 22, 1, tzinfo=ZoneInfo("UTC")), tick=False):
        assert sweeping.sweep().became_due == 1


def test_the_date_on_which_a_clock_falls_due_is_the_one_that_the_rule_derives(organisation: Organisation) -> None:
    """The sweep's SQL and the schedule's Python, around the day, for leap days and ends of months."""
    for number, changed in enumerate((date(2004, 2, 29), date(2005, 2, 28), date(2003, 12, 31), date(2004, 8, 31))):
        organisation.keeps(f"JD-2004-{number:04}", changed=changed)
    for clock in Clock.objects.select_related("dossier").order_by("starts_on"):
        assert clock.dossier
        due_on = derivation_of(clock.dossier).due_on
        assert due_on
        ClockSweep.objects.all().delete()
        with time_machine.travel(at(due_on, 12), tick=False):
            sweeping.sweep()
        assert Clock.objects.get(pk=clock.pk).state == "running", due_on
        ClockSweep.objects.all().delete()
        with time_machine.travel(at(due_on + timedelta(days=1), 12), tick=False):
            sweeping.sweep()
        assert Clock.objects.get(pk=clock.pk).state == "due", due_on


def test_a_second_sweep_of_the_same_day_changes_nothing(organisation: Organisation) -> None:
    organisation.keeps_many(3)
    first = sweeping.sweep()
    assert (first.became_due, len(first.lists)) == (3, 1)
    before = everything()
    second = sweeping.sweep()
    assert (second.became_due, second.started, second.lists) == (0, 0, ())
    assert difference(before, everything()) == []
    assert ClockSweep.objects.get().became_due == 3


def test_an_open_dossier_past_its_date_is_counted_and_never_listed(organisation: Organisation) -> None:
    dossier = organisation.opens("JD-1996-0001")
    Dossier.objects.filter(pk=dossier.pk).update(opened_on=date(1996, 1, 1), last_change_on=date(1996, 1, 1))
    Clock.objects.update(starts_on=[date(1996, 1, 1)])
    swept = sweeping.sweep()
    assert (swept.open_past_due, swept.became_due, swept.lists, state()) == (1, 0, (), "running")
    assert not DestructionList.objects.exists()


def test_a_held_dossier_falls_due_and_is_not_listed(organisation: Organisation) -> None:
    organisation.keeps("JD-1996-0001")
    Clock.objects.update(held=1)
    swept = sweeping.sweep()
    assert (swept.became_due, swept.held, swept.lists, state()) == (1, 1, (), "due")


def test_a_clock_that_is_missing_starts(organisation: Organisation) -> None:
    organisation.keeps("JD-1996-0001")
    organisation.opens("LP-2020-0001", kind="leerplicht", birth_date=None)
    Clock.objects.all().delete()
    swept = sweeping.sweep()
    assert (swept.started, swept.became_due, swept.waiting) == (2, 1, 1)
    assert Clock.objects.count() == 2


def test_a_dossier_that_is_still_arriving_gets_no_clock(organisation: Organisation) -> None:
    organisation.keeps("JD-1996-0001")
    Clock.objects.all().delete()
    Dossier.objects.update(status=Dossier.Status.ARRIVING)
    assert sweeping.sweep().started == 0


@pytest.mark.parametrize("days", [-1, -400, 8, 4000])
def test_a_date_that_went_back_or_jumped_ahead_stops_the_sweep_until_a_person_confirms_it(
    days: int, organisation: Organisation
) -> None:
    sweeping.sweep()
    organisation.keeps("JD-2006-0001", changed=CHANGED)
    before = everything()
    with time_machine.travel(timezone.now() + timedelta(days=days)):
        with pytest.raises(sweeping.ClockJumped):
            sweeping.sweep()
        assert difference(before, everything()) == []
        sweeping.sweep(confirmed_by=organisation.koen)
        assert ClockSweep.objects.get(day=today()).confirmed_by_id == organisation.koen.pk


@pytest.mark.parametrize("days", [0, 1, 7])
def test_a_week_of_silence_is_no_jump(days: int, organisation: Organisation) -> None:
    sweeping.sweep()
    with time_machine.travel(timezone.now() + timedelta(days=days)):
        assert sweeping.sweep().day == today()
    assert ClockSweep.objects.filter(confirmed_by=None).count() == (2 if days else 1)
