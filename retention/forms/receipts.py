"""The filters of the register of receipts."""

import re

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from casefiles.forms.days import DayField
from retention.models import Category, Receipt
from retention.receipts.register import FINAL, NOT_YET


class RegisterForm(forms.Form):
    """By type, category, list, day, finality, or the first characters of a number; all optional, by GET."""

    type = forms.ChoiceField(label=_("Type"), choices=[("", _("All types")), *Receipt.Type.choices], required=False)
    category = forms.ModelChoiceField(
        Category.objects.order_by("code"), label=_("Category"), required=False, empty_label=_("All categories")
    )
    list = forms.CharField(label=_("List"), max_length=20, required=False)
    first = DayField(label=_("Made from"), required=False)
    last = DayField(label=_("Made up to and including"), required=False)
    final = forms.ChoiceField(
        label=_("Final"),
        choices=[("", _("final or not")), (FINAL, _("final")), (NOT_YET, _("not final yet"))],
        required=False,
    )
    number = forms.CharField(label=_("Number of the receipt"), max_length=36, required=False)

    def clean_list(self) -> str:
        """Take the name as people type it."""
        return str(self.cleaned_data["list"]).strip().upper()

    def clean_number(self) -> str:
        """Accept the beginning of a number: digits, a to f, and hyphens."""
        number = str(self.cleaned_data["number"]).strip().lower()
        if not re.fullmatch(r"[0-9a-f-]*", number):
            raise ValidationError(_("A receipt's number has digits, the letters a to f, and hyphens."))
        return number
