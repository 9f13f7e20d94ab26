"""Counting what is unusual in the access log, a day at a time, and reading that back for any period.

A month of a large organisation's log is a second's work, and the page must not wait for it. A day is counted whole or
not at all, so that a night that was missed or broken off is made up for by the next one.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from django.db import transaction
from django.db.models import DateField, F, Max, QuerySet, Sum, UUIDField, Value
from django.utils import timezone

from casefiles import patterns
from casefiles.lifecycle import NotWritable, fence
from casefiles.membership import PRESENT
from casefiles.models import CountedDay, UnusualDay
from casefiles.patterns import Line, Period

LONGEST = timedelta(days=92)  # what the page shows at most
KEPT = timedelta(days=100)
SHOWN = 50  # of each pattern, the most first
Pattern = UnusualDay.Pattern


def count(today: date) -> int:
    """Count the days before today that are not counted yet, and forget what is too old to be shown.

    Return how many days were counted. Safe to run twice, and for two at once.
    """
    first = today - KEPT
    UnusualDay.objects.filter(day__lt=first).delete()
    CountedDay.objects.filter(day__lt=first).delete()
    days = [first + timedelta(days=n) for n in range(KEPT.days)]
    return sum(_count(day) for day in sorted(set(days) - counted(first, today)))


def counted(first: date, last: date) -> set[date]:
    """Return which of these days have been counted."""
    return set(CountedDay.objects.filter(day__range=(first, last)).values_list("day", flat=True))


def _count(day: date) -> bool:
    with transaction.atomic():
        _row, new = CountedDay.objects.get_or_create(day=day)
        if new:
            UnusualDay.objects.bulk_create(_lines(day))
    return new


def _lines(day: date) -> Iterator[UnusualDay]:
    period = Period(_midnight(day), _midnight(day + timedelta(days=1)))
    people = patterns.of_people(period)
    found = {
        Pattern.SURNAME: [line for line in patterns.same_surname(period) if _still_there(line)],
        Pattern.MANY: patterns.many_dossiers(period),
        Pattern.UNRELATED: people.unrelated,
        Pattern.ODD_HOURS: people.odd_hours,
        Pattern.REFUSED: people.refused,
    }
    for pattern, lines in found.items():
        for line in lines:
            yield UnusualDay(
                pattern=pattern,
                day=day,
                actor_id=line.actor_id,
                actor_name=line.name,
                count=line.count,
                newest=line.newest,
                dossier_id=line.dossier_id,
            )


def _midnight(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, time.min))


def _still_there(line: Line) -> bool:
    """Lock the dossier that a line is about: a dossier that is being destroyed gets no new rows."""
    if line.dossier_id is None:
        return False
    try:
        fence(line.dossier_id, *PRESENT)
    except NotWritable:
        return False
    return True


@dataclass(frozen=True, slots=True)
class Found:
    """What was counted in a period by pattern, and on how many of its days nothing was counted yet."""

    lines: dict[Pattern, list[Line]]
    missing: int


def read(first: date, last: date) -> Found:
    """Return what is unusual from one day until and including another, the most first."""
    parts = [_of(pattern, first, last) for pattern in Pattern]
    found: dict[Pattern, list[Line]] = {pattern: [] for pattern in Pattern}
    rows: Iterable[Any] = parts[0].union(*parts[1:], all=True)
    for pattern, actor, name, n, newest, day, dossier in rows:
        found[Pattern(pattern)].append(Line(actor, name, n, newest, day=day, dossier_id=dossier))
    for lines in found.values():
        lines.sort(key=lambda line: -line.count)
    return Found(found, (last - first).days + 1 - len(counted(first, last)))


def _of(pattern: Pattern, first: date, last: date) -> QuerySet[UnusualDay, Any]:
    """Return a pattern's lines: by person, by person and day for many dossiers, by person and dossier for surnames."""
    on = F("day") if pattern == Pattern.MANY else Value(None, output_field=DateField())
    about = F("dossier_id") if pattern == Pattern.SURNAME else Value(None, output_field=UUIDField())
    within = UnusualDay.objects.filter(pattern=pattern, day__range=(first, last)).annotate(on=on, about=about)
    by_person = within.values("pattern", "actor_id", "on", "about").annotate(
        name=Max("actor_name"), n=Sum("count"), last=Max("newest")
    )
    return by_person.order_by("-n", "actor_id").values_list("pattern", "actor_id", "name", "n", "last", "on", "about")[
        :SHOWN
    ]
