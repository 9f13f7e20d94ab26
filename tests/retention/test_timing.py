"""Every dossier has its clock: from which facts, and what moves it and what cannot."""

from datetime import date, datetime
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.utils import timezone

from casefiles import lifecycle
from casefiles.intake.importer import import_package
from casefiles.intake.package import open_package
from casefiles.models import Dossier, Party, PartyFacts
from retention import ahead, timing, transitions
from retention.models import Clock
from retention.schedule import Due, Trigger, Waiting
from retention.states import NEXT, ClockState
from retention.timing import today
from tests.organisation import Organisation
from tests.retention.test_rules import changed, published
from tests.shared import shared

AMSTERDAM = ZoneInfo("Europe/Amsterdam")


def entry(*, substantive: bool = True) -> lifecycle.NewEntry:
    return lifecycle.NewEntry(timezone.localdate(), "contact", "fact", substantive=substantive, text="Gesprek.")


def clock() -> Clock:
    return Clock.objects.select_related("dossier").get()


@pytest.mark.usefixtures("stores")
def test_every_kind_that_a_package_brings_gets_the_clock_of_its_own_rule() -> None:
    import_package(open_package(shared("data/intake/clean"), timezone.localdate()), by=None, dry_run=False)
    assert set(Dossier.objects.values_list("kind", flat=True)) == set(Dossier.Kind.values)
    assert Clock.objects.count() == Dossier.objects.count()
    for found in Clock.objects.select_related("dossier"):
        assert found.dossier is not None
        derivation = timing.derivation_of(found.dossier)
        assert found.category_id == found.dossier.kind
        assert (found.state, found.starts_on) == (timing.state_of(derivation), list(derivation.starts_on))
    assert set(Clock.objects.values_list("state", flat=True)) >= {"running", "not_started"}


def test_a_missing_birth_date_waits_for_a_person_and_starts_the_clock_when_it_is_known(
    organisation: Organisation,
) -> None:
    dossier = organisation.opens("LP-2020-0001", kind="leerplicht", birth_date=None)
    assert (clock().state, clock().starts_on) == ("waiting", [None])
    assert isinstance(timing.derivation_of(dossier).outcome, Waiting)
    youth = Party.objects.get()
    youth.facts = PartyFacts(given_names="Julia", surname="Luinenburg", birth_date=date(2008, 3, 7))
    youth.save(update_fields=["facts"])
    timing.recompute(dossier)
    assert (clock().state, clock().starts_on) == ("running", [date(2008, 3, 7)])
    assert timing.derivation_of(dossier).outcome == Due(date(2027, 3, 7))


def test_the_youngest_of_several_young_people_counts_and_one_unknown_is_enough_to_wait(
    organisation: Organisation,
) -> None:
    dossier = organisation.opens("LP-2020-0001", kind="leerplicht")
    Party.objects.create(dossier=dossier, role="youth", facts=PartyFacts(surname="L", birth_date=date(2012, 5, 1)))
    Party.objects.create(dossier=dossier, role="parent", facts=PartyFacts(surname="L", birth_date=date(1980, 1, 1)))
    timing.recompute(dossier)
    assert clock().starts_on == [date(2012, 5, 1)]
    Party.objects.create(dossier=dossier, role="youth", facts=PartyFacts(surname="L"))
    timing.recompute(dossier)
    assert (clock().state, clock().starts_on) == ("waiting", [None])


def test_closing_starts_a_term_that_runs_from_the_closing_and_reopening_stops_it(organisation: Organisation) -> None:
    dossier = organisation.opens("TO-2020-0001", kind="toegang")
    assert clock().state == "not_started"
    lifecycle.close(dossier, date(2021, 2, 1), by=organisation.fenna)
    assert (clock().state, clock().starts_on) == ("running", [date(2021, 2, 1)])
    lifecycle.reopen(dossier, "new_request", by=organisation.fenna)
    assert clock().state == "not_started"


