"""Dates as people type them."""

from datetime import date
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

EARLIEST = date(1900, 1, 1)


class DayField(forms.DateField):
    """A calendar date, by the browser's own picker or typed as 14-3-2012; never in the future, nor before 1900."""

    default_error_messages = {
        "required": _("Fill in a date, for example 14-3-2012."),
        "invalid": _("Fill in a date, for example 14-3-2012."),
        "future": _("This date is in the future. Fill in today or an earlier day."),
        "early": _("This date is before 1900. Check the year."),
    }

    def __init__(self, *, future: bool = False, **options: Any) -> None:
        self.future = future
        options.setdefault("widget", forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"))
        super().__init__(input_formats=["%Y-%m-%d", "%d-%m-%Y", "%d/%m/%Y", "%d.%m.%Y", "%d %m %Y"], **options)

    def validate(self, value: date | None) -> None:
        """Refuse a day that cannot be meant."""
        super().validate(value)
        if value is not None and value < EARLIEST:
            raise forms.ValidationError(self.error_messages["early"], code="early")
        if value is not None and not self.future and value > timezone.localdate():
            raise forms.ValidationError(self.error_messages["future"], code="future")
