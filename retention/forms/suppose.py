"""Supposing what happens to a dossier: which event, under which version of its rule."""

from collections.abc import Sequence

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from retention.clockhistory import Event
from retention.models import RuleVersion


class SupposeForm(forms.Form):
    """A question by GET: it changes nothing."""

    use_required_attribute = False

    event = forms.ChoiceField(label=gettext_lazy("What happens"), choices=Event.choices)
    version = forms.TypedChoiceField(label=gettext_lazy("Under which version of the rule"), coerce=int)

    def __init__(self, versions: Sequence[RuleVersion], data: object = None) -> None:
        super().__init__(data)  # type: ignore[arg-type] # a QueryDict of the address
        choices = [(each.version, _("version %d") % each.version) for each in versions]
        self.fields["version"].choices = choices  # type: ignore[attr-defined] # a choice field
