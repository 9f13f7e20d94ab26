"""The same rule for PostgreSQL, over all clocks at once.

A clock has a column `starts_on date[]` that holds `Derivation.starts_on`: one trigger date, or NULL, for
each applied line, in the rule's order (PostgreSQL counts from 1). It must have been derived by a rule
that `reads_same`: the terms may differ, which is why publishing a term rewrites no clocks.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import TypeVar

from retention.schedule.rounding import bound_before, rounded_in_sql
from retention.schedule.rules import Bound, Combine, Line, Rounding, Rule


@dataclass(frozen=True, slots=True)
class Fragment:
    """A piece of SQL with one positional `%s` for each of `params`, in order."""

    sql: str
    params: tuple[date | str, ...]


def reads_same(one: Rule, other: Rule) -> bool:
    """Whether clocks derived under `one` serve under `other` as they stand: only terms, rounding, action, words and
    validity differ. Otherwise each dossier must be derived anew.
    """
    return _shape(one) == _shape(other)


def due_condition(rule: Rule, today: date, table: str = "clock") -> Fragment:
    """A boolean, never NULL: whether a clock in `table` (name or alias) is due on `today` under `rule`.

    Per line it compares the stored date with the last start whose term has passed, worked out here: the
    column stands bare, so that an index on it serves, and no interval arithmetic is done per row.
    ValueError when `table` is not a plain identifier.
    """

    def passed(column: str, line: Line) -> Fragment:
        limit = bound_before(today, _rounding(rule, line))
        last = line.term.latest_start_before(limit)
        return Fragment(f"({column} IS NOT NULL AND {column} <= %s)", (last,))

    if not _ends(rule):
        return Fragment("FALSE", ())
    lines = _by_bound(rule, table, passed)
    base = _joined("AND" if rule.combine is Combine.LATEST_OF else "OR", lines[Bound.TERM])
    capped = _joined("OR", [base, *lines[Bound.MAXIMUM]]) if lines[Bound.MAXIMUM] else base
    return _joined("AND", [capped, *lines[Bound.MINIMUM]]) if lines[Bound.MINIMUM] else capped


def _joined(word: str, tests: Sequence[Fragment]) -> Fragment:
    sql = f" {word} ".join(test.sql for test in tests)
    return Fragment(f"({sql})", tuple(param for test in tests for param in test.params))


def due_date(rule: Rule, table: str = "clock") -> Fragment:
    """A date: the due date (last day kept) of a clock in `table` under `rule`; NULL when there is none.

    GREATEST passes over NULLs, so `latest_of` and a minimum ask for every line's date first: a date that is not
    there yet will be the later one. For `earliest_of` and a maximum LEAST passes over them as `derive` does.
    ValueError when `table` is not a plain identifier.
    """

    def end(column: str, line: Line) -> _End:
        plain = f"({column} + %s::interval)::date"
        return _End(f"{column} IS NOT NULL", rounded_in_sql(plain, _rounding(rule, line)), (str(line.term),))

    if not _ends(rule):
        return Fragment("NULL::date", ())
    lines = _by_bound(rule, table, end)
    base = (_latest if rule.combine is Combine.LATEST_OF else _earliest)(lines[Bound.TERM])
    whole = _latest([_earliest([base, *lines[Bound.MAXIMUM]]), *lines[Bound.MINIMUM]])
    return Fragment(whole.sql, whole.params)


@dataclass(frozen=True, slots=True)
class _End:
    """The date on which something ends, and whether it is `known`: a test without parameters."""

    known: str
    sql: str
    params: tuple[date | str, ...]


def _latest(ends: Sequence[_End]) -> _End:
    known = " AND ".join(end.known for end in ends)
    whole = _of("GREATEST", ends)
    return (
        ends[0] if len(ends) == 1 else replace(whole, known=f"({known})", sql=f"CASE WHEN {known} THEN {whole.sql} END")
    )


def _earliest(ends: Sequence[_End]) -> _End:
    known = " OR ".join(end.known for end in ends)
    return ends[0] if len(ends) == 1 else replace(_of("LEAST", ends), known=f"({known})")


def _of(function: str, ends: Sequence[_End]) -> _End:
    return _End("", f"{function}({', '.join(end.sql for end in ends)})", tuple(p for end in ends for p in end.params))


def _ends(rule: Rule) -> bool:
    """Whether the rule ends by a line that is applied: not one that keeps, nor one that awaits confirmation."""
    return any(line.bound is Bound.TERM for line in rule.applied)


def _rounding(rule: Rule, line: Line) -> Rounding:
    """A maximum is never rounded up: it would be passed."""
    return Rounding.NONE if line.bound is Bound.MAXIMUM else rule.rounding


_Said = TypeVar("_Said")


def _by_bound(rule: Rule, table: str, said: Callable[[str, Line], _Said]) -> dict[Bound, list[_Said]]:
    """What is `said` of each applied line and its column, by what the line is to the rule."""
    if not table.isidentifier():
        raise ValueError(f"{table!r} is not the name of a table")
    numbered = list(enumerate(rule.applied, start=1))
    return {
        bound: [said(f"{table}.starts_on[{n}]", line) for n, line in numbered if line.bound is bound] for bound in Bound
    }


def _shape(rule: Rule) -> object:
    """All that decides what a clock stores under a rule."""
    lines = [
        (line.trigger, line.event and line.event.code, line.on, line.delay, line.bound, line.when)
        for line in rule.applied
    ]
    return rule.combine, lines
