"""The nine kinds by hand: each date counted on a calendar, by the source that the test names."""

from datetime import date

import pytest

from retention.schedule import (
    Category,
    Due,
    Fact,
    Facts,
    NotStarted,
    Trigger,
    Waiting,
    derive,
    is_due,
    load,
)


@pytest.fixture(scope="module")
def shipped() -> dict[str, Category]:
    return {category.code: category for category in load()}


def closed(opened: date, closed_on: date, changed: date | None = None, birth: date | None = None) -> Facts:
    return Facts(
        opened_on=opened,
        last_change_on=changed or closed_on,
        is_closed=True,
        closed_on=closed_on,
        birth_date=birth,
    )


def due(shipped: dict[str, Category], code: str, facts: Facts) -> date | None:
    rule = shipped[code].rule_on(date(2026, 11, 23))
    assert rule is not None
    return derive(rule, facts).due_on


def test_youth_care_runs_twenty_years_from_the_last_change(shipped: dict[str, Category]) -> None:
    # Jeugdwet 7.3.8(3): 28 June 1995 + 20 years; the later closing date plays no part
    facts = closed(date(1995, 2, 6), date(1995, 7, 3), changed=date(1995, 6, 28))
    assert due(shipped, "jeugdhulp", facts) == date(2015, 6, 28)


def test_youth_care_that_ends_on_a_leap_day_is_kept_up_to_a_leap_day(shipped: dict[str, Category]) -> None:
    # 2004 and 2024 are both leap years: due from 1 March 2024
    facts = closed(date(2003, 1, 6), date(2004, 2, 29))
    assert due(shipped, "jeugdhulp", facts) == date(2024, 2, 29)
    assert not is_due(date(2024, 2, 29), today=date(2024, 2, 29))
    assert is_due(date(2024, 2, 29), today=date(2024, 3, 1))


def test_an_access_file_runs_twenty_years_from_closure(shipped: dict[str, Category]) -> None:
    # SL 8.1.2 / 8.3.2: 3 May 1999 + 20 years; an administrative change in 2001 plays no part
    facts = closed(date(1997, 4, 27), date(1999, 5, 3), changed=date(2001, 1, 9))
    assert due(shipped, "toegang", facts) == date(2019, 5, 3)


@pytest.mark.parametrize("code", ["ots", "voogdij", "jeugdreclassering"])
def test_files_of_a_certified_institution_run_from_the_last_change(shipped: dict[str, Category], code: str) -> None:
    # Jeugdwet 7.3.1(1) with 7.3.8(3): 14 May 1999 + 20 years. The guidance of birth + 48 years would give
    # 2 March 2018 for this young person of 2 March 1970, and is not applied.
    facts = closed(date(1996, 9, 30), date(1999, 5, 14), birth=date(1970, 3, 2))
    assert due(shipped, code, facts) == date(2019, 5, 14)


def test_a_safe_at_home_file_runs_from_the_last_change(shipped: dict[str, Category]) -> None:
    # Wmo 2015 5.3.4(2): 31 January 2006 + 20 years
    facts = closed(date(2005, 1, 22), date(2006, 2, 14), changed=date(2006, 1, 31))
    assert due(shipped, "veilig-thuis", facts) == date(2026, 1, 31)


def test_youth_health_care_runs_from_the_later_of_change_and_closure(shipped: dict[str, Category]) -> None:
    # BW 7:454(3): 24 November 2015 + 20; SL 8.1.12: 1 December 2015 + 20, which is later
    late_closure = closed(date(2011, 12, 20), date(2015, 12, 1), changed=date(2015, 11, 24))
    assert due(shipped, "jgz", late_closure) == date(2035, 12, 1)
    # a substantive change after closure: now BW 7:454(3) is later
    late_change = closed(date(2011, 12, 20), date(2015, 12, 1), changed=date(2016, 2, 29))
    assert due(shipped, "jgz", late_change) == date(2036, 2, 29)


def test_open_youth_health_care_has_no_date_yet(shipped: dict[str, Category]) -> None:
    facts = Facts(opened_on=date(2011, 12, 20), last_change_on=date(2015, 11, 24), is_closed=False)
    assert derive(shipped["jgz"].rules[0], facts).outcome == NotStarted((Trigger.CLOSURE,))


def test_school_attendance_runs_nineteen_years_from_birth(shipped: dict[str, Category]) -> None:
    # SL 12.1.3: 29 February 2008 + 19 years; 2027 is no leap year
    facts = closed(date(2020, 9, 1), date(2022, 7, 8), birth=date(2008, 2, 29))
    assert due(shipped, "leerplicht", facts) == date(2027, 2, 28)


def test_school_attendance_without_a_birth_date_asks_a_person(shipped: dict[str, Category]) -> None:
    facts = closed(date(2020, 9, 1), date(2022, 7, 8))
    assert derive(shipped["leerplicht"].rules[0], facts).outcome == Waiting((Fact.BIRTH_DATE,))


def test_a_complaint_runs_five_years_from_its_settlement(shipped: dict[str, Category]) -> None:
    # SL 13.1: 29 February 2020 + 5 years; 2025 is no leap year
    assert due(shipped, "klacht", closed(date(2019, 12, 2), date(2020, 2, 29))) == date(2025, 2, 28)
    # an open complaint: nothing runs
    unsettled = Facts(opened_on=date(2019, 12, 2), last_change_on=date(2020, 2, 29), is_closed=False)
    assert derive(shipped["klacht"].rules[0], unsettled).outcome == NotStarted((Trigger.CLOSURE,))


def test_a_child_expected_but_not_yet_born_counts_from_the_expected_day(shipped: dict[str, Category]) -> None:
    facts = Facts(
        opened_on=date(2026, 11, 2),
        last_change_on=date(2026, 11, 20),
        is_closed=False,
        birth_date=date(2027, 3, 31),
    )
    assert derive(shipped["leerplicht"].rules[0], facts).outcome == Due(date(2046, 3, 31))
