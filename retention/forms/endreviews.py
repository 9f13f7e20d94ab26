"""The form of a review at the end of a term."""

from datetime import date
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from casefiles.forms.days import DayField
from retention import timing
from retention.models import EndReview

Decision = EndReview.Decision


class EndReviewForm(forms.Form):
    """What becomes of it, and why; only keeping longer has a day on which it is reviewed again."""

    decision = forms.ChoiceField(label=_("What becomes of it"), choices=Decision.choices, widget=forms.RadioSelect)
    reason = forms.ChoiceField(
        label=_("Reason"), choices=[("", _("Choose a reason")), *EndReview.Reason.choices]
    )  # fmt: skip
    until = DayField(
        label=_("Review again on"), future=True, required=False, help_text=_("Only when it is kept longer.")
    )

    def __init__(self, *args: Any, may_keep: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not may_keep:
            left = [choice for choice in Decision.choices if choice[0] != Decision.KEEP]
            self.fields["decision"].choices = left  # type: ignore[attr-defined] # a ChoiceField has choices

    def clean(self) -> dict[str, Any]:
        """Check that keeping longer has its day, and let go of a day that does not count."""
        cleaned = super().clean() or self.cleaned_data
        if cleaned.get("decision") != Decision.EXTEND:
            cleaned["until"] = None
            return cleaned
        until = cleaned.get("until")
        if "until" not in self.errors and (not isinstance(until, date) or until <= timing.today()):
            self.add_error("until", ValidationError(_("Fill in a day in the future.")))
        return cleaned
