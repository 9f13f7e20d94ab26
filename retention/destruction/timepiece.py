"""Before all: a wrong clock makes everything due, so time that runs back or leaps ahead stops every destruction.

Compared are the wall clock, the last moment that any worker wrote in the database, and in this process a clock that
nobody can set (CLOCK_BOOTTIME: it also counts while the machine sleeps).
"""

import time
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction
from django.utils import timezone

from retention.models import TimeSeen

TOLERANCE = timedelta(minutes=5)  # what machines differ, and what a time server corrects
LONGEST_SILENCE = timedelta(days=7)  # longer ago nothing of ours ran: a person looks at the date first
WRITE_EVERY = timedelta(seconds=30)


@dataclass(slots=True)
class _Reading:
    """Both clocks of this process at one moment, and how often a person had confirmed the time by then."""

    wall: datetime
    steady: float
    confirmed: int


_first: _Reading | None = None


def jumped() -> bool:
    """Tell whether time went back or leapt ahead; while it did not, write down that it was seen."""
    now, seen = timezone.now(), _seen()
    if _against_what_was_seen(now, seen.at) or _against_the_steady_clock(now, seen.confirmed):
        return True
    if now - seen.at > WRITE_EVERY:
        TimeSeen.objects.filter(at__lt=now, confirmed=seen.confirmed).update(at=now)
    return False


def confirm() -> None:
    """Take the time of now for right, in the caller's transaction: a person looked at it."""
    seen = _seen()
    TimeSeen.objects.filter(pk=seen.pk).update(at=timezone.now(), confirmed=seen.confirmed + 1)


def _seen() -> TimeSeen:
    found = TimeSeen.objects.first()
    if found is None:
        with transaction.atomic():
            found, _new = TimeSeen.objects.get_or_create(pk=1, defaults={"at": timezone.now()})
    return found


def _against_what_was_seen(now: datetime, seen: datetime) -> bool:
    return now < seen - TOLERANCE or now > seen + LONGEST_SILENCE


def _against_the_steady_clock(now: datetime, confirmed: int) -> bool:
    """Compare how far both clocks went since this process looked first, or since a person confirmed the time."""
    global _first  # noqa: PLW0603 - a process has one clock
    steady = time.clock_gettime(time.CLOCK_BOOTTIME) if hasattr(time, "CLOCK_BOOTTIME") else time.monotonic()
    if _first is None or _first.confirmed != confirmed:
        _first = _Reading(now, steady, confirmed)
    return abs((now - _first.wall) - timedelta(seconds=steady - _first.steady)) > TOLERANCE
