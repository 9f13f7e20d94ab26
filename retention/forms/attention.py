"""The forms of what waits for a person: why a dossier stays open, and when things are brought a step higher."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from retention.forms.holds import TEXT_LENGTH, ReviewDayField
from retention.models import StaysOpen


class StaysOpenForm(forms.Form):
    """Why a dossier past its date stays open, and until when."""

    use_required_attribute = False

    reason = forms.ChoiceField(
        label=_("Why does it stay open?"),
        choices=StaysOpen.Reason.choices,
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose a reason.")},
    )
    until = ReviewDayField(label=_("Until"))
    text = forms.CharField(
        label=_("Explanation"),
        required=False,
        max_length=TEXT_LENGTH,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("Kept sealed with the dossier, and destroyed with it."),
    )


def _days(label: Any) -> forms.IntegerField:
    return forms.IntegerField(
        label=label,
        min_value=1,
        max_value=3650,
        help_text=_("Days after the date."),
        error_messages={"required": _("Fill in a number of days."), "invalid": _("Fill in a number of days.")},
    )


class EscalationForm(forms.Form):
    """After how many days something is brought a step higher."""

    use_required_attribute = False

    to_lead = _days(_("To the lead of the team"))
    to_officer = _days(_("To the privacy officer"))
    to_administrator = _days(_("To the administrator"))

    def clean(self) -> dict[str, Any]:
        """Ask for steps that go up."""
        days = [self.cleaned_data.get(name) for name in self.fields]
        known = [day for day in days if day is not None]
        if len(known) == len(days) and sorted(set(known)) != known:
            self.add_error("to_administrator", _("Each step comes later than the one before it."))
        return self.cleaned_data
