"""Emergency access: which dossier, why, and the verdict afterwards."""

from django import forms
from django.utils.translation import gettext_lazy as _

from casefiles.emergency import Plea
from casefiles.models import EmergencyAccess


class ReferenceForm(forms.Form):
    """The exact reference: this door is not for searching."""

    use_required_attribute = False

    reference = forms.CharField(
        label=_("Exact dossier number"),
        max_length=40,
        help_text=_("For example JD-2024-0183. Every try is written in the access log."),
        error_messages={"required": _("Fill in the exact dossier number.")},
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
    )


class PleaForm(forms.Form):
    """Why it cannot wait, as a code and in words."""

    use_required_attribute = False

    reference = forms.CharField(max_length=40, widget=forms.HiddenInput)
    reason = forms.ChoiceField(
        label=_("Why can it not wait?"),
        choices=EmergencyAccess.Reason.choices,
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose a reason.")},
    )
    text = forms.CharField(
        label=_("What is the matter?"),
        min_length=10,
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("Two sentences are enough. The privacy officer reads this in the after-review; it is sealed."),
        error_messages={
            "required": _("Write what is the matter."),
            "min_length": _("Write what is the matter, in a sentence or two."),
        },
    )

    @property
    def plea(self) -> Plea:
        """What was said; only of a valid form."""
        return Plea(EmergencyAccess.Reason(self.cleaned_data["reason"]), self.cleaned_data["text"])


class VerdictForm(forms.Form):
    """The verdict of the after-review."""

    use_required_attribute = False

    verdict = forms.ChoiceField(
        label=_("Verdict"),
        choices=EmergencyAccess.Verdict.choices,
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose a verdict.")},
    )
    remark = forms.CharField(
        label=_("Remark"), required=False, max_length=1000, widget=forms.Textarea(attrs={"rows": 3})
    )
