"""Every field speaks the plain words of the house, in both languages, whatever the form forgot to say."""

from typing import Any

import pytest
from django import forms
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import translation

WRONG: dict[str, tuple[forms.Field, Any]] = {
    "nothing filled in": (forms.CharField(), ""),
    "too long": (forms.CharField(max_length=3), "vier"),
    "too short": (forms.CharField(min_length=3), "ja"),
    "too much": (forms.IntegerField(max_value=5), "6"),
    "too little": (forms.IntegerField(min_value=5), "4"),
    "no number": (forms.IntegerField(), "twaalf"),
    "a null character": (forms.CharField(), "a\0b"),
    "no choice": (forms.ChoiceField(choices=[("a", "A")]), ""),
    "another choice": (forms.ChoiceField(choices=[("a", "A")]), "b"),
    "another of several": (forms.MultipleChoiceField(choices=[("a", "A")]), ["b"]),
    "no address": (forms.EmailField(), "naam"),
    "no file": (forms.FileField(), None),
    "an empty file": (forms.FileField(), SimpleUploadedFile("leeg.txt", b"")),
}
DJANGOS = ("Ensure", "Enter a", "Select a", "This field", "Zorg ervoor", "Voer een", "Dit veld", "Selecteer")


@pytest.mark.parametrize("language", ["nl", "en"])
@pytest.mark.parametrize(("field", "value"), WRONG.values(), ids=WRONG.keys())
def test_a_field_says_what_to_do_in_our_own_words(field: forms.Field, value: Any, language: str) -> None:
    with translation.override(language), pytest.raises(forms.ValidationError) as raised:
        field.clean(value)
    with translation.override(language):
        (said,) = raised.value.messages
    assert not said.startswith(DJANGOS), said
    assert said.endswith(".") or "naam@" in said


def test_what_a_form_says_itself_comes_first() -> None:
    field = forms.CharField(error_messages={"required": "Fill in the surname."})
    with pytest.raises(forms.ValidationError, match=r"Fill in the surname\."):
        field.clean("")


@pytest.mark.parametrize(("language", "words"), [("nl", "Gebruik minstens 12 tekens."), ("en", "Use at least 12")])
def test_a_short_password_is_refused_in_the_readers_language(language: str, words: str) -> None:
    with translation.override(language), pytest.raises(ValidationError) as refused:
        validate_password("kort")
    assert words in " ".join(refused.value.messages)
