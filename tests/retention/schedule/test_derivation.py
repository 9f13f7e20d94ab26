from dataclasses import replace
from datetime import date
from itertools import permutations

import msgspec
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from retention.schedule import (
    Action,
    Bound,
    Combine,
    Dated,
    Due,
    Fact,
    Facts,
    Kept,
    NotStarted,
    Period,
    Rounding,
    Rule,
    Standing,
    Trigger,
    Waiting,
    derive,
    is_due,
)

from .building import BIRTH, CHANGE, CLOSED, CLOSURE, OPEN, line, rule
from .strategies import days, destroying_rules, facts


def test_a_change_in_the_afternoon_is_kept_for_twenty_full_years() -> None:
    found = derive(rule(line(CHANGE, "P20Y")), OPEN)
    assert found.outcome == Due(date(2024, 3, 15))
    assert not is_due(date(2024, 3, 15), today=date(2024, 3, 15))
    assert is_due(date(2024, 3, 15), today=date(2024, 3, 16))


def test_a_term_from_closure_has_not_started_while_the_dossier_is_open() -> None:
    found = derive(rule(line(CLOSURE, "P20Y")), OPEN)
    assert found.outcome == NotStarted((CLOSURE,))
    assert found.due_on is None
    assert found.starts_on == (None,)
    assert found.candidates[0].standing is Standing.NOT_STARTED


def test_a_closed_dossier_without_closing_date_waits_for_it() -> None:
    found = derive(rule(line(CLOSURE, "P20Y")), replace(OPEN, is_closed=True))
    assert found.outcome == Waiting((Fact.CLOSING_DATE,))
    assert found.candidates[0].standing is Standing.FACT_MISSING


def test_an_open_dossier_has_its_date_when_the_rule_does_not_ask_for_closure() -> None:
    assert derive(rule(line(BIRTH, "P19Y")), replace(OPEN, birth_date=date(1990, 2, 28))).due_on == date(2009, 2, 28)


def test_the_latest_of_two_dates_governs_and_the_loser_says_why() -> None:
    found = derive(rule(line(CHANGE, "P20Y"), line(CLOSURE, "P20Y")), CLOSED)
    assert found.outcome == Due(date(2024, 6, 1))
    assert [c.standing for c in found.candidates] == [Standing.OVERRULED, Standing.GOVERNS]
    assert [c.due_on for c in found.candidates] == [date(2024, 3, 15), date(2024, 6, 1)]
    assert found.starts_on == (date(2004, 3, 15), date(2004, 6, 1))
    assert found.citation == "closure P20Y"


def test_the_earliest_of_two_dates_governs_an_at_most() -> None:
    found = derive(rule(line(CHANGE, "P20Y"), line(BIRTH, "P30Y"), combine=Combine.EARLIEST_OF), CLOSED)
    assert found.outcome == Due(date(2020, 8, 31))
    assert [c.standing for c in found.candidates] == [Standing.OVERRULED, Standing.GOVERNS]


def test_lines_that_give_the_same_date_govern_together() -> None:
    same = replace(CLOSED, closed_on=CLOSED.last_change_on)
    found = derive(rule(line(CHANGE, "P20Y"), line(CLOSURE, "P20Y")), same)
    assert [c.standing for c in found.candidates] == [Standing.GOVERNS, Standing.GOVERNS]
    assert found.citation == "last_substantive_change P20Y; closure P20Y"


def test_latest_of_waits_for_an_event_that_is_still_to_come() -> None:
    found = derive(rule(line(CHANGE, "P20Y"), line(CLOSURE, "P1Y")), OPEN)
    assert found.outcome == NotStarted((CLOSURE,))
    assert [c.standing for c in found.candidates] == [Standing.PENDING, Standing.NOT_STARTED]
    assert found.starts_on == (date(2004, 3, 15), None)


def test_earliest_of_does_not_wait_for_an_event_that_could_only_bring_the_date_forward() -> None:
    found = derive(rule(line(CHANGE, "P20Y"), line(CLOSURE, "P1Y"), combine=Combine.EARLIEST_OF), OPEN)
    assert found.outcome == Due(date(2024, 3, 15))
    assert [c.standing for c in found.candidates] == [Standing.GOVERNS, Standing.NOT_STARTED]
    assert found.starts_on == (date(2004, 3, 15), None)


def test_earliest_of_waits_for_a_missing_fact_and_stores_nothing_meanwhile() -> None:
    found = derive(rule(line(CHANGE, "P20Y"), line(BIRTH, "P23Y"), combine=Combine.EARLIEST_OF), OPEN)
    assert found.outcome == Waiting((Fact.BIRTH_DATE,))
    assert found.starts_on == (None, None)
    assert found.candidates[0].due_on == date(2024, 3, 15)  # known, and told, but not counted


def test_a_missing_fact_is_asked_for_before_an_event_is_waited_for() -> None:
    found = derive(rule(line(BIRTH, "P19Y"), line(CLOSURE, "P5Y")), OPEN)
    assert found.outcome == Waiting((Fact.BIRTH_DATE,))


def test_every_missing_fact_is_named_once() -> None:
    nothing = replace(OPEN, is_closed=True)
    found = derive(rule(line(CLOSURE, "P1Y"), line(BIRTH, "P19Y"), line(BIRTH, "P21Y")), nothing)
    assert found.outcome == Waiting((Fact.BIRTH_DATE, Fact.CLOSING_DATE))


