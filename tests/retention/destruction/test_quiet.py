"""Quiet hours: when nothing begins, and when it goes on."""

from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from retention.destruction import quiet

HERE = ZoneInfo("Europe/Amsterdam")


@given(st.times(timezones=st.none()), st.times(timezones=st.none()), st.datetimes(min_value=datetime(2020, 1, 1)))  # noqa: DTZ001 - hypothesis wants bare bounds
def test_what_is_quiet_ends_at_the_end_within_a_day(begin: time, end: time, moment: datetime) -> None:
    now = moment.replace(tzinfo=HERE)
    ends = quiet.ends_at(now, (begin, end)) if begin != end else None
    if ends is None:
        return
    assert ends.time() == end
    assert now.replace(tzinfo=None) < ends.replace(tzinfo=None) <= now.replace(tzinfo=None) + timedelta(days=1)
    assert quiet.ends_at(ends, (begin, end)) is None


@pytest.mark.parametrize(
    ("setting", "at", "until"),
    [
        ("22:00-06:00", "23:30", "2026-11-25 06:00"),
        ("22:00-06:00", "05:59", "2026-11-24 06:00"),
        ("22:00-06:00", "06:00", None),
        ("08:30-17:00", "12:00", "2026-11-24 17:00"),
        ("08:30-17:00", "08:29", None),
        ("09:00-09:00", "09:00", None),
        ("", "09:00", None),
    ],
)
def test_quiet_hours_may_run_over_midnight(setting: str, at: str, until: str | None) -> None:
    now = datetime.fromisoformat(f"2026-11-24 {at}").replace(tzinfo=HERE)
    ends = quiet.ends_at(now, quiet.hours(setting))
    assert (ends and f"{ends:%Y-%m-%d %H:%M}") == until


@pytest.mark.parametrize("setting", ["22:00", "22-25:00", "a-b", "1-2-3"])
def test_hours_that_cannot_be_read_are_refused(setting: str) -> None:
    with pytest.raises(ValueError, match=r".*"):
        quiet.hours(setting)
