"""Asking for a package, and recording that its receiver confirmed it."""

from django import forms
from django.core.validators import RegexValidator
from django.utils.translation import gettext_lazy as _


class AskForm(forms.Form):
    """To which archive."""

    receiver = forms.CharField(
        label=_("Archive that receives it"),
        max_length=120,
        help_text=_("The name of the organisation. It stands in the receipt, which outsiders can read."),
    )


class ConfirmForm(forms.Form):
    """What the receiver sent back."""

    checksum = forms.CharField(
        label=_("Checksum that the receiver computed"),
        help_text=_(
            "SHA-256 of the package, 64 letters and digits, as the receiver sent it: do not copy it from here."
        ),
        validators=[
            RegexValidator("^[0-9a-fA-F]{64}$", _("A checksum has 64 characters: digits and the letters a to f."))
        ],
    )
    statement = forms.CharField(
        label=_("Number of the receiver's statement"),
        max_length=40,
        help_text=_("Under which number the archive confirmed it. No names."),
        validators=[RegexValidator(r"^[\w./-]+$", _("Use letters, digits, dots, dashes and slashes only."))],
    )
