"""The forms of the selection list: a file to read in, and the results that are taken over."""

from collections.abc import Iterator
from typing import Any

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from retention.schedule import Period
from retention.schedule.selection import Method
from retention.selecting import MOST_BYTES, Choice


class ListForm(forms.Form):
    """The file as the VNG publishes it: public text, at most some megabytes, read in memory."""

    use_required_attribute = False

    list = forms.FileField(
        label=_("File of the selection list"),
        help_text=_("The JSON file of processes and results, as it is published. Nothing changes by reading it."),
        error_messages={
            "required": _("Choose the JSON file of the selection list, of 2 MB at most."),
            "empty": _("This file is empty. Choose the JSON file of the selection list."),
        },
        widget=forms.FileInput(attrs={"accept": ".json,application/json"}),
    )

    def clean_list(self) -> bytes:
        """Return the bytes of the file."""
        file: Any = self.cleaned_data["list"]
        if file.size > MOST_BYTES:
            raise forms.ValidationError(_("Choose the JSON file of the selection list, of 2 MB at most."))
        content: bytes = file.read()
        return content


def choices(data: QueryDict) -> Iterator[Choice]:
    """Yield what a person ticked on the report; what is no method or number of years counts as not chosen."""
    for number in data.getlist("number"):
        method, years = data.get(f"method-{number}", ""), data.get(f"years-{number}", "")
        estimate = Period(f"P{years}Y") if years.isascii() and years.isdigit() and 0 < int(years) < 1000 else None
        known = Method(method) if method in set(Method) else None
        yield Choice(number, known, estimate if known is Method.PROCESS_TERM else None)
