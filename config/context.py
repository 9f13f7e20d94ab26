"""What every page of the house shows: whose it is, whether it is a demonstration, and how long a session lasts."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest


def house(request: HttpRequest) -> dict[str, Any]:
    """Give templates `house`; it asks no database, so that an error page can be shown without one."""
    return {
        "house": {
            "operator": settings.OPERATOR_NAME,
            "version": settings.SOFTWARE_VERSION,
            "demonstration": settings.DEMONSTRATION,
            "session_seconds": settings.SESSION_COOKIE_AGE,
            "session_warning_seconds": settings.SESSION_WARNING_SECONDS,
            "session_warning_minutes": max(1, settings.SESSION_WARNING_SECONDS // 60),
            "shortcuts": request.COOKIES.get("shortcuts") != "off",
        }
    }
