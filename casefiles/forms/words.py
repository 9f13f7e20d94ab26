"""What a field says when something is wrong with it, in the plain words of the house: what to do, not what it is."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

_WORDS: dict[type[forms.Field], dict[str, Any]] = {
    forms.Field: {
        "required": _("Fill this in."),
        "max_length": _("This is too long. Use at most %(limit_value)d characters."),
        "min_length": _("This is too short. Use at least %(limit_value)d characters."),
        "max_value": _("Fill in %(limit_value)s or less."),
        "min_value": _("Fill in %(limit_value)s or more."),
        "null_characters_not_allowed": _(
            "This holds a character that cannot be kept. Type it again instead of pasting it."
        ),
    },
    forms.ChoiceField: {"required": _("Make a choice."), "invalid_choice": _("Choose one of the possibilities.")},
    forms.MultipleChoiceField: {"required": _("Make a choice."), "invalid_choice": _("Choose from the possibilities.")},
    forms.IntegerField: {"invalid": _("Fill in a whole number, for example 12.")},
    forms.EmailField: {"invalid": _("This is no e-mail address. Check it: it looks like naam@voorbeeld.nl.")},
    forms.UUIDField: {"invalid": _("Something is wrong with this page. Open it again and fill it in once more.")},
    forms.FileField: {
        "required": _("Choose a file."),
        "empty": _("This file is empty. Choose another one."),
        "max_length": _("The name of this file is too long. Give it a shorter name first."),
    },
}


def speak_plainly() -> None:
    """Put these words in the place of Django's own; what a form says itself still comes first.

    For every form of the house at once: a field that was forgotten would speak another language than the rest.
    """
    for kind, words in _WORDS.items():
        kind.default_error_messages = {**vars(kind).get("default_error_messages", {}), **words}
