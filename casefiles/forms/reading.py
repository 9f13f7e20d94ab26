"""Why somebody reads a dossier that is closed or sensitive."""

from django import forms
from django.utils.translation import gettext_lazy as _

from casefiles.reading import Reason


class ReasonForm(forms.Form):
    """The reason, and the page that was asked for."""

    use_required_attribute = False

    reason = forms.ChoiceField(
        label=_("Why do you open this dossier?"),
        choices=Reason.choices,
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose a reason.")},
    )
    next = forms.CharField(required=False, max_length=300, widget=forms.HiddenInput)
