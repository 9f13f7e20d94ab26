"""The same rule for PostgreSQL, over all clocks at once.

A clock has a column `starts_on date[]` that holds `Derivation.starts_on`: one trigger date, or NULL, for
each applied line, in the rule's order (PostgreSQL counts from 1). It must have been derived by a rule
with the same triggers in the same order; the terms may differ, which is why publishing a term rewrites
no clocks.
"""

from dataclasses import dataclass
from datetime import date

from retention.schedule.rules import Action, Combine, Rule


@dataclass(frozen=True, slots=True)
class Fragment:
    """A piece of SQL with one positional `%s` for each of `params`, in order."""

    sql: str
    params: tuple[date | str, ...]


def due_condition(rule: Rule, today: date, table: str = "clock") -> Fragment:
    """A boolean, never NULL: whether a clock in `table` (name or alias) is due on `today` under `rule`.

    Per line it compares the stored date with the last start whose term has passed, worked out here: the
    column stands bare, so that an index on it serves, and no interval arithmetic is done per row.
    ValueError when `table` is not a plain identifier.
    """
    if rule.action is Action.KEEP:
        return Fragment("FALSE", ())
    columns = _columns(rule, table)
    word = " AND " if rule.combine is Combine.LATEST_OF else " OR "
    tests = word.join(f"({column} IS NOT NULL AND {column} <= %s)" for column in columns)
    return Fragment(f"({tests})", tuple(line.term.latest_start_before(today) for line in rule.applied))


def due_date(rule: Rule, table: str = "clock") -> Fragment:
    """A date: the due date (last day kept) of a clock in `table` under `rule`; NULL when there is none.

    GREATEST passes over NULLs, so `latest_of` asks for every line's date first: a date that is not there
    yet will be the later one. For `earliest_of` LEAST passes over them as `derive` does.
    ValueError when `table` is not a plain identifier.
    """
    if rule.action is Action.KEEP:
        return Fragment("NULL::date", ())
    columns = _columns(rule, table)
    ends = ", ".join(f"({column} + %s::interval)::date" for column in columns)
    terms = tuple(str(line.term) for line in rule.applied)
    if rule.combine is Combine.EARLIEST_OF:
        return Fragment(f"LEAST({ends})", terms)
    known = " AND ".join(f"{column} IS NOT NULL" for column in columns)
    return Fragment(f"CASE WHEN {known} THEN GREATEST({ends}) END", terms)


def _columns(rule: Rule, table: str) -> tuple[str, ...]:
    if not table.isidentifier():
        raise ValueError(f"{table!r} is not the name of a table")
    return tuple(f"{table}.starts_on[{n}]" for n, _ in enumerate(rule.applied, start=1))
