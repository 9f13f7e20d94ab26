"""The form of composing a list by hand."""

import re

from django import forms
from django.utils.translation import gettext_lazy as _

from casefiles.models import Team
from retention.composing import Wanted
from retention.models import Category


class ComposeForm(forms.Form):
    """Which of the dossiers that are due and on no list; all of it is optional, by GET."""

    category = forms.ModelChoiceField(
        Category.objects.filter(clocks__state="due").distinct().order_by("code"),
        label=_("Category"),
        required=False,
        empty_label=_("All categories"),
    )
    team = forms.ModelChoiceField(
        Team.objects.order_by("name"), label=_("Team"), required=False, empty_label=_("All teams")
    )
    references = forms.CharField(
        label=_("Numbers of dossiers"),
        required=False,
        max_length=4000,
        widget=forms.Textarea(attrs={"rows": 3, "spellcheck": "false"}),
        help_text=_("One a line, or with commas between them. Leave it empty for all."),
    )

    def wanted(self) -> Wanted:
        """Return what a valid form asks for."""
        typed = re.split(r"[\s,;]+", self.cleaned_data["references"].upper())
        named = tuple(dict.fromkeys(filter(None, typed)))
        return Wanted(self.cleaned_data["category"], self.cleaned_data["team"], named)
