"""Rules and facts as hypothesis may think of them, thickest around leap days and the ends of months."""

from collections.abc import Sequence
from datetime import date, timedelta
from typing import TypeVar

from hypothesis import strategies as st

from retention.schedule import (
    Action,
    Bound,
    Combine,
    Condition,
    Confidence,
    Dated,
    Decision,
    Facts,
    Line,
    Named,
    Period,
    Rounding,
    Rule,
    Status,
    Text,
    Trigger,
)
from retention.schedule.period import NOTHING

SLIPPERY = [
    date(year, month, day)
    for year in (1999, 2000, 2003, 2004, 2023, 2024)
    for month, day in ((1, 29), (1, 30), (1, 31), (2, 28), (3, 1), (3, 31), (4, 30), (12, 31))
] + [date(2000, 2, 29), date(2004, 2, 29), date(2024, 2, 29)]


def days() -> st.SearchStrategy[date]:
    anywhere = st.dates(date(1950, 1, 1), date(2100, 12, 31))
    near = st.builds(lambda day, n: day + timedelta(days=n), st.sampled_from(SLIPPERY), st.integers(-2, 2))
    return st.one_of(near, anywhere)


def texts_of_periods() -> st.SearchStrategy[str]:
    def written(years: int, months: int, days_: int) -> str:
        return "P" + "".join(f"{n}{unit}" for n, unit in ((years, "Y"), (months, "M"), (days_, "D")) if n)

    counts = st.integers(0, 60)
    calendar = st.builds(written, counts, counts, counts).filter(lambda text: text != "P")
    return st.one_of(calendar, st.integers(1, 60).map("P{}W".format))


def periods() -> st.SearchStrategy[Period]:
    return texts_of_periods().map(Period)


def words() -> st.SearchStrategy[str]:
    letters = st.characters(codec="utf-8", categories=("L", "N", "P", "Zs"))
    return st.text(letters, min_size=1, max_size=12).filter(str.strip)


T = TypeVar("T")


def mostly(values: st.SearchStrategy[T]) -> st.SearchStrategy[T | None]:
    """None now and then: with facts missing half of the time hardly any rule would give a date."""
    return st.sampled_from([True] * 7 + [False]).flatmap(lambda known: values if known else st.none())


def seldom(values: st.SearchStrategy[T]) -> st.SearchStrategy[T | None]:
    return st.sampled_from([False] * 7 + [True]).flatmap(lambda said: values if said else st.none())


EVENTS = tuple(Named(code=code, nl=code, en=code) for code in ("overlijden", "risico-weg"))
FLAGS = tuple(Named(code=code, nl=code, en=code) for code in ("vermoeden", "incident"))


def conditions() -> st.SearchStrategy[Condition]:
    kinds = st.lists(st.sampled_from(["jeugdhulp", "ots"]), max_size=2, unique=True).map(tuple)
    organisations = st.lists(st.sampled_from(["gemeente", "aanbieder"]), max_size=1).map(tuple)
    drawn = st.fixed_dictionaries(
        {},
        optional={
            "kinds": kinds,
            "organisations": organisations,
            "since": days(),
            "before": days(),
            "flag": st.sampled_from(FLAGS),
        },
    )
    said = drawn.filter(lambda values: any(values.values()))
    return st.builds(
        lambda values, dated, flagged: Condition(**values, dated=dated, flagged=flagged),
        said,
        st.sampled_from(Dated),
        st.booleans(),
    )


@st.composite
def lines(draw: st.DrawFn, *confirmed: bool, bounds: Sequence[Bound] = tuple(Bound)) -> Line:
    trigger = draw(st.sampled_from(Trigger))
    never = trigger is Trigger.NEVER
    return Line(
        trigger=trigger,
        term=NOTHING if never else draw(periods()),
        citation=draw(words()),
        status=draw(st.sampled_from(Status)),
        confidence=draw(st.sampled_from(Confidence)),
        confirmed=draw(st.sampled_from(confirmed)),
        event=draw(st.sampled_from(EVENTS)) if trigger is Trigger.NAMED_EVENT else None,
        on=draw(days()) if trigger is Trigger.FIXED_DATE else None,
        delay=None if never else draw(seldom(periods())),
        bound=draw(st.sampled_from(bounds)),
        when=draw(seldom(conditions())),
    )


@st.composite
def destroying_rules(draw: st.DrawFn) -> Rule:
    certain = draw(lines(True, bounds=[Bound.TERM]))
    others = draw(st.lists(lines(True, False), max_size=3))
    return Rule(
        category="jeugdhulp",
        version=draw(st.integers(1, 99)),
        valid_from=draw(days()),
        lines=tuple(draw(st.permutations([certain, *others]))),
        combine=draw(st.sampled_from(Combine)),
        rounding=draw(st.sampled_from(Rounding)),
        note=draw(st.none() | st.builds(Text, nl=words(), en=words())),
    )


def rules() -> st.SearchStrategy[Rule]:
    keeping = st.builds(
        Rule,
        category=st.just("jgz"),
        version=st.integers(1, 99),
        valid_from=days(),
        action=st.just(Action.KEEP),
        citation=words(),
    )
    return st.one_of(destroying_rules(), keeping)


@st.composite
def facts(draw: st.DrawFn) -> Facts:
    is_closed = draw(st.booleans())
    maybe = mostly(days())
    ends = st.lists(maybe, min_size=draw(st.sampled_from([0, 1, 1, 2])), max_size=2).map(tuple)
    return Facts(
        opened_on=draw(days()),
        last_change_on=draw(days()),
        is_closed=is_closed,
        closed_on=draw(maybe) if is_closed else None,
        birth_date=draw(maybe),
        family_birth_date=draw(maybe),
        end_of_measure_on=draw(maybe),
        arrived_on=draw(maybe),
        events=draw(st.fixed_dictionaries({}, optional={event.code: days() for event in EVENTS})),
        decisions=draw(st.lists(st.builds(Decision, days(), maybe), max_size=2).map(tuple)),
        parent_ends=draw(ends),
        related_ends=draw(ends),
        created_on=draw(maybe),
        kind=draw(st.sampled_from(["jeugdhulp", "ots", "jgz"])),
        organisation=draw(st.sampled_from(["", "gemeente", "aanbieder"])),
        flags=draw(st.fixed_dictionaries({}, optional={flag.code: st.booleans() for flag in FLAGS})),
    )
