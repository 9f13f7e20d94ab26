"""Which version of something a person changes."""

from typing import Any

from django import forms


class VersionField(forms.IntegerField):
    """The version that was on the screen of who changes something; 0 for what is new, which no version equals."""

    widget = forms.HiddenInput

    def __init__(self) -> None:
        super().__init__(required=False, min_value=1)

    def clean(self, value: Any) -> int:
        """Return the version; one that is missing or no number is taken for an old one, never for the latest."""
        try:
            return super().clean(value) or 0
        except forms.ValidationError:
            return 0
