"""Questions of former clients: the number of the file, or the text of their slip."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from retention.ledger.errors import MalformedError
from retention.ledger.slip import MOST_BYTES, Slip


class InListForm(forms.Form):
    """The reference of one dossier."""

    reference = forms.CharField(label=_("Number of the dossier"), max_length=40)


class QuestionForm(forms.Form):
    """A reference, a slip, or both; the slip says more."""

    reference = forms.CharField(label=_("Number of the dossier"), max_length=40, required=False)
    slip = forms.CharField(
        label=_("Text of the code on the proof letter"),
        max_length=MOST_BYTES,
        required=False,
        widget=forms.Textarea(attrs={"rows": 4, "autocomplete": "off", "spellcheck": "false"}),
        help_text=_("Scan the QR code and paste its text here. It is used for this answer only."),
    )

    def clean_slip(self) -> Slip | None:
        """Read the slip; white space around it and line ends, which its own text never has, do not matter."""
        text = "".join(str(self.cleaned_data["slip"]).strip().splitlines())
        if not text:
            return None
        try:
            return Slip.parse(text.encode())
        except MalformedError:
            words = _("This is not the text of a proof letter. Scan the code once more, or copy the whole text that is "
                      "printed in the letter.")  # fmt: skip
            raise ValidationError(words) from None

    def clean(self) -> dict[str, Any]:
        """Ask for one of the two."""
        cleaned = super().clean() or self.cleaned_data
        if not self.errors and not cleaned.get("reference") and cleaned.get("slip") is None:
            raise ValidationError(_("Give the number of the dossier, or the text of the proof letter."))
        return cleaned
