"""Closing and reopening a dossier."""

from datetime import date
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from casefiles.forms.days import DayField
from casefiles.models import Dossier

CHECKS = [
    ("complete", _("All entries and documents that belong in the dossier are in it.")),
    ("discussed", _("The closing was discussed with the young person and with who has parental authority.")),
    ("agreements", _("Agreements that are still open were handed over or ended.")),
    ("notes", _("Personal working notes are not in the dossier any more.")),
]
REASONS = [
    ("new_question", _("There is a new question or a new request for help")),
    ("rectification", _("Something in the dossier must be rectified")),
    ("closed_by_mistake", _("The dossier was closed by mistake")),
    ("own_statement", _("The data subject adds an own statement")),
]


class CloseForm(forms.Form):
    """The checklist: closing is possible when every item is confirmed."""

    use_required_attribute = False

    closed_on = DayField(label=_("Closed on"))
    confirmed = forms.MultipleChoiceField(
        label=_("Confirm before closing"),
        choices=CHECKS,
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": _("Confirm every item, or settle what is open first.")},
    )

    def __init__(self, dossier: Dossier, *args: Any, **options: Any) -> None:
        self.dossier = dossier
        options.setdefault("initial", {"closed_on": timezone.localdate()})
        super().__init__(*args, **options)

    def clean_closed_on(self) -> date:
        """Refuse a closing before the opening."""
        closed_on: date = self.cleaned_data["closed_on"]
        if closed_on < self.dossier.opened_on:
            raise forms.ValidationError(_("The dossier was opened later than this day."), code="early")
        return closed_on

    def clean_confirmed(self) -> list[str]:
        """Refuse to close while an item is open."""
        confirmed: list[str] = self.cleaned_data["confirmed"]
        if len(confirmed) < len(CHECKS):
            raise forms.ValidationError(_("Confirm every item, or settle what is open first."), code="open")
        return confirmed


class ReopenForm(forms.Form):
    """The reason of a reopening, as a code for the access log."""

    use_required_attribute = False

    reason = forms.ChoiceField(
        label=_("Why is the dossier reopened?"),
        choices=REASONS,
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose a reason.")},
    )


def reason_label(code: str) -> str:
    """Return the words for a reason of reopening; nothing for a code of another kind."""
    return str(dict(REASONS).get(code, ""))
