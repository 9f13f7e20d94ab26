"""Dates and moments as people read them, {% load days %}: formatted once per day and language, not once per cell."""

from datetime import date, datetime
from functools import lru_cache

from django import template
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import get_language

register = template.Library()


@lru_cache(maxsize=4096)
def _formatted(value: date | datetime, pattern: str, language: str | None) -> str:
    return date_format(value, pattern)


@register.filter
def day(value: date | None) -> str:
    """Write a day in full, "14 maart 2044"; nothing for None."""
    return _formatted(value, "j F Y", get_language()) if value else ""


@register.filter
def month(value: date) -> str:
    """Write a month, "Maart 2044"."""
    written = _formatted(value, "F Y", get_language())
    return written[:1].upper() + written[1:]


@register.filter
def moment(value: datetime | None) -> str:
    """Write a moment to the minute in Dutch time, "14 mrt 2044, 16:20"; nothing for None."""
    if value is None:
        return ""
    minute = timezone.localtime(value).replace(second=0, microsecond=0)
    return _formatted(minute, "j M Y, H:i", get_language())
