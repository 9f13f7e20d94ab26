"""Every trigger, bound and condition, and several rules in one file."""

from dataclasses import replace
from datetime import date

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from retention.schedule import (
    Action,
    Bound,
    Combine,
    Condition,
    Dated,
    Decision,
    Due,
    Fact,
    Facts,
    Kept,
    Line,
    Named,
    NotStarted,
    Period,
    Rounding,
    Rule,
    Standing,
    Trigger,
    Waiting,
    derive,
    longest,
    questions,
)

from .building import BIRTH, CHANGE, CLOSED, CLOSURE, OPEN, line, rule

UNDATED = (Decision(date(2003, 1, 1)),)
HALF_ENDED = (date(2003, 1, 1), None)


@given(st.permutations([CHANGE, CLOSURE, Trigger.NEVER]), st.sampled_from(Combine))
def test_what_never_ends_outlasts_all_and_shortens_nothing(order: list[Trigger], combine: Combine) -> None:
    lines = [line(t, "P0D" if t is Trigger.NEVER else "P20Y") for t in order]
    found = derive(rule(*lines, combine=combine), CLOSED)
    assert found.outcome == (Kept() if combine is Combine.LATEST_OF else Due(date(2024, 3, 15)))


def test_a_minimum_lengthens_a_maximum_shortens_and_the_minimum_wins() -> None:
    term, least, most = line(CHANGE, "P20Y"), bound("P25Y", Bound.MINIMUM), bound("P22Y", Bound.MAXIMUM)
    # last change 15 March 2004, closed 1 June 2004
    assert derive(rule(term, least), CLOSED).due_on == date(2029, 6, 1)
    assert derive(rule(term, most), CLOSED).due_on == date(2024, 3, 15)
    assert derive(rule(term, bound("P10Y", Bound.MAXIMUM)), CLOSED).due_on == date(2014, 6, 1)
    assert derive(rule(term, least, most), CLOSED).due_on == date(2029, 6, 1)
    assert derive(rule(term, least), OPEN).outcome == NotStarted((CLOSURE,))
    assert derive(rule(term, most), OPEN).due_on == date(2024, 3, 15)


def bound(term: str, which: Bound) -> Line:
    return msgspec.structs.replace(line(CLOSURE, term), bound=which)


def test_a_maximum_is_never_rounded_past() -> None:
    most = bound("P10Y", Bound.MAXIMUM)
    rounded = msgspec.structs.replace(rule(line(CHANGE, "P20Y"), most), rounding=Rounding.YEAR_END)
    assert derive(rounded, CLOSED).due_on == date(2014, 6, 1)


def test_a_line_applies_only_where_its_condition_holds() -> None:
    old = msgspec.structs.replace(
        line(CHANGE, "P15Y"), when=Condition(before=date(2020, 1, 1), dated=Dated.LAST_CHANGE)
    )
    new = msgspec.structs.replace(line(CHANGE, "P20Y"), when=Condition(since=date(2020, 1, 1), dated=Dated.LAST_CHANGE))
    both = rule(old, new, combine=Combine.EARLIEST_OF)
    eve, day = replace(OPEN, last_change_on=date(2019, 12, 31)), replace(OPEN, last_change_on=date(2020, 1, 1))
    assert derive(both, eve).due_on == date(2034, 12, 31)
    assert derive(both, day).due_on == date(2040, 1, 1)
    assert derive(both, day).candidates[0].standing is Standing.NOT_APPLICABLE


def test_a_flag_that_nobody_answered_is_asked_for_and_decides_once_answered() -> None:
    flag = Named(code="vermoeden", nl="vermoeden van mishandeling", en="abuse suspected")
    suspected = msgspec.structs.replace(line(BIRTH, "P39Y"), when=Condition(flag=flag))
    both = rule(line(CHANGE, "P20Y"), suspected)
    assert derive(both, CLOSED).outcome == Waiting((Fact.FLAG,))
    assert derive(both, replace(CLOSED, flags={"vermoeden": False})).due_on == date(2024, 3, 15)
    assert derive(both, replace(CLOSED, flags={"vermoeden": True})).due_on == date(2029, 8, 31)
    [question] = questions(derive(both, CLOSED), "nl")
    assert "vermoeden van mishandeling" in question


def test_a_rule_of_which_no_line_applies_asks_which_term_does() -> None:
    other = msgspec.structs.replace(line(CHANGE, "P20Y"), when=Condition(kinds=("ots",)))
    assert derive(rule(other), replace(CLOSED, kind="jgz")).outcome == Waiting((Fact.APPLICABLE_LINE,))


def test_a_named_event_is_asked_for_only_where_nothing_ends_without_it() -> None:
    gone = Named(code="risico-weg", nl="het risico is weg", en="the risk is gone")
    event = msgspec.structs.replace(line(Trigger.CLOSURE, "P1Y"), trigger=Trigger.NAMED_EVENT, event=gone)
    either = rule(line(CHANGE, "P20Y"), event, combine=Combine.EARLIEST_OF)
    assert derive(either, CLOSED).due_on == date(2024, 3, 15)
    assert derive(rule(event), CLOSED).outcome == Waiting((Fact.NAMED_EVENT,))
    assert derive(rule(event), OPEN).outcome == NotStarted((Trigger.NAMED_EVENT,))
    known = replace(CLOSED, events={"risico-weg": date(2005, 1, 31)})
    assert derive(either, known).due_on == date(2006, 1, 31)


