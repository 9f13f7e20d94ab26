"""Whether a change may shorten: a no is a promise about every dossier that there can be."""

from datetime import date

import msgspec
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from retention.schedule import Action, Combine, Facts, Line, Period, Rule, Trigger, derive, may_shorten
from retention.schedule.rules import Confidence, Status
from tests.retention.schedule.strategies import facts, rules


def line(term: str, trigger: Trigger = Trigger.LAST_SUBSTANTIVE_CHANGE) -> Line:
    return Line(
        trigger=trigger,
        term=Period(term),
        citation="Wet",
        status=Status.STATUTE,
        confidence=Confidence.HIGH,
        confirmed=True,
    )


def rule(*lines: Line, combine: Combine = Combine.LATEST_OF) -> Rule:
    return Rule(category="jeugdhulp", version=1, valid_from=date(2020, 1, 1), lines=lines, combine=combine)


def keeps_its_promise(before: Rule, after: Rule, known: Facts) -> None:
    assume(not may_shorten(before, after))
    was, becomes = derive(before, known).due_on, derive(after, known).due_on
    assert becomes is None or (was is not None and becomes >= was)


PLAIN = st.builds(
    line,
    st.sampled_from(["P1Y", "P12M", "P13M", "P28D", "P1M", "P30D", "P31D", "P2Y"]),
    st.sampled_from([Trigger.LAST_SUBSTANTIVE_CHANGE, Trigger.CLOSURE, Trigger.BIRTH]),
)
SEVERAL = st.lists(PLAIN, min_size=1, max_size=3)
PLAIN_RULES = st.builds(lambda lines, combine: rule(*lines, combine=combine), SEVERAL, st.sampled_from(Combine))


@st.composite
def changes(draw: st.DrawFn, every: st.SearchStrategy[Rule]) -> tuple[Rule, Rule]:
    """A rule and a next one: any other, or itself with lines more, which often does not shorten."""
    before = draw(every)
    if before.lines and draw(st.booleans()):
        more = draw(st.lists(PLAIN, max_size=2))
        return before, msgspec.structs.replace(before, lines=(*before.lines, *more))
    return before, draw(every)


@given(change=changes(rules()), known=facts())
def test_no_dossier_ends_earlier_by_a_change_that_cannot_shorten(change: tuple[Rule, Rule], known: Facts) -> None:
    keeps_its_promise(*change, known)


@given(change=changes(PLAIN_RULES), known=facts())
def test_lines_that_are_alike_keep_the_promise_too(change: tuple[Rule, Rule], known: Facts) -> None:
    keeps_its_promise(*change, known)


@pytest.mark.parametrize(
    ("before", "after", "shortens"),
    [
        (rule(line("P20Y")), rule(line("P20Y")), False),
        (rule(line("P20Y")), rule(line("P21Y")), False),
        (rule(line("P20Y")), rule(line("P19Y")), True),
        (rule(line("P42D")), rule(line("P1Y")), False),
        (rule(line("P1M")), rule(line("P30D")), True),
        (rule(line("P20Y")), rule(line("P30Y", Trigger.CLOSURE)), True),
        (rule(line("P20Y")), rule(line("P20Y"), line("P19Y", Trigger.BIRTH)), False),
        (rule(line("P20Y")), rule(line("P20Y"), line("P19Y", Trigger.BIRTH), combine=Combine.EARLIEST_OF), True),
        (rule(line("P20Y"), line("P5Y", Trigger.CLOSURE)), rule(line("P20Y")), True),
    ],
)
def test_what_shortens_by_hand(before: Rule, after: Rule, shortens: bool) -> None:
    assert may_shorten(before, after) is shortens


def test_keeping_for_ever_shortens_nothing_and_ending_it_does() -> None:
    keeps = Rule(
        category="jeugdhulp", version=2, valid_from=date(2020, 1, 1), action=Action.KEEP, citation="Selectielijst"
    )
    ends = rule(line("P100Y"))
    assert (may_shorten(ends, keeps), may_shorten(keeps, ends)) == (False, True)
    longer = msgspec.structs.replace(ends, version=2)
    assert not may_shorten(ends, longer)
