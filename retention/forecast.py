"""When terms end, in the months and years to come: counted per category by the rules in force, over whole sets.

Clocks with the same trigger dates end on the same day, so they are counted before any date is worked out.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from dateutil.relativedelta import relativedelta

from casefiles.sql import Sql, rows
from retention import clockbars, timing
from retention.schedule import Action, Rule, due_date
from retention.states import LIVING

MONTHS, YEARS = 12, 10
NEAR = timedelta(days=30)
DESTROYED, LOOKED_AT, HELD = "destroy", "review", "held"


@dataclass(frozen=True, slots=True)
class Ending:
    """So many dossiers of one category end in one month (its first day); `fate` is what then happens to them."""

    category: str
    month: date
    fate: str
    count: int


@dataclass(frozen=True, slots=True)
class Forecast:
    """What ends from today on, within ten years. What ended before is `overdue`, and not in `endings`.

    `near`: how many end within thirty days."""

    today: date
    endings: Sequence[Ending]
    overdue: int
    near: int

    def months(self) -> list[tuple[date, Counter[str]]]:
        """Return the coming twelve months, this one first, with the counts by fate."""
        first = self.today.replace(day=1)
        return [self._within(first + relativedelta(months=n), relativedelta(months=1)) for n in range(MONTHS)]

    def years(self) -> list[tuple[date, Counter[str]]]:
        """Return this calendar year and those after it, with the counts by fate."""
        first = date(self.today.year, 1, 1)
        return [self._within(first + relativedelta(years=n), relativedelta(years=1)) for n in range(YEARS)]

    def by_category(self) -> dict[str, tuple[int, int]]:
        """Return per category how many end within twelve months and within ten years, the most first."""
        year, all_of_it = Counter[str](), Counter[str]()
        end = self.today.replace(day=1) + relativedelta(months=MONTHS)
        for each in self.endings:
            all_of_it[each.category] += each.count
            year[each.category] += each.count if each.month < end else 0
        return {category: (year[category], count) for category, count in all_of_it.most_common()}

    def _within(self, start: date, length: relativedelta) -> tuple[date, Counter[str]]:
        found = Counter[str]()
        for each in self.endings:
            if start <= each.month < start + length:
                found[each.fate] += each.count
        return start, found


def forecast() -> Forecast:
    """Count when the terms of all dossiers end, in one statement over the clocks grouped by trigger dates."""
    today, in_force = timing.today(), clockbars.rules()
    asked = [_endings(category, rule, today) for category, rule in in_force.items() if rule.action is not Action.KEEP]
    statement = Sql(" UNION ALL ".join(part.text for part in asked), tuple(v for part in asked for v in part.params))
    endings: list[Ending] = []
    over = near = 0
    for category, month, held, passed, soon, count in rows(statement) if asked else ():
        over += count if passed else 0
        near += count if soon and not passed else 0
        if not passed:
            endings.append(Ending(category, month, _fate(in_force[category], held), count))
    return Forecast(today, endings, over, near)


def _fate(rule: Rule, held: bool) -> str:
    if held:
        return HELD
    return DESTROYED if rule.action is Action.DESTROY else LOOKED_AT


def _endings(category: str, rule: Rule, today: date) -> Sql:
    due = due_date(rule, "clock")
    last = date(today.year, 1, 1) + relativedelta(years=YEARS)
    text = f"""
        SELECT %s, date_trunc('month', due_on)::date, held, due_on < %s, due_on <= %s, sum(n)::bigint FROM (
            SELECT {due.sql} AS due_on, held, n FROM (
                SELECT starts_on, held > 0 AS held, count(*) AS n FROM retention_clock
                WHERE category_id = %s AND state = ANY(%s) GROUP BY 1, 2) clock) dated
        WHERE due_on < %s GROUP BY 2, 3, 4, 5
    """  # noqa: S608 - the schedule's own SQL; every value is a parameter
    living = [str(state) for state in LIVING]
    return Sql(text, (category, today, today + NEAR, *due.params, category, living, last))
