"""The forms of a destruction list: a decision per dossier, one exemption, and the name typed before the start."""

from datetime import date
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from retention import timing
from retention.decisions import Decision
from retention.models import ListItem

AGREE, EXEMPT = "agree", "exempt"
REMARK_LENGTH = 1000

REASON_MISSING = _("Choose the reason of the exemption.")
DATE_MISSING = _("Fill in when the dossier is reviewed again.")
DATE_PASSED = _("The review date must lie in the future.")


class ExemptForm(forms.Form):
    """Why a dossier stays, until when, and in the reviewer's own words for who may read the dossier."""

    use_required_attribute = False

    reason = forms.ChoiceField(
        label=_("Reason"),
        choices=[("", _("Choose a reason")), *ListItem.ExemptReason.choices],
        error_messages={"required": REASON_MISSING},
    )
    review_on = forms.DateField(
        label=_("Review again on"),
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        input_formats=["%Y-%m-%d"],
        error_messages={"required": DATE_MISSING, "invalid": _("Fill in a date that exists.")},
    )
    remark = forms.CharField(
        label=_("Remark"),
        required=False,
        max_length=REMARK_LENGTH,
        help_text=_("Kept sealed with the dossier, and destroyed with it."),
    )

    def clean_review_on(self) -> date | None:
        """Check that the date lies in the future, when it counts."""
        day: date | None = self.cleaned_data["review_on"]
        if day is not None and day <= timing.today() and self.fields["review_on"].required:
            raise ValidationError(DATE_PASSED)
        return day

    def exemption(self, item_id: int) -> Decision:
        """Return the exemption of this item."""
        return Decision(item_id, agreed=False, **{name: self.cleaned_data[name] for name in ExemptForm.base_fields})


class DecisionForm(ExemptForm):
    """One row of the list: agree or exempt, and no choice is no decision. Only an exemption has a reason and a date."""

    choice = forms.ChoiceField(choices=[(AGREE, _("Agree")), (EXEMPT, _("Exempt"))], required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.is_bound and self["choice"].value() != EXEMPT:
            self.fields["reason"].required = self.fields["review_on"].required = False

    def decision(self, item_id: int) -> Decision | None:
        """Return what was decided, None when nothing was."""
        chosen = self.cleaned_data.get("choice")
        if chosen == EXEMPT:
            return self.exemption(item_id)
        return Decision(item_id, agreed=True, remark=self.cleaned_data["remark"]) if chosen else None


class StartForm(forms.Form):
    """The name of the list, typed by hand: what follows cannot be undone."""

    name = forms.CharField(
        label=_("Name of the list"),
        max_length=20,
        error_messages={"required": _("Type the name of the list.")},
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
    )

    def __init__(self, expected: str, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._expected = expected

    def clean_name(self) -> str:
        """Check that it is this list's name."""
        typed = str(self.cleaned_data["name"]).strip().upper()
        if typed != self._expected:
            raise ValidationError(_("This is not the name of the list. Type %s.") % self._expected)
        return typed
