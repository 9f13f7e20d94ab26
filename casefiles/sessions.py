"""The sessions of a person. Django keeps them signed in one table: each row is opened to see whose it is."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from django.contrib.sessions.models import Session
from django.utils import timezone

from casefiles.models import User


@dataclass(frozen=True, slots=True)
class OwnSession:
    """One session of a person, as the page shows it."""

    key: str
    started: datetime
    seen: datetime
    ends: datetime
    current: bool


def of(user: User, current: str | None) -> list[OwnSession]:
    """Return the living sessions of a person, the one with key `current` first."""
    found = []
    for row, data in _living(user):
        started = int(data.get("started", 0))
        seen = _moment(int(data.get("seen", started)))
        is_current = row.session_key == current
        found.append(OwnSession(row.session_key, _moment(started), seen, row.expire_date, is_current))
    return sorted(found, key=lambda session: (not session.current, -session.seen.timestamp()))


def end_all(user: User) -> int:
    """End every session of a person; return how many there were."""
    keys = [row.session_key for row, _data in _living(user)]
    Session.objects.filter(session_key__in=keys).delete()
    return len(keys)


def _living(user: User) -> Iterator[tuple[Session, dict[str, Any]]]:
    for row in Session.objects.filter(expire_date__gt=timezone.now()).iterator():
        data = row.get_decoded()
        if data.get("_auth_user_id") == str(user.pk) and row.session_key is not None:
            yield row, data


def _moment(seconds: int) -> datetime:
    return datetime.fromtimestamp(seconds, UTC)
