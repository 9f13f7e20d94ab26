"""What a destruction report is about."""

from datetime import date
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from casefiles.forms.days import DayField
from retention.models import Category
from retention.reports import Period


class ReportForm(forms.Form):
    """A period and, if wanted, one category; by GET."""

    first = DayField(label=_("From"))
    last = DayField(label=_("Up to and including"))
    category = forms.ModelChoiceField(
        Category.objects.order_by("code"), label=_("Category"), required=False, empty_label=_("All categories")
    )

    def clean(self) -> dict[str, Any]:
        """Refuse a period that ends before it begins."""
        cleaned = super().clean() or self.cleaned_data
        first, last = cleaned.get("first"), cleaned.get("last")
        if isinstance(first, date) and isinstance(last, date) and last < first:
            raise ValidationError(_("The period ends before it begins. Choose a later last day."))
        return cleaned

    def period(self) -> Period:
        """Return the period of a valid form."""
        cleaned = self.cleaned_data
        return Period(cleaned["first"], cleaned["last"], cleaned["category"])