def test_an_unconfirmed_line_is_shown_and_never_applied() -> None:
    guidance = line(BIRTH, "P1Y", confirmed=False)
    found = derive(rule(line(CHANGE, "P20Y"), guidance, combine=Combine.EARLIEST_OF), CLOSED)
    assert found.outcome == Due(date(2024, 3, 15))
    assert found.starts_on == (date(2004, 3, 15),)
    assert [c.standing for c in found.candidates] == [Standing.GOVERNS, Standing.UNCONFIRMED]


def test_an_unconfirmed_line_asks_nobody_for_its_fact() -> None:
    found = derive(rule(line(CHANGE, "P20Y"), line(BIRTH, "P48Y", confirmed=False)), OPEN)
    assert found.outcome == Due(date(2024, 3, 15))


def test_what_is_kept_permanently_has_no_date() -> None:
    keeping = Rule(category="jgz", version=1, valid_from=date(2020, 1, 1), action=Action.KEEP, citation="SL 19.1.18")
    found = derive(keeping, CLOSED)
    assert found.outcome == Kept()
    assert (found.due_on, found.starts_on, found.citation) == (None, (), "SL 19.1.18")


def test_facts_that_contradict_each_other_are_refused() -> None:
    with pytest.raises(ValueError, match="an open dossier has no closing date"):
        replace(CLOSED, is_closed=False)


def test_a_birth_date_does_not_reach_a_log_with_the_facts() -> None:
    assert "1990" not in repr(CLOSED)


@given(destroying_rules(), facts())
def test_the_order_of_lines_does_not_matter(given_rule: Rule, known: Facts) -> None:
    expected = derive(given_rule, known)
    for order in permutations(given_rule.lines):
        found = derive(msgspec.structs.replace(given_rule, lines=order), known)
        assert found.outcome == expected.outcome
        assert set(found.candidates) == set(expected.candidates)


def lengthened(term: Period, n: int, unit: str) -> Period:
    counts = dict(term.parts) | {unit: term.parts.get(unit, 0) + n}
    return Period("P" + "".join(f"{count}{name[0].upper()}" for name, count in counts.items()))


@given(destroying_rules(), facts(), st.integers(1, 50), st.data())
def test_a_longer_term_never_brings_the_date_forward(
    given_rule: Rule, known: Facts, n: int, data: st.DataObject
) -> None:
    before = derive(given_rule, known).due_on
    assume(before is not None)
    place = data.draw(st.integers(0, len(given_rule.lines) - 1))
    term = given_rule.lines[place].term
    assume(given_rule.lines[place].trigger is not Trigger.NEVER)
    longer = lengthened(term, n, data.draw(st.sampled_from(sorted(term.parts))))
    lines = list(given_rule.lines)
    lines[place] = msgspec.structs.replace(lines[place], term=longer)
    after = derive(msgspec.structs.replace(given_rule, lines=tuple(lines)), known).due_on
    assert before is not None
    assert after is not None
    assert after >= before


@given(destroying_rules(), facts())
def test_a_missing_fact_never_yields_a_date(given_rule: Rule, known: Facts) -> None:
    found = derive(given_rule, known)
    missing = {c.missing for c in found.candidates if c.missing}
    assert not missing or isinstance(found.outcome, Waiting)
    if isinstance(found.outcome, Waiting):
        assert set(found.outcome.missing) == (missing or {Fact.APPLICABLE_LINE})
        assert found.due_on is None
        assert not any(found.starts_on)


@given(destroying_rules(), facts())
def test_the_due_date_is_that_of_a_line_and_respects_every_bound(given_rule: Rule, known: Facts) -> None:
    found = derive(given_rule, known)
    assume(isinstance(found.outcome, Due))
    assert found.due_on is not None
    assert {c.due_on for c in found.governing} == {found.due_on}
    ends = {bound: [c.due_on for c in found.candidates if c.line.bound is bound and c.due_on] for bound in Bound}
    assert all(end <= found.due_on for end in ends[Bound.MINIMUM])
    if not ends[Bound.MINIMUM]:
        assert all(found.due_on <= end for end in ends[Bound.MAXIMUM])
        if not ends[Bound.MAXIMUM]:
            extreme = max if given_rule.combine is Combine.LATEST_OF else min
            assert found.due_on == extreme(ends[Bound.TERM])


@given(destroying_rules(), facts(), days())
def test_a_later_change_never_brings_the_date_forward(given_rule: Rule, known: Facts, day: date) -> None:
    assume(day >= known.last_change_on)
    assume(not any(line.when and line.when.dated is Dated.LAST_CHANGE for line in given_rule.lines))
    before, after = (derive(given_rule, f).due_on for f in (known, replace(known, last_change_on=day)))
    assert (before is None) == (after is None)
    if before is not None and after is not None:
        assert after >= before


@given(destroying_rules(), facts())
def test_rounding_only_ever_lengthens_and_never_past_the_end_of_the_year(given_rule: Rule, known: Facts) -> None:
    dates = [derive(msgspec.structs.replace(given_rule, rounding=r), known).due_on for r in Rounding]
    none, month, year = dates
    assume(none is not None)
    assert none is not None
    assert month is not None
    assert year is not None
    assert none <= month <= year <= date(none.year, 12, 31)
