"""The template tags: what a screen reader hears, and that what people type is never taken for markup."""

from typing import Any

import pytest
from django import forms
from django.core.paginator import Paginator
from django.template import Context, Template
from hypothesis import given
from hypothesis import strategies as st

from casefiles.templatetags import gv


class Example(forms.Form):
    name = forms.CharField(help_text="As in the passport.")
    sure = forms.BooleanField(required=False, label="I am sure")
    kind = forms.ChoiceField(choices=[("fact", "Fact"), ("opinion", "Opinion")], widget=forms.RadioSelect)
    remark = forms.CharField(required=False, widget=forms.Textarea)


def shown(source: str, **context: Any) -> str:
    return Template("{% load gv %}" + source).render(Context(context))


def test_an_icon_is_hidden_from_screen_readers() -> None:
    assert 'aria-hidden="true"' in gv.icon("folder-plus")


def test_an_unknown_icon_is_a_fault_of_ours_and_not_an_empty_place() -> None:
    with pytest.raises(FileNotFoundError):
        gv.icon("no-such-drawing")


def test_every_icon_of_the_house_can_be_drawn() -> None:
    names = [file.stem for file in gv.ICONS.glob("*.svg")]
    assert len(names) > 100
    for name in names:
        assert gv.icon(name).count("<svg") == 1


@given(text=st.text(min_size=1))
def test_a_badge_shows_any_text_and_takes_none_for_markup(text: str) -> None:
    markup = gv.badge(text, "hold", "hand")
    assert "<" not in markup.removesuffix("</span>").rpartition("</svg>")[2]


@given(percent=st.floats(allow_nan=False, allow_infinity=False, width=32))
def test_a_clock_bar_is_never_wider_than_its_place(percent: float) -> None:
    width = int(gv.clockbar(percent, "x").partition('class="w-')[2].partition('"')[0])
    assert 0 <= width <= 100


@given(name=st.text(alphabet=st.characters(categories=["Lu", "Ll", "Zs"])))
def test_initials_are_at_most_two_words_first_letters(name: str) -> None:
    letters = gv.initials(name)
    assert letters == letters.upper()
    assert bool(letters) == bool(name.split())


@pytest.mark.parametrize(("name", "letters"), [("Samira El Fassi", "SF"), ("Cher", "C"), ("", "")])
def test_initials_are_those_of_the_first_and_the_last_word(name: str, letters: str) -> None:
    assert gv.initials(name) == letters


def test_a_field_ties_label_help_and_error_together() -> None:
    markup = shown("{% field form.name %}", form=Example({}))
    assert 'for="id_name"' in markup
    assert 'aria-describedby="id_name_hint id_name_error"' in markup
    assert 'id="id_name_hint"' in markup
    assert 'id="id_name_error"' in markup
    assert 'aria-invalid="true"' in markup


def test_a_field_keeps_what_was_typed() -> None:
    assert 'value="O&#x27;Hara"' in shown("{% field form.name %}", form=Example({"name": "O'Hara"}))


def test_a_hint_given_in_the_page_is_tied_to_its_field() -> None:
    markup = shown('{% field form.remark hint="In a few words." %}', form=Example())
    assert 'aria-describedby="id_remark_hint"' in markup
    assert 'id="id_remark_hint"' in markup


def test_a_choice_is_a_fieldset_without_a_default() -> None:
    markup = shown("{% field form.kind %}", form=Example())
    assert "<fieldset" in markup
    assert "<legend" in markup
    assert "checked" not in markup


def test_a_choice_keeps_what_was_chosen() -> None:
    markup = shown("{% field form.kind %}", form=Example({"kind": "opinion"}))
    assert [part.startswith('="opinion"') for part in markup.split("value") if "checked" in part] == [True]


def test_a_field_that_may_stay_empty_says_so_and_a_checkbox_does_not() -> None:
    assert "gv-optional" in shown("{% field form.remark %}", form=Example())
    assert "gv-optional" not in shown("{% field form.sure %}", form=Example())


def test_the_error_summary_links_to_each_field_and_counts() -> None:
    markup = shown("{% error_summary form %}", form=Example({}))
    assert 'href="#id_name"' in markup
    assert 'href="#id_kind_0"' in markup
    assert "2" in markup
    assert "data-focus" in markup


def test_a_form_without_errors_has_no_summary() -> None:
    assert shown("{% error_summary form %}", form=Example()).strip() == ""


def test_the_pager_keeps_the_filters_of_the_address(rf: Any) -> None:
    page = Paginator(range(100), 10).page(3)
    markup = shown("{% pager page %}", page=page, request=rf.get("/x", {"status": "open", "page": "3"}))
    assert "?status=open&amp;page=4" in markup
    assert markup.count('aria-current="page"') == 1
    assert "21–30" in markup


def test_a_button_is_a_link_only_when_it_leads_somewhere() -> None:
    assert gv.button("Save", "primary").startswith('<button type="submit"')
    assert gv.button("Back", href="/x").startswith('<a class="nl-button nl-button--secondary" href="/x"')