def test_a_due_dossier_that_is_reopened_and_written_in_runs_again(organisation: Organisation) -> None:
    dossier = organisation.keeps("JD-1996-0001")
    organisation.lists_due()
    assert clock().state == "due"
    lifecycle.reopen(dossier, "new_request", by=organisation.fenna)
    assert (clock().state, clock().starts_on) == ("running", [timezone.localdate()])
    lifecycle.add_entry(dossier, entry(), by=organisation.fenna)
    assert clock().state == "running"


def test_a_due_dossier_whose_facts_did_not_change_stays_due(organisation: Organisation) -> None:
    dossier = organisation.keeps("JD-1996-0001")
    organisation.lists_due()
    timing.recompute(dossier)
    organisation.lists_due()
    assert clock().state == "due"


@pytest.mark.parametrize("state", ["destroying", "failed"])
def test_nothing_moves_a_claimed_clock(state: str, organisation: Organisation) -> None:
    dossier = organisation.keeps("JD-1996-0001")
    Clock.objects.update(state=state)
    before = clock().starts_on
    Dossier.objects.filter(pk=dossier.pk).update(last_change_on=timezone.localdate())
    dossier.refresh_from_db()
    timing.recompute(dossier)
    assert (clock().state, clock().starts_on) == (state, before)
    assert Clock.objects.count() == 1


def test_a_rule_that_counts_from_the_newest_item_follows_an_administrative_entry_too(
    organisation: Organisation,
) -> None:
    published(organisation, changed("klacht", trigger=Trigger.OWN_CREATION, day=today()), back=True)
    assert ahead.switch_due(today()) == 0  # there is no complaint yet
    dossier = organisation.opens("KD-1", "klacht")
    assert Clock.objects.get(dossier=dossier).state == "waiting"
    note = lifecycle.NewEntry(date(2021, 5, 4), "administrative", "fact", substantive=False, text="Adres nagezien.")
    written = lifecycle.add_entry(dossier, note, by=organisation.fenna)
    assert Clock.objects.get(dossier=dossier).starts_on == [date(2021, 5, 4)]
    later = lifecycle.EntryChange(date(2021, 6, 7), "administrative", "fact", substantive=False, text="Nagezien.")
    lifecycle.change_entry(written, later, seen=1, by=organisation.fenna)
    assert Clock.objects.get(dossier=dossier).starts_on == [date(2021, 6, 7)]


def test_today_is_the_date_in_amsterdam(stores: None) -> None:
    for moment, day in (
        (datetime(2026, 1, 31, 23, 59, 59, tzinfo=AMSTERDAM), date(2026, 1, 31)),
        (datetime(2026, 2, 1, 0, 0, 1, tzinfo=AMSTERDAM), date(2026, 2, 1)),
        (datetime(2026, 6, 30, 22, 30, tzinfo=ZoneInfo("UTC")), date(2026, 7, 1)),
    ):
        with time_machine.travel(moment, tick=False):
            assert timing.today() == day


@pytest.mark.usefixtures("stores")
def test_a_kind_without_a_rule_in_force_has_no_guessed_term() -> None:
    with pytest.raises(timing.NoRule, match="onbekend"):
        timing.rule_in_force("onbekend")
    with pytest.raises(timing.NoRule):
        timing.rule_in_force("jeugdhulp", date(1950, 1, 1))


def test_a_step_that_the_graph_does_not_have_is_refused_and_writes_nothing(organisation: Organisation) -> None:
    organisation.keeps("JD-1996-0001")
    for state in ClockState:
        for to in set(ClockState) - NEXT[state] - {state}:
            with pytest.raises(transitions.WrongWay):
                transitions.move(Clock.objects.all(), to, came_from=[state])
    assert clock().state == "running"


def test_a_move_tells_how_many_really_moved(organisation: Organisation) -> None:
    organisation.keeps("JD-1996-0001")
    organisation.keeps("JD-1996-0002")
    due = ClockState.DUE
    assert transitions.move(Clock.objects.all(), due, came_from=[ClockState.RUNNING]) == 2
    assert transitions.move(Clock.objects.all(), due, came_from=[ClockState.RUNNING]) == 0
