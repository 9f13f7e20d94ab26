"""Rounding a term up, as Dutch archives often do, and the same for a query that compares start dates."""

from datetime import date
from typing import Final

from dateutil.relativedelta import relativedelta

from retention.schedule.rules import Rounding

_MONTH_END: Final = relativedelta(day=31)
_YEAR_END: Final = relativedelta(month=12, day=31)


def rounded(end: date, rounding: Rounding) -> date:
    """The last day of the month or year in which `end` lies; `end` itself without rounding."""
    if rounding is Rounding.NONE:
        return end
    return end + (_MONTH_END if rounding is Rounding.MONTH_END else _YEAR_END)


def bound_before(day: date, rounding: Rounding) -> date:
    """The day such that an end rounded so lies before `day` exactly when the end itself lies before the answer.

    A month's end lies before `day` when its whole month does: when the end lies before the first of `day`'s month.
    """
    if rounding is Rounding.NONE:
        return day
    return day.replace(day=1) if rounding is Rounding.MONTH_END else day.replace(month=1, day=1)


def rounded_in_sql(end: str, rounding: Rounding) -> str:
    """`rounded` for PostgreSQL, of the date that the expression `end` gives."""
    if rounding is Rounding.NONE:
        return end
    unit = "month" if rounding is Rounding.MONTH_END else "year"
    return f"(date_trunc('{unit}', ({end})::timestamp) + interval '1 {unit}' - interval '1 day')::date"
