"""Retention periods: ISO 8601 durations of whole calendar units, added to dates as PostgreSQL adds them."""

import re
from collections.abc import Mapping
from datetime import date, timedelta
from functools import lru_cache
from types import MappingProxyType
from typing import Final

from dateutil.relativedelta import relativedelta

_NUMBER: Final = "[1-9][0-9]{0,2}"
_FORM: Final = re.compile(
    rf"P(?:0D|(?P<weeks>{_NUMBER})W|(?=[0-9])"
    rf"(?:(?P<years>{_NUMBER})Y)?(?:(?P<months>{_NUMBER})M)?(?:(?P<days>{_NUMBER})D)?)"
)
_DAY: Final = timedelta(days=1)


class Period:
    """A length of time in calendar units, such as P20Y, P1Y6M, P4W or P42D.

    Only one spelling is accepted for each period, so its text is its identity: P1Y and P12M differ, and
    what a rule's author wrote is what its hash covers. Weeks stand alone, as ISO 8601 has it; units that
    are zero are not written, and each count has at most three digits. The period of nothing is P0D: the term
    ends on the day of its trigger, as "until the youngest child is 18" does.
    """

    __slots__ = ("_delta", "_text", "parts")

    parts: Mapping[str, int]
    """The counts by unit (`years`, `months`, `weeks`, `days`), largest unit first, zeros left out."""

    def __init__(self, text: str) -> None:
        """Parse `text`; ValueError when it is not a period in the accepted spelling."""
        found = _FORM.fullmatch(text)
        if found is None:
            raise ValueError(f"{text!r} is not a period such as P20Y, P1Y6M, P4W or P42D")
        self._text = text
        self.parts = MappingProxyType({unit: int(n) for unit, n in found.groupdict().items() if n})
        self._delta = relativedelta(
            years=self.parts.get("years", 0),
            months=self.parts.get("months", 0),
            weeks=self.parts.get("weeks", 0),
            days=self.parts.get("days", 0),
        )

    def after(self, start: date) -> date:
        """The date this long after `start`: years and months first, clamped to the month's end, then days.

        The same as PostgreSQL's `date + interval`: 29 February + P1Y = 28 February. ValueError or
        OverflowError past the year 9999.
        """
        return start + self._delta

    def latest_start_before(self, day: date) -> date:
        """The last start whose period has wholly passed before `day`: `after(start) < day`.

        `after` never runs backwards, so `start <= latest_start_before(day)` says the same as
        `after(start) < day` for every start; a database can then compare a plain indexed column.
        `day - period` alone is not that bound: 31 March - P1M clamps to 28 February, yet a start on
        28 February has passed already on 29 March.
        """
        return _latest_start_before(self._delta, day)

    def __str__(self) -> str:
        return self._text

    def __repr__(self) -> str:
        return f"Period({self._text!r})"

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Period) and self._text == other._text

    def __hash__(self) -> int:
        return hash(self._text)


NOTHING: Final = Period("P0D")


@lru_cache(maxsize=4096)  # every page asks it for every line of every rule, about the same few days
def _latest_start_before(delta: relativedelta, day: date) -> date:
    start = day - delta
    while start + delta < day:
        start += _DAY
    while start + delta >= day:
        start -= _DAY
    return start
