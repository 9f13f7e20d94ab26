"""Dossiers that were ticked in a table, as a form or an address brings them."""

from uuid import UUID

from django.http import QueryDict


def ticked(data: QueryDict, most: int) -> list[UUID]:
    """Return the ids under "dossier", each once, at most so many; what is none is left out."""
    keys = [key for text in data.getlist("dossier") if (key := _uuid(text))]
    return list(dict.fromkeys(keys))[:most]


def _uuid(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None
