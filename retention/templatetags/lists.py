"""The template tags of the list pages: {% load lists %}."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from django import template
from django.forms import BaseForm

from casefiles.dates import full_day as written
from casefiles.templatetags.gv import error_summary

register = template.Library()


@register.simple_tag
def full_day(when: date) -> str:
    """Return a date as people write it, from the cache."""
    return written(when)


@register.simple_tag
def percent(part: int, whole: int) -> int:
    """Return how many percents a part is, at least 1 when there is any, for the width of a segment."""
    return max(1, part * 100 // whole) if part and whole else 0


@register.inclusion_tag("gv/error_summary.html")
def error_summary_of(forms: Sequence[BaseForm]) -> dict[str, Any]:
    """List the errors of forms of which the number is not known beforehand."""
    return error_summary(*forms)
