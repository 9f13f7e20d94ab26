"""Dates in the reader's language. Formatting is cached: a table of dates must not cost more than its query."""

from datetime import date, datetime
from functools import lru_cache

from dateutil.relativedelta import relativedelta
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import get_language, ngettext, pgettext
from django.utils.translation import gettext as _

CACHED = 4096


def day(when: date) -> str:
    """Return a date as people write it in a table: "14 mrt 2044", or "today"."""
    return _("today") if when == timezone.localdate() else full_day(when)


def full_day(when: date) -> str:
    """Return a date as people write it: "14 mrt 2044"."""
    # Dutch writes months small ("j b Y"), English with a capital ("j M Y"): a translator's choice, in one string.
    return formatted(when, pgettext("format of a date in a table", "j M Y"))


def long_day(when: date) -> str:
    """Return a date with its weekday, as a heading has it: "Maandag 23 november 2026"."""
    text = date_format(when, "l j F Y")
    return text[0].upper() + text[1:]


def minute(when: datetime) -> str:
    """Return a moment in Dutch time to the minute: "14 mrt 2044, 16:20"."""
    whole = timezone.localtime(when).replace(second=0, microsecond=0)
    return formatted(whole, pgettext("format of a moment", "j M Y, H:i"))


def formatted(when: date | datetime, pattern: str) -> str:
    """Return a date or moment by one of Django's patterns, in the language of the reader."""
    return _formatted(when, pattern, get_language() or "")


@lru_cache(maxsize=CACHED)
def _formatted(when: date | datetime, pattern: str, _language: str) -> str:
    return date_format(when, pattern)


def span(start: date, end: date) -> str:
    """Return the time from one day to a later one, in the two largest units that matter: "17 yr 4 mo", "23 days"."""
    between = relativedelta(end, start)
    months = ngettext("%d month", "%d months", between.months) % between.months
    if between.years:
        years = _("%d yr") % between.years
        rest = pgettext("of a span of years", "%d mo") % between.months
        return f"{years} {rest}" if between.months else years
    if between.months >= 2:
        return months
    days = (end - start).days
    return ngettext("%d day", "%d days", days) % days