@pytest.mark.parametrize(
    ("trigger", "known", "due_on"),
    [
        (Trigger.MAJORITY, replace(CLOSED, birth_date=date(2008, 2, 29)), date(2027, 3, 1)),  # never a day early
        (Trigger.MAJORITY, CLOSED, date(2009, 8, 31)),
        (Trigger.YOUNGEST_CHILD_18, replace(CLOSED, family_birth_date=date(1995, 5, 5)), date(2014, 5, 5)),
        (Trigger.END_OF_MEASURE, replace(CLOSED, end_of_measure_on=date(2003, 1, 1)), date(2004, 1, 1)),
        (Trigger.ARRIVAL, replace(CLOSED, arrived_on=date(2003, 1, 1)), date(2004, 1, 1)),
        (
            Trigger.DECISION_START,
            replace(CLOSED, decisions=(Decision(date(2003, 1, 1)), Decision(date(2002, 1, 1)))),
            date(2004, 1, 1),
        ),
        (
            Trigger.DECISION_EXPIRY,
            replace(CLOSED, decisions=(Decision(date(2002, 1, 1), date(2003, 1, 1)),)),
            date(2004, 1, 1),
        ),
        (Trigger.PARENT_END, replace(CLOSED, parent_ends=(date(2003, 1, 1),)), date(2004, 1, 1)),
        (Trigger.RELATED_END, replace(CLOSED, related_ends=(date(2002, 1, 1), date(2003, 1, 1))), date(2004, 1, 1)),
        (Trigger.OWN_CREATION, replace(CLOSED, created_on=date(2003, 1, 1)), date(2004, 1, 1)),
    ],
)
def test_every_trigger_starts_a_term_of_a_year(trigger: Trigger, known: Facts, due_on: date) -> None:
    assert derive(rule(line(trigger, "P1Y")), known).due_on == due_on


@pytest.mark.parametrize(
    ("trigger", "known", "outcome"),
    [
        (Trigger.END_OF_MEASURE, OPEN, NotStarted((Trigger.END_OF_MEASURE,))),
        (Trigger.END_OF_MEASURE, CLOSED, Waiting((Fact.END_OF_MEASURE,))),
        (Trigger.ARRIVAL, OPEN, Waiting((Fact.ARRIVAL_DATE,))),
        (Trigger.DECISION_EXPIRY, replace(OPEN, decisions=UNDATED), NotStarted((Trigger.DECISION_EXPIRY,))),
        (Trigger.DECISION_EXPIRY, replace(CLOSED, decisions=UNDATED), Waiting((Fact.DECISION_EXPIRY,))),
        (Trigger.PARENT_END, CLOSED, Waiting((Fact.PARENT_CASE,))),
        (Trigger.PARENT_END, replace(CLOSED, parent_ends=(None,)), NotStarted((Trigger.PARENT_END,))),
        (Trigger.RELATED_END, replace(CLOSED, related_ends=HALF_ENDED), NotStarted((Trigger.RELATED_END,))),
        (Trigger.YOUNGEST_CHILD_18, CLOSED, Waiting((Fact.FAMILY_BIRTH_DATE,))),
    ],
)  # fmt: skip
def test_an_event_without_a_date_waits_or_asks(trigger: Trigger, known: Facts, outcome: object) -> None:
    assert derive(rule(line(trigger, "P1Y")), known).outcome == outcome


def test_a_term_may_start_some_time_after_its_event() -> None:
    delayed = msgspec.structs.replace(line(CLOSURE, "P1Y"), delay=Period("P6M"))
    found = derive(rule(delayed), CLOSED)
    assert (found.starts_on, found.due_on) == ((date(2004, 12, 1),), date(2005, 12, 1))


def test_until_the_day_itself_is_a_term_of_nothing() -> None:
    fixed = msgspec.structs.replace(line(CLOSURE, "P0D"), trigger=Trigger.FIXED_DATE, on=date(2030, 6, 15))
    assert derive(rule(fixed), OPEN).due_on == date(2030, 6, 15)


def test_the_longest_of_several_rules_governs_a_file() -> None:
    short, long = rule(line(CHANGE, "P5Y")), rule(line(CHANGE, "P20Y"))
    unknown = rule(line(BIRTH, "P1Y"))
    kept = Rule(category="jgz", version=1, valid_from=date(2020, 1, 1), action=Action.KEEP, citation="SL 19.1.18")
    looked_at = msgspec.structs.replace(short, action=Action.REVIEW)
    rules = {"short": short, "long": long, "unknown": unknown, "kept": kept, "looked_at": looked_at}
    derived = {name: derive(each, OPEN) for name, each in rules.items()}

    def wins(*names: str) -> str:
        chosen = longest([derived[name] for name in names])
        return next(name for name in names if derived[name] is chosen)

    assert wins("short", "long") == wins("long", "short") == "long"
    assert wins("long", "unknown") == "unknown"
    assert wins("unknown", "kept") == "kept"
    assert wins("long", "looked_at") == "looked_at"
