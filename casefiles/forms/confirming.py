"""The form of the step-up login."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from casefiles.models import User

FIELD = "password_again"


class ConfirmForm(forms.Form):
    """One's own password, once more; what else was sent with it is not its own."""

    password_again = forms.CharField(
        label=_("Your password"),
        strip=False,
        error_messages={"required": _("Fill in your password.")},
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
    )

    def __init__(self, user: User, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._user = user

    def clean_password_again(self) -> str:
        """Check that it is this person; raises ValidationError."""
        given = str(self.cleaned_data[FIELD])
        if not self._user.check_password(given):
            raise ValidationError(_("This is not your password. Mind capitals."))
        return ""
