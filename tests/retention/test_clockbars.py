"""The list's clocks: the filter and the order by term agree with the derivation, and each bar says what holds."""

from datetime import date, timedelta

import pytest
from django.utils import timezone, translation

from casefiles import listing
from casefiles.listing import Wanted
from casefiles.models import Dossier
from retention import clockbars, holds, timing
from retention.clockwords import Bar, ClockRow, bar, signals
from retention.models import Hold
from retention.schedule.catalogue import load
from tests.organisation import Organisation

TODAY = date(2026, 11, 23)
TWENTY_YEARS = next(category.rules[0] for category in load() if category.code == "jeugdhulp")
BY_CLOSING = next(category.rules[0] for category in load() if category.code == "klacht")
FROM_BIRTH = next(category.rules[0] for category in load() if category.code == "leerplicht")


def years_ago(years: int, days: int = 0) -> date:
    today = timezone.localdate()
    return today.replace(year=today.year - years, day=min(today.day, 28)) + timedelta(days=days)


@pytest.fixture
def of_all_ages(organisation: Organisation) -> Organisation:
    """Dossiers whose terms are over, end within a month, within a year, later, or have no date."""
    for number, changed in enumerate(
        [years_ago(30), years_ago(20, -10), years_ago(20, 12), years_ago(20, 200), years_ago(19, -20), years_ago(3)]
    ):
        organisation.keeps(f"JD-{number}", changed=changed)
    organisation.opens("TG-open", "toegang")
    organisation.opens("LP-unborn", "leerplicht", birth_date=None)
    return organisation


def listed(organisation: Organisation, sort: str = "change", **filters: str) -> list[Dossier]:
    return listing.page(organisation.fenna, Wanted(filters, sort, descending=False)).dossiers


@pytest.mark.parametrize("term", ["year", "month", "passed"])
def test_the_filter_by_term_agrees_with_the_derivation(of_all_ages: Organisation, term: str) -> None:
    today = timing.today()
    last = {"month": today + timedelta(days=30), "year": today + clockbars.SOON, "passed": today - timedelta(days=1)}[
        term
    ]
    first = date.min if term == "passed" else today
    expected = set()
    for dossier in Dossier.objects.all():
        due = timing.derivation_of(dossier).due_on
        if due is not None and first <= due <= last:
            expected.add(dossier.reference)
    assert expected
    assert {dossier.reference for dossier in listed(of_all_ages, term=term)} == expected


def test_what_has_no_date_is_found_by_why(of_all_ages: Organisation) -> None:
    assert [d.reference for d in listed(of_all_ages, term="waiting")] == ["LP-unborn"]
    assert [d.reference for d in listed(of_all_ages, term="not_started")] == ["TG-open"]


def test_the_order_by_term_is_that_of_the_derived_dates_and_the_dateless_come_last(of_all_ages: Organisation) -> None:
    found = listed(of_all_ages, "term")
    dates = [timing.derivation_of(Dossier.objects.get(pk=d.pk)).due_on or date.max for d in found]
    assert dates == sorted(dates)
    assert len(dates) == 8


def test_the_clocks_of_a_page_are_those_of_the_derivation(of_all_ages: Organisation) -> None:
    held = Dossier.objects.get(reference="JD-3")
    holds.place([held.pk], Hold.Reason.CLAIM, owner=of_all_ages.fenna, review_on=timing.today() + timedelta(days=9))
    chosen = of_all_ages.lists_due()
    dossiers = list(Dossier.objects.all())
    found = clockbars.clocks(dossiers)
    for dossier in dossiers:
        assert found[dossier.pk].due_on == timing.derivation_of(dossier).due_on
        assert found[dossier.pk].hold == ("claim" if dossier == held else "")
        assert found[dossier.pk].list_name == (chosen.name if dossier.reference in {"JD-0", "JD-1"} else "")


@pytest.mark.parametrize(
    ("clock", "status", "expected"),
    [
        (ClockRow("running", TWENTY_YEARS, (date(2016, 11, 23),), date(2036, 11, 23), "", ""), "closed",
         Bar(49, "10 yr left", "until 23 Nov 2036", "")),
        (ClockRow("running", TWENTY_YEARS, (date(2026, 11, 23),), date(2046, 11, 23), "", ""), "open",
         Bar(0, "20 yr left", "until 23 Nov 2046", "idle")),
        (ClockRow("running", TWENTY_YEARS, (date(2006, 12, 16),), date(2026, 12, 16), "", ""), "closed",
         Bar(99, "23 days left", "until 16 Dec 2026", "soon")),
        (ClockRow("running", TWENTY_YEARS, (date(2006, 11, 23),), TODAY, "", ""), "closed",
         Bar(100, "Last day", "until 23 Nov 2026", "soon")),
        (ClockRow("due", TWENTY_YEARS, (date(2006, 11, 12),), date(2026, 11, 12), "VL-1", ""), "closed",
         Bar(100, "11 days over", "since 12 Nov 2026", "over")),
        (ClockRow("due", TWENTY_YEARS, (date(2006, 11, 12),), date(2026, 11, 12), "", "claim"), "closed",
         Bar(100, "Held: claim", "since 12 Nov 2026", "hold")),
        (ClockRow("not_started", BY_CLOSING, (None,), None, "", ""), "open",
         Bar(0, "Not started", "starts at closing", "idle")),
        (ClockRow("waiting", FROM_BIRTH, (None,), None, "", ""), "open",
         Bar(0, "No date yet", "birth date missing", "idle")),
        (ClockRow("kept", None, (), None, "", ""), "closed", Bar(100, "Kept permanently", "", "")),
    ],
)  # fmt: skip
def test_a_bar_says_in_two_lines_how_long_still(clock: ClockRow, status: str, expected: Bar) -> None:
    with translation.override("en"):
        assert bar(clock, status, TODAY) == expected


def test_signals_come_with_the_strongest_first() -> None:
    clock = ClockRow("due", TWENTY_YEARS, (date(2000, 1, 1),), date(2020, 1, 1), "VL-1", "claim")
    with translation.override("en"):
        found = [signal.text for signal in signals(clock, "open", TODAY)]
    assert found == ["On destruction list", "Hold", "Past its date, still open"]
