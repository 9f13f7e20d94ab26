"""Dates and moments as people read them, {% load days %}: formatted once per day and language, not once per cell."""

from datetime import date, datetime

from django import template
from django.utils import timezone

from casefiles import dates

register = template.Library()


@register.filter
def day(value: date | None) -> str:
    """Write a day in full, "14 maart 2044"; nothing for None."""
    return dates.formatted(value, "j F Y") if value else ""


@register.filter
def short_day(value: date | datetime | None) -> str:
    """Write a day as in a table, "14 mrt 2044"; of a moment its day in Dutch time; nothing for None."""
    if isinstance(value, datetime):
        value = timezone.localdate(value)
    return dates.full_day(value) if value else ""


@register.filter
def month(value: date) -> str:
    """Write a month, "Maart 2044"."""
    written = dates.formatted(value, "F Y")
    return written[:1].upper() + written[1:]


@register.filter
def moment(value: datetime | None) -> str:
    """Write a moment to the minute in Dutch time, "14 mrt 2044, 16:20"; nothing for None."""
    return dates.minute(value) if value else ""


@register.filter
def moment_exact(value: datetime | None) -> str:
    """Write a moment to the second in Dutch time, "14 mrt 2044, 16:20:05"; nothing for None."""
    return f"{dates.minute(value)}:{value:%S}" if value else ""
