"""What a change of a rule would do, before it does it: counted over every clock, by statements over whole sets.

Dates follow from `starts_on` and the rule alone. So clocks with the same trigger dates are counted together, and what
is counted is exact. A rule that counts from other events reads what was worked out ahead (retention/ahead.py).
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from dateutil.relativedelta import relativedelta

from casefiles.sql import Sql, rows
from retention import timing
from retention.models import RuleChange
from retention.schedule import Fragment, Rule, due_date
from retention.states import LIVING, ItemStep, ListState

YEARS = 11
SHOWS = ("changed", "earlier", "later", "newly_due", "leaving")
PER_PAGE = 25

_LISTED = f"""
    retention_listitem item JOIN retention_destructionlist list ON list.id = item.destruction_list_id
        AND item.step = '{ItemStep.LISTED.value}'
        AND list.state IN ('{ListState.REVIEW.value}', '{ListState.COOLING_OFF.value}')
"""

_MOVES = {
    "changed": "was IS DISTINCT FROM becomes",
    "earlier": "becomes < COALESCE(was, 'infinity')",
    "later": "was < COALESCE(becomes, 'infinity')",
    "newly_due": "becomes < {day} AND COALESCE(was, 'infinity') >= {day}",
    "leaving": "list_name IS NOT NULL AND COALESCE(becomes, 'infinity') >= {day}",
}


@dataclass(frozen=True, slots=True)
class Compared:
    """Two rules of one category, from the day on which the second takes over. `change_id`: read what is worked out."""

    category: str
    before: Rule
    after: Rule
    change_id: int | None = None

    @classmethod
    def of(cls, change: RuleChange, before: Rule) -> "Compared":
        """Compare a change with a published rule."""
        return cls(change.category_id, before, change.rule, change.pk if change.works_ahead else None)


@dataclass(frozen=True, slots=True)
class LeftList:
    """A list under review: of its dossiers `leaving` are not due under the new rule, `staying` need new approvals."""

    name: str
    leaving: int
    staying: int


@dataclass(frozen=True, slots=True)
class Impact:
    """The consequences in numbers of dossiers; `years` has (year, now, then), the last year standing for all after."""

    total: int
    within_year: tuple[int, int]
    without_date: tuple[int, int]
    past: tuple[int, int]
    earlier: int
    later: int
    newly_due: int
    years: Sequence[tuple[int, int, int]]
    lists: Sequence[LeftList]

    @property
    def leaving(self) -> int:
        """How many dossiers leave a list."""
        return sum(each.leaving for each in self.lists)


@dataclass(frozen=True, slots=True)
class Moved:
    """One dossier by its reference, with its last day now and then, and the list that it stands on."""

    reference: str
    was: date | None
    becomes: date | None
    list_name: str | None


def _dates(compared: Compared) -> tuple[Fragment, Fragment]:
    table = "clock" if compared.change_id is None else "ahead"
    return due_date(compared.before, "clock"), due_date(compared.after, table)


def _ahead(compared: Compared) -> Sql:
    """Return the join with what was worked out ahead, where the rules count from different events."""
    if compared.change_id is None:
        return Sql("")
    on = "ahead.dossier_id = clock.dossier_id AND ahead.change_id = %s"
    return Sql(f"JOIN retention_clockahead ahead ON {on}", (compared.change_id,))


def assess(compared: Compared) -> Impact:
    """Count what the second rule does to the dossiers of its category. One statement over the clocks, one per lists."""
    day = compared.after.valid_from
    counted = [_Group(*row) for row in rows(_groups(compared, day))]
    return Impact(
        total=_sum(counted),
        within_year=(_sum(g for g in counted if g.soon_was), _sum(g for g in counted if g.soon_becomes)),
        without_date=(
            _sum(g for g in counted if g.year_was is None), _sum(g for g in counted if g.year_becomes is None)
        ),
        past=(_sum(g for g in counted if g.past_was), _sum(g for g in counted if g.past_becomes)),
        earlier=_sum(g for g in counted if g.move < 0),
        later=_sum(g for g in counted if g.move > 0),
        newly_due=_sum(g for g in counted if g.past_becomes and not g.past_was),
        years=_years(counted),
        lists=[LeftList(*row) for row in rows(_lists(compared, day))],
    )  # fmt: skip


@dataclass(frozen=True, slots=True)
class _Group:
    """Clocks that the change treats alike: `move` is -1 earlier, 1 later, 0 the same; years None without a date."""

    year_was: int | None
    year_becomes: int | None
    move: int
    soon_was: bool
    soon_becomes: bool
    past_was: bool
    past_becomes: bool
    count: int


def _sum(groups: Iterable[_Group]) -> int:
    return sum(group.count for group in groups)


def _groups(compared: Compared, day: date) -> Sql:
    """Group first by trigger dates, which is all that a date depends on, and only then work dates out.

    OFFSET 0 keeps PostgreSQL from working each date out again at every place where it is named.
    """
    was, becomes = _dates(compared)
    soon = timing.today() + relativedelta(months=12)
    living = [str(state) for state in LIVING]
    joined, count = _ahead(compared), "1"
    source = f"retention_clock clock {joined.text} WHERE clock.category_id = %s AND clock.state = ANY(%s)"
    if compared.change_id is None:
        grouped = f"SELECT starts_on, count(*) AS n FROM {source} GROUP BY starts_on"  # noqa: S608 - our own SQL
        source, count = f"({grouped}) clock", "clock.n"
    text = f"""
        SELECT date_part('year', was)::int, date_part('year', becomes)::int,
            CASE WHEN becomes < COALESCE(was, 'infinity') THEN -1
                WHEN was < COALESCE(becomes, 'infinity') THEN 1 ELSE 0 END,
            COALESCE(was < %s, FALSE), COALESCE(becomes < %s, FALSE),
            COALESCE(was < %s, FALSE), COALESCE(becomes < %s, FALSE), sum(n)::bigint
        FROM (SELECT {was.sql} AS was, {becomes.sql} AS becomes, {count} AS n FROM {source} OFFSET 0) dated
        GROUP BY 1, 2, 3, 4, 5, 6, 7
    """  # noqa: S608 - the schedule's own SQL; every value is a parameter
    return Sql(text, (soon, soon, day, day, *was.params, *becomes.params, *joined.params, compared.category, living))


def _years(groups: Sequence[_Group]) -> list[tuple[int, int, int]]:
    """Return per calendar year how many last days fall in it; the first year has all before, the last all after."""
    first = timing.today().year
    last = first + YEARS - 1
    was, becomes = Counter[int](), Counter[int]()
    for group in groups:
        for counter, year in ((was, group.year_was), (becomes, group.year_becomes)):
            if year is not None:
                counter[min(max(year, first), last)] += group.count
    return [(year, was[year], becomes[year]) for year in range(first, last + 1)]


def _lists(compared: Compared, day: date) -> Sql:
    _was, becomes = _dates(compared)
    joined = _ahead(compared)
    text = f"""
        SELECT list.name, count(*) FILTER (WHERE gone), count(*) FILTER (WHERE NOT gone)
        FROM {_LISTED} JOIN retention_clock clock ON clock.dossier_id = item.dossier_id {joined.text}
        CROSS JOIN LATERAL (SELECT COALESCE({becomes.sql} >= %s, TRUE) AS gone) fate
        WHERE list.category_id = %s GROUP BY list.name ORDER BY list.name
    """  # noqa: S608 - the schedule's own SQL; every value is a parameter
    return Sql(text, (*joined.params, *becomes.params, day, compared.category))


def moved(compared: Compared, show: str, offset: int) -> list[Moved]:
    """Return a page of the dossiers that a change moves (`show`: one of SHOWS), and one more when there are more."""
    was, becomes = _dates(compared)
    joined = _ahead(compared)
    condition = _MOVES[show]
    day = compared.after.valid_from
    text = f"""
        SELECT reference, was, becomes, list_name FROM (
            SELECT dossier.reference, clock.id, {was.sql} AS was, {becomes.sql} AS becomes, listed.name AS list_name
            FROM retention_clock clock JOIN casefiles_dossier dossier ON dossier.id = clock.dossier_id {joined.text}
            LEFT JOIN LATERAL (SELECT list.name FROM {_LISTED} WHERE item.dossier_id = clock.dossier_id) listed ON TRUE
            WHERE clock.category_id = %s AND clock.state = ANY(%s)) dated
        WHERE {condition.format(day="%s")} ORDER BY id LIMIT {PER_PAGE + 1} OFFSET %s
    """  # noqa: S608 - the schedule's own SQL; every value is a parameter
    days = (day,) * condition.count("{day}")
    params = (*was.params, *becomes.params, *joined.params, compared.category, [str(s) for s in LIVING], *days, offset)
    return [Moved(*row) for row in rows(Sql(text, params))]
