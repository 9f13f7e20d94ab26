"""The forms of logging in and of changing one's own password."""

from typing import Any

from django import forms
from django.contrib.auth.forms import AuthenticationForm
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from casefiles.models import User

WRONG = _("The username and the password do not belong together. Mind capitals in the password.")


class LoginForm(AuthenticationForm):
    """Name and password; pasting and password managers work, and nobody learns which of both was wrong."""

    error_messages = {"invalid_login": WRONG, "inactive": WRONG}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        name, password = self.fields["username"], self.fields["password"]
        name.label, password.label = _("Username"), _("Password")
        name.error_messages["required"] = _("Fill in your username.")
        password.error_messages["required"] = _("Fill in your password.")
        name.widget.attrs |= {"spellcheck": "false"}


class PasswordForm(forms.Form):
    """The password as it is, and the new one once: it can be shown while typing, so nobody has to type it twice."""

    old = forms.CharField(
        label=_("Your password as it is now"),
        strip=False,
        error_messages={"required": _("Fill in your password as it is now.")},
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
    )
    new = forms.CharField(
        label=_("New password"),
        strip=False,
        help_text=_("At least 12 characters. A sentence of a few words works well."),
        error_messages={"required": _("Fill in a new password.")},
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )

    def __init__(self, user: User, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.user = user

    def clean_old(self) -> str:
        """Check that it is this person who asks; raises ValidationError."""
        old = str(self.cleaned_data["old"])
        if not self.user.check_password(old):
            raise ValidationError(_("This is not your password as it is now."))
        return old

    def clean_new(self) -> str:
        """Check the new password by the house's rules (AUTH_PASSWORD_VALIDATORS); raises ValidationError."""
        new = str(self.cleaned_data["new"])
        validate_password(new, self.user)
        return new

    def save(self) -> None:
        """Set the new password; every other session of this person ends by it."""
        self.user.set_password(self.cleaned_data["new"])
        self.user.save(update_fields=["password"])
