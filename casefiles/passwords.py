"""What Django's password validators say, where its Dutch is missing."""

from django.contrib.auth.password_validation import MinimumLengthValidator
from django.utils.translation import gettext as _


class LongEnough(MinimumLengthValidator):
    """A minimum length, refused in the reader's language: Django 5.2 changed its sentence, and the Dutch is behind."""

    def get_error_message(self) -> str:
        """Say how long a password must be."""
        return _("This password is too short. Use at least %(count)d characters.") % {"count": self.min_length}
