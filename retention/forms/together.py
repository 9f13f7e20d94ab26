"""The forms of deciding on many at once, and of taking approvals back."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from retention.decisions import Decision
from retention.forms.lists import AGREE, EXEMPT, REMARK_LENGTH, ExemptForm
from retention.listsignals import Signal


class TogetherForm(ExemptForm):
    """Which of the undecided, and what is decided on them; only an exemption has a reason and a date."""

    remark = None  # type: ignore[assignment] # a remark is about one dossier: Django takes a field away by None
    show = forms.ChoiceField(
        label=_("Which of the undecided dossiers"),
        choices=[("open", _("all")), ("plain", _("those without a signal")), *Signal.choices],
        initial="plain",
    )
    choice = forms.ChoiceField(
        label=_("Your decision"), choices=[(AGREE, _("Agree")), (EXEMPT, _("Exempt"))], widget=forms.RadioSelect
    )
    field_order = ("show", "choice", "reason", "review_on")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self["choice"].value() != EXEMPT:
            self.fields["reason"].required = self.fields["review_on"].required = False

    def decision(self) -> Decision:
        """Return what is decided on each."""
        if self.cleaned_data["choice"] == AGREE:
            return Decision(0, agreed=True)
        return Decision(0, agreed=False, reason=self.cleaned_data["reason"], review_on=self.cleaned_data["review_on"])


class TakeBackForm(forms.Form):
    """What the others should know of it; about the list, not about a person."""

    words = forms.CharField(
        label=_("What should be looked at again?"),
        max_length=REMARK_LENGTH,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("About the list, not about a person. Only who decides on this list reads it."),
        error_messages={"required": _("Say what should be looked at again.")},
    )
