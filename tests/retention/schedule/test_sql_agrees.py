"""The set-based path and the Python path give the same answer, on thousands of random clocks."""

from datetime import date, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from retention.bench import parity
from retention.bench.parity import check, in_database
from retention.schedule import (
    Combine,
    Confidence,
    Facts,
    Line,
    Period,
    Rule,
    Status,
    Trigger,
    derive,
    load,
)

from .strategies import days, facts, rules

pytestmark = pytest.mark.usefixtures("stores")


def compare(rule: Rule, known: list[Facts], today: date) -> None:
    derivations = [derive(rule, one) for one in known]
    # around each due date as well: that is where one day decides
    edges = {found.due_on + timedelta(days=n) for found in derivations[:2] if found.due_on for n in (0, 1)}
    for day in {today, *edges}:
        check(rule, derivations, day)


# The fixture only opens access to the database; no example writes, so sharing it is safe.
shared = settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)


@shared
@given(rules(), st.lists(facts(), min_size=1, max_size=30), days())
def test_any_rule_gives_the_same_dates_and_the_same_due_clocks(rule: Rule, known: list[Facts], today: date) -> None:
    compare(rule, known, today)


@shared
@given(st.sampled_from([c.rules[0] for c in load()]), st.lists(facts(), min_size=1, max_size=30), days())
def test_the_shipped_rules_give_the_same_dates_and_the_same_due_clocks(
    rule: Rule, known: list[Facts], today: date
) -> None:
    compare(rule, known, today)


@pytest.mark.parametrize("combine", list(Combine))
def test_every_day_around_leap_days_and_month_ends_agrees(combine: Combine) -> None:
    terms = ["P1Y", "P19Y", "P20Y", "P1M", "P1Y6M", "P1Y1M1D", "P4W", "P42D"]
    lines = [
        Line(
            trigger=Trigger.LAST_SUBSTANTIVE_CHANGE,
            term=Period(term),
            citation="SL 13.1",
            status=Status.SELECTIELIJST,
            confidence=Confidence.HIGH,
            confirmed=True,
        )
        for term in terms
    ]
    first = date(2003, 12, 25)
    known = [Facts(opened_on=first, last_change_on=first + timedelta(days=n), is_closed=False) for n in range(450)]
    for line in lines:
        rule = Rule(category="klacht", version=1, valid_from=date(2020, 1, 1), lines=(line,), combine=combine)
        compare(rule, known, line.term.after(date(2004, 2, 29)))


def test_a_clock_without_dates_is_not_due_rather_than_unknown() -> None:
    for category in load():
        [rule] = category.rules
        nothing = tuple(None for _ in rule.applied)
        assert in_database(rule, [nothing, ()], date(2999, 1, 1)) == [(0, None, False), (1, None, False)]


def test_the_cases_of_the_command_agree() -> None:
    assert sum(parity.compare(rules=12, seed=7)) == 12 * parity.EACH
