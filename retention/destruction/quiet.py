"""The hours in which no destruction begins (QUIET_HOURS), such as those of the nightly backup: pure reckoning."""

from datetime import datetime, time, timedelta

HALVES = 2


def hours(setting: str) -> tuple[time, time] | None:
    """Return from when until when it is quiet, from `22:00-06:00`; None without a setting. ValueError otherwise."""
    if not setting:
        return None
    halves = setting.split("-")
    if len(halves) != HALVES:
        raise ValueError(setting)
    begin, end = (time.fromisoformat(half.strip()) for half in halves)
    return None if begin == end else (begin, end)


def ends_at(now: datetime, quiet: tuple[time, time] | None) -> datetime | None:
    """Return when the quiet hours that it is in now (local time) end; None when it is not quiet."""
    if quiet is None:
        return None
    begin, end = quiet
    at = now.time()
    over_midnight = begin > end
    if not (at >= begin or at < end if over_midnight else begin <= at < end):
        return None
    day = now.date() + timedelta(days=1) if over_midnight and at >= begin else now.date()
    return datetime.combine(day, end, tzinfo=now.tzinfo)
