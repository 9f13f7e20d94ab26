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


def later(day: date | None) -> date:
    """Return a review date. Raises ValidationError when it is missing or not in the future."""
    if day is None:
        raise ValidationError(DATE_MISSING)
    if day <= timing.today():
        raise ValidationError(DATE_PASSED)
    return day


class _Exemption(forms.Form):
    """Why a dossier stays, until when, and in the reviewer's own words for who may read the dossier."""

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


class ExemptForm(_Exemption):
    """The exemption of one dossier, on its own page."""

    def clean_review_on(self) -> date:
        """Check that the date lies in the future."""
        return later(self.cleaned_data["review_on"])

    def decision(self, item_id: int) -> Decision:
        """Return the exemption of this item."""
        return Decision(item_id, agreed=False, **self.cleaned_data)


class DecisionForm(_Exemption):
    """One row of the list: agree or exempt, and no choice is no decision."""

    choice = forms.ChoiceField(choices=[(AGREE, _("Agree")), (EXEMPT, _("Exempt"))], required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["reason"].required = self.fields["review_on"].required = False

    def clean(self) -> None:
        """An exemption has a reason and a date in the future."""
        if self.cleaned_data.get("choice") != EXEMPT:
            return
        if not self.cleaned_data.get("reason"):
            self.add_error("reason", REASON_MISSING)
        if "review_on" in self.cleaned_data:
            try:
                later(self.cleaned_data["review_on"])
            except ValidationError as error:
                self.add_error("review_on", error)

    def decision(self, item_id: int) -> Decision | None:
        """Return what was decided, None when nothing was."""
        chosen = self.cleaned_data.get("choice")
        if not chosen:
            return None
        if chosen == AGREE:
            return Decision(item_id, agreed=True, remark=self.cleaned_data["remark"])
        return Decision(item_id, agreed=False, **{name: self.cleaned_data[name] for name in _Exemption.base_fields})


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
