"""Unusual patterns in the access log: questions to a person, never a judgement. For officers, who see no content.

Each is one statement over a period; the log's months outside it are not touched. `casefiles.unusual` asks them for
one day at a time, at night.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db.models import Count, Max, Q, QuerySet
from django.db.models.functions import ExtractHour, ExtractIsoWeekDay, TruncDate

from casefiles.finding import surnames_in
from casefiles.models import AccessEvent, User
from casefiles.search import Purpose, token
from casefiles.sql import Sql, rows
from casefiles.vault.keys import search_key

MANY = 50  # dossiers of one person on one day
DAY_BEGINS, DAY_ENDS = 7, 20  # working hours, in the organisation's time
LOOKING = (AccessEvent.Action.READ, AccessEvent.Action.DOWNLOAD, AccessEvent.Action.REVEAL, AccessEvent.Action.PRINT)


@dataclass(frozen=True, slots=True)
class Period:
    """From a moment until (and without) another."""

    since: datetime
    until: datetime


@dataclass(frozen=True, slots=True)
class Line:
    """Somebody, how often, and the newest moment; `day` or `dossier_id` where the pattern is about one."""

    actor_id: int
    name: str
    count: int
    newest: datetime
    day: date | None = None
    dossier_id: UUID | None = None


def _looked(period: Period) -> QuerySet[AccessEvent]:
    return AccessEvent.objects.filter(
        occurred_at__gte=period.since, occurred_at__lt=period.until, action__in=LOOKING, actor_id__isnull=False
    )


def many_dossiers(period: Period) -> list[Line]:
    """Return who opened MANY different dossiers or more on one day."""
    grouped = (
        _looked(period)
        .filter(dossier_id__isnull=False)
        .annotate(day=TruncDate("occurred_at"))
        .values("actor_id", "actor_name", "day")
        .annotate(n=Count("dossier_id", distinct=True), newest=Max("occurred_at"))
        .filter(n__gte=MANY)
    )
    found: Iterable[Any] = grouped.order_by("-n", "actor_id")
    return [Line(row["actor_id"], row["actor_name"], row["n"], row["newest"], day=row["day"]) for row in found]


@dataclass(frozen=True, slots=True)
class OfPeople:
    """What is counted of each person in one look at the period, the most first.

    `odd_hours`: at night or in the weekend, Dutch time. `unrelated`: by a right that is no care relation, the whole
    team's or an emergency's. `refused`: what they tried and may not do.
    """

    odd_hours: list[Line]
    unrelated: list[Line]
    refused: list[Line]


def of_people(period: Period) -> OfPeople:
    """Return who looked at odd hours, without care relation, or was refused."""
    events = AccessEvent.objects.filter(
        occurred_at__gte=period.since, occurred_at__lt=period.until, actor_id__isnull=False
    )
    timed = events.annotate(hour=ExtractHour("occurred_at"), weekday=ExtractIsoWeekDay("occurred_at"))
    looks = Q(action__in=LOOKING)
    odd = Q(hour__lt=DAY_BEGINS) | Q(hour__gte=DAY_ENDS) | Q(weekday__gt=5)
    sorts = {
        "odd_hours": looks & odd & Q(dossier_id__isnull=False),
        "unrelated": looks & Q(basis__in=(AccessEvent.Basis.WHOLE_TEAM, AccessEvent.Basis.EMERGENCY)),
        "refused": Q(outcome=AccessEvent.Outcome.REFUSED),
    }
    counts = {name: Count("id", filter=which) for name, which in sorts.items()}
    newest = {f"{name}_newest": Max("occurred_at", filter=which) for name, which in sorts.items()}
    grouped = list(timed.values("actor_id", "actor_name").annotate(**counts, **newest))
    return OfPeople(**{name: _most(grouped, name) for name in sorts})


def _most(grouped: list[Any], name: str) -> list[Line]:
    found = sorted((row for row in grouped if row[name]), key=lambda row: (-row[name], row["actor_id"]))
    return [Line(row["actor_id"], row["actor_name"], row[name], row[f"{name}_newest"]) for row in found]


_SAME = Sql(
    "SELECT actor_id, dossier_id, lines, newest"
    " FROM casefiles_same_surname(%s::bigint[], %s::bigint[], %s, %s) ORDER BY newest DESC"
)


def same_surname(period: Period) -> list[Line]:
    """Return who looked in a dossier about somebody of their own surname, by equality of blind-index tokens."""
    people = {user.pk: user.name for user in User.objects.all()}
    named = list(_tokens(people.items()))
    values = ([one for one, _token in named], [value for _one, value in named], period.since, period.until)
    return [
        Line(actor, people.get(actor, ""), count, newest, dossier_id=dossier)
        for actor, dossier, count, newest in rows(Sql(_SAME.text, values))
    ]


def _tokens(people: Iterable[tuple[int, str]]) -> Iterable[tuple[int, int]]:
    """Yield (person, token) for every part of a name that may be its surname."""
    key = search_key()
    for person, name in people:
        for surname in surnames_in(name):
            yield person, token(key, Purpose.SURNAME, surname)
