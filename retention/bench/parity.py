"""Whether PostgreSQL and Python give the same due dates: random rules and facts, as many as asked, thickest where one
day decides. Nothing is read or written but the values that a statement carries itself.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from random import Random
from typing import Any, Final

from django.db import connection

from retention.schedule import (
    Bound,
    Combine,
    Condition,
    Confidence,
    Dated,
    Decision,
    Derivation,
    Facts,
    Line,
    Named,
    Period,
    Rounding,
    Rule,
    Status,
    Trigger,
    derive,
    due_condition,
    due_date,
    is_due,
)

EACH: Final = 250  # dossiers a rule
TERMS: Final = ("P1D", "P4W", "P42D", "P1M", "P1Y", "P1Y1M", "P1Y6M3D", "P5Y", "P19Y", "P20Y", "P30Y", "P110Y", "P0D")
EDGES: Final = [
    date(year, month, day)
    for year in (1999, 2000, 2003, 2004, 2023, 2024)
    for month, day in ((1, 31), (2, 28), (3, 1), (4, 30), (12, 31))
] + [date(2000, 2, 29), date(2004, 2, 29), date(2024, 2, 29)]
EVENT: Final = Named(code="gebeurtenis", nl="een gebeurtenis", en="an event")
FLAG: Final = Named(code="vraag", nl="een vraag", en="a question")
KINDS: Final = ("jeugdhulp", "ots", "jgz")

Row = tuple[int, date | None, bool]
"""A dossier's place, its last day, and whether it is due."""


@dataclass
class Disagreement(Exception):
    """PostgreSQL and Python differ: the rule, the day, and what each of them says of the first such dossier."""

    rule: dict[str, Any]
    day: date
    database: Row
    python: Row


def compare(rules: int, seed: int) -> Iterator[int]:
    """Yield how many cases agreed, rule by rule; `seed` makes the same cases again. Raises Disagreement."""
    chance = Random(seed)  # noqa: S311 - made-up cases, no secret
    for _number in range(rules):
        rule = a_rule(chance)
        known = [derive(rule, some_facts(chance)) for _dossier in range(EACH)]
        ends = [found.due_on for found in known if found.due_on]
        edge = chance.choice(ends) + timedelta(days=chance.randint(0, 1)) if ends else a_day(chance)
        check(rule, known, edge)
        yield len(known)


def check(rule: Rule, known: Sequence[Derivation], day: date) -> None:
    """Compare every one of these dossiers on a day. Raises Disagreement."""
    theirs, ours = in_database(rule, [found.starts_on for found in known], day), in_python(known, day)
    for database, python in zip(theirs, ours, strict=True):
        if database != python:
            raise Disagreement(rule.to_json(), day, database, python)


def in_database(rule: Rule, starts: Sequence[Sequence[date | None]], today: date) -> list[Row]:
    """Return what PostgreSQL says of clocks with these trigger dates."""
    date_, condition = due_date(rule), due_condition(rule, today)
    values: list[Any] = [value for number, start in enumerate(starts) for value in (number, list(start))]
    listed = ", ".join("(%s::int, %s::date[])" for _ in starts)
    query = f"SELECT id, {date_.sql}, {condition.sql} FROM (VALUES {listed}) AS clock (id, starts_on) ORDER BY id"  # noqa: S608 - the schedule's own SQL
    with connection.cursor() as cursor:
        cursor.execute(query, [*date_.params, *condition.params, *values])
        return list(cursor.fetchall())


def in_python(derivations: Sequence[Derivation], today: date) -> list[Row]:
    """Return what the derivations say."""
    return [
        (number, found.due_on, found.due_on is not None and is_due(found.due_on, today))
        for number, found in enumerate(derivations)
    ]


def a_day(chance: Random) -> date:
    """Return a day, every other time next to one on which months and leap years are told apart."""
    if chance.random() < 0.5:
        return chance.choice(EDGES) + timedelta(days=chance.randint(-2, 2))
    return date(1950, 1, 1) + timedelta(days=chance.randrange(55_000))


def a_rule(chance: Random) -> Rule:
    """Return a rule of one to four lines, of every trigger, bound, rounding and condition."""
    lines = (
        _line(chance, Bound.TERM),
        *(_line(chance, chance.choice(list(Bound))) for _ in range(chance.randrange(4))),
    )
    return Rule(
        category=chance.choice(KINDS),
        version=1,
        valid_from=date(2020, 1, 1),
        lines=tuple(chance.sample(lines, len(lines))),
        combine=chance.choice(list(Combine)),
        rounding=chance.choice(list(Rounding)),
    )


def _line(chance: Random, bound: Bound) -> Line:
    trigger = chance.choice(list(Trigger))
    never = trigger is Trigger.NEVER
    return Line(
        trigger=trigger,
        term=Period("P0D" if never else chance.choice(TERMS)),
        citation="-",
        status=Status.PROPOSAL,
        confidence=Confidence.HIGH,
        confirmed=bound is Bound.TERM or chance.random() < 0.8,
        event=EVENT if trigger is Trigger.NAMED_EVENT else None,
        on=a_day(chance) if trigger is Trigger.FIXED_DATE else None,
        delay=Period(chance.choice(TERMS)) if not never and chance.random() < 0.15 else None,
        bound=bound,
        when=_condition(chance) if chance.random() < 0.2 else None,
    )


def _condition(chance: Random) -> Condition:
    asked = chance.choice(("kind", "since", "before", "flag"))
    return Condition(
        kinds=(chance.choice(KINDS),) if asked == "kind" else (),
        dated=chance.choice(list(Dated)),
        since=a_day(chance) if asked == "since" else None,
        before=a_day(chance) if asked == "before" else None,
        flag=FLAG if asked == "flag" else None,
        flagged=chance.random() < 0.5,
    )


def some_facts(chance: Random) -> Facts:
    """Return what is known of a dossier; now and then a fact is missing."""

    def maybe() -> date | None:
        return a_day(chance) if chance.random() < 0.93 else None

    closed = chance.random() < 0.8
    return Facts(
        opened_on=a_day(chance),
        last_change_on=a_day(chance),
        is_closed=closed,
        closed_on=maybe() if closed else None,
        birth_date=maybe(),
        family_birth_date=maybe(),
        end_of_measure_on=maybe(),
        arrived_on=maybe(),
        events={EVENT.code: a_day(chance)} if chance.random() < 0.8 else {},
        decisions=tuple(Decision(a_day(chance), maybe()) for _ in range(chance.randrange(3))),
        parent_ends=tuple(maybe() for _ in range(chance.choice((1, 1, 1, 0, 2)))),
        related_ends=tuple(maybe() for _ in range(chance.choice((1, 1, 1, 0, 2)))),
        created_on=maybe(),
        kind=chance.choice(KINDS),
        flags={FLAG.code: chance.random() < 0.5} if chance.random() < 0.9 else {},
    )
