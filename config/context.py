"""What every page of the house shows: whose it is, whether it is a demonstration, and how long a session lasts."""

from threading import Lock
from typing import Any

from cachetools import TTLCache, cached
from django.conf import settings
from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject

from casefiles import naming
from casefiles.demonstration import Loading, loading
from casefiles.models.organisation import operator_name

LOADING_SECONDS = 1
NAME_SECONDS = 5  # every page shows the name; a new one is seen this much later at most


@cached(TTLCache(1, LOADING_SECONDS), lock=Lock())
def _loading() -> Loading | None:
    return loading()


@cached(TTLCache(1, NAME_SECONDS), lock=Lock())
def _operator() -> str:
    return operator_name()


def house(request: HttpRequest) -> dict[str, Any]:
    """Give templates `house`. The organisation's name is asked only by a page that shows it."""
    return {
        "house": {
            "operator": SimpleLazyObject(_operator),
            "version": settings.SOFTWARE_VERSION,
            "demonstration": settings.DEMONSTRATION,
            "loading": _loading() if settings.DEMONSTRATION else None,
            "session_seconds": settings.SESSION_COOKIE_AGE,
            "session_minutes": settings.SESSION_COOKIE_AGE // 60,
            "session_warning_seconds": settings.SESSION_WARNING_SECONDS,
            "session_warning_minutes": max(1, settings.SESSION_WARNING_SECONDS // 60),
            "sharing": naming.hidden.get(),
            "shortcuts": request.COOKIES.get("shortcuts") != "off",
        }
    }
