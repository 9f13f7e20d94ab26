"""What the searches of a session found: ids under a random name, never what was typed."""

import secrets
from collections.abc import MutableMapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from casefiles.finding import Found, How

KEPT = 10
SESSION_KEY = "searches"


@dataclass(frozen=True, slots=True)
class Kept:
    """By what was searched, and the dossiers that were found then."""

    how: How
    ids: tuple[UUID, ...]


def keep(session: MutableMapping[str, Any], found: Found) -> str:
    """Remember what was found for this session and return its name; the oldest search makes place."""
    name = secrets.token_urlsafe(9)
    searches = {**session.get(SESSION_KEY, {}), name: [found.how, [i.hex for i in found.ids]]}
    session[SESSION_KEY] = dict(list(searches.items())[-KEPT:])
    return name


def kept(session: MutableMapping[str, Any], name: str) -> Kept | None:
    """Return what a search of this session found; None for a name that it does not know (any more)."""
    known = session.get(SESSION_KEY, {}).get(name)
    return Kept(How(known[0]), tuple(UUID(one) for one in known[1])) if known else None
