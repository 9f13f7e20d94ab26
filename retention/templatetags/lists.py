"""The template tags of the list pages: {% load lists %}."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from django import template
from django.forms import BaseForm
from django.utils.safestring import SafeString, mark_safe

from casefiles.dates import full_day as written
from casefiles.templatetags.gv import error_summary
from retention.papers.typesetting import drawing

register = template.Library()


@register.simple_tag
def full_day(when: date) -> str:
    """Return a date as people write it, from the cache."""
    return written(when)


@register.simple_tag
def percent(part: int, whole: int) -> int:
    """Return how many percents a part is, at least 1 when there is any, for the width of a segment."""
    return max(1, part * 100 // whole) if part and whole else 0


@register.simple_tag
def qr(content: str) -> SafeString:
    """Draw a QR code; what it holds must stand beside it in text as well."""
    return mark_safe(drawing(content))  # noqa: S308 - the drawing is made of squares, the content is not in it


@register.inclusion_tag("gv/error_summary.html")
def error_summary_of(forms: Sequence[BaseForm]) -> dict[str, Any]:
    """List the errors of forms of which the number is not known beforehand."""
    return error_summary(*forms)
