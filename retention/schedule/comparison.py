"""Comparing two rules without looking at a single dossier: may one of them end earlier than the other."""

from typing import Any, Final

import msgspec

from retention.schedule.period import Period
from retention.schedule.rules import Action, Combine, Line, Rule
from retention.schedule.sql import reads_same

_LENGTH_AND_GROUND: Final = ("term", "citation", "status", "confidence", "confirmed")
_OF_THE_VERSION: Final = ("category", "version", "valid_from", "valid_to", "lines", "combine", "note", "citation")
_SHORTEST_MONTH, _LONGEST_MONTH, _WEEK = 28, 31, 7


def may_shorten(before: Rule, after: Rule) -> bool:
    """Whether some dossier could get an earlier date under `after`, or a date where it had none.

    False only when that is certain for every possible dossier; when in doubt it is True.
    """
    if after.action is Action.KEEP:
        return False
    if before.action is Action.KEEP or _rest(before) != _rest(after):
        return True
    if reads_same(before, after):
        pairs = zip(before.applied, after.applied, strict=True)
        return not all(_as_long(new.term, old.term) for old, new in pairs)
    lines = (*before.applied, *after.applied)
    known = {line.trigger for line in before.applied} <= {line.trigger for line in after.applied}
    return not (known and all(_is_plain(line) for line in lines) and _never_earlier(before, after))


def _is_plain(line: Line) -> bool:
    """Whether a line is a trigger and a term and no more."""
    return _shape(line) == {"trigger": line.trigger}


def _never_earlier(before: Rule, after: Rule) -> bool:
    old, new = before.applied, after.applied
    was_latest = before.combine is Combine.LATEST_OF or len(old) == 1
    was_earliest = before.combine is Combine.EARLIEST_OF or len(old) == 1
    if (after.combine is Combine.LATEST_OF or len(new) == 1) and (
        (was_latest and all(any(_reaches(n, o) for n in new) for o in old))
        or (was_earliest and any(_reaches(n, o) for n in new for o in old))
    ):
        return True
    is_earliest = after.combine is Combine.EARLIEST_OF or len(new) == 1
    return is_earliest and was_earliest and all(any(_reaches(n, o) for o in old) for n in new)


def _shape(line: Line) -> dict[str, Any]:
    """Everything that a line says beside its length and its ground, whatever later releases add to it."""
    return _plain(msgspec.to_builtins(line, enc_hook=str), _LENGTH_AND_GROUND)


def _rest(rule: Rule) -> dict[str, Any]:
    return _plain(rule.to_json(), _OF_THE_VERSION)


def _plain(values: dict[str, Any], without: tuple[str, ...]) -> dict[str, Any]:
    return {name: value for name, value in values.items() if name not in without}


def _reaches(new: Line, old: Line) -> bool:
    """Whether the new line counts from the same event and never ends before the old one."""
    return _shape(new) == _shape(old) and _as_long(new.term, old.term)


def _as_long(new: Period, old: Period) -> bool:
    (months, days), (old_months, old_days) = _months_and_days(new), _months_and_days(old)
    if months >= old_months and days >= old_days:
        return True
    return months * _SHORTEST_MONTH + days >= old_months * _LONGEST_MONTH + old_days


def _months_and_days(period: Period) -> tuple[int, int]:
    count = period.parts.get
    return count("years", 0) * 12 + count("months", 0), count("weeks", 0) * _WEEK + count("days", 0)
