"""Reading the access log: one page of lines by filters, newest first, each page from one index.

Paged by keyset: page 1,000 costs what page 1 costs, and no count reads the whole log.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from uuid import UUID

from django.conf import settings
from django.db.models import Q, QuerySet
from django.utils import timezone

from casefiles.models import AccessEvent, Dossier, User

PAGE = 50


@dataclass(frozen=True, slots=True)
class Cursor:
    """The last line of a page: the next page begins after it."""

    at: datetime
    id: UUID

    def __str__(self) -> str:
        return f"{int(self.at.timestamp() * 1_000_000)}~{self.id}"

    @classmethod
    def parse(cls, text: str) -> "Cursor | None":
        """Read what str() wrote; None for anything else, which shows the first page."""
        micros, _tilde, key = text.partition("~")
        try:
            seconds, rest = divmod(int(micros), 1_000_000)
            return cls(datetime.fromtimestamp(seconds, UTC).replace(microsecond=rest), UUID(key))
        except (ValueError, OverflowError, OSError):
            return None


@dataclass(frozen=True, slots=True)
class Asked:
    """What is asked of the log; empty values do not filter. `until` is exclusive."""

    dossier_id: UUID | None = None
    actor_id: int | None = None
    action: str = ""
    outcome: str = ""
    basis: str = ""
    since: datetime | None = None
    until: datetime | None = None


@dataclass(frozen=True, slots=True)
class Page:
    """One page of lines; `older` is the cursor of the next one, None at the end."""

    lines: list[AccessEvent]
    older: Cursor | None


def lines(asked: Asked) -> QuerySet[AccessEvent]:
    """Return the lines that fit, the newest first."""
    found = AccessEvent.objects.order_by("-occurred_at", "-id")
    for name in ("dossier_id", "actor_id", "action", "outcome", "basis"):
        if value := getattr(asked, name):
            found = found.filter(**{name: value})
    if asked.since:
        found = found.filter(occurred_at__gte=asked.since)
    return found.filter(occurred_at__lt=asked.until) if asked.until else found


def page(asked: Asked, after: Cursor | None = None) -> Page:
    """Return one page in one statement."""
    found = lines(asked)
    if after is not None:
        beyond = Q(occurred_at__lt=after.at) | Q(occurred_at=after.at, id__lt=after.id)
        found = found.filter(beyond, occurred_at__lte=after.at)
    rows = list(found[: PAGE + 1])
    last = rows[PAGE - 1] if len(rows) > PAGE else None
    return Page(rows[:PAGE], Cursor(last.occurred_at, last.id) if last else None)


def had_open(user: User, dossier_id: UUID) -> bool:
    """Tell whether the person read this dossier since a session that lasts now can have begun."""
    since = timezone.now() - timedelta(seconds=settings.SESSION_LONGEST_SECONDS)
    mine = AccessEvent.objects.filter(actor_id=user.pk, dossier_id=dossier_id, occurred_at__gte=since)
    return mine.filter(action=AccessEvent.Action.READ, outcome=AccessEvent.Outcome.DONE).exists()


def references(rows: Iterable[AccessEvent]) -> dict[UUID, str]:
    """Return the references of the dossiers in some lines; one that was destroyed has none any more."""
    ids = {row.dossier_id for row in rows if row.dossier_id}
    return dict(Dossier.objects.filter(pk__in=ids).values_list("pk", "reference")) if ids else {}
