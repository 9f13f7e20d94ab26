"""Supposing what happens to a dossier: which event, under which version of its rule."""

from collections.abc import Iterable, Mapping

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from retention.clockhistory import Event
from retention.schedule import Rule


class SupposeForm(forms.Form):
    """A question by GET: it changes nothing."""

    use_required_attribute = False

    event = forms.ChoiceField(label=gettext_lazy("What happens"), choices=Event.choices)
    version = forms.TypedChoiceField(label=gettext_lazy("Under which version of the rule"), coerce=int)

    def __init__(self, rules: Mapping[int, Rule], events: Iterable[Event], published: int, data: object = None) -> None:
        """`rules` by their version; those above `published` are drafts."""
        super().__init__(data)  # type: ignore[arg-type] # a QueryDict of the address
        words = {number: _("version %d") if number <= published else _("draft of version %d") for number in rules}
        self.fields["version"].choices = [(number, words[number] % number) for number in rules]  # type: ignore[attr-defined] # a choice field
        self.fields["event"].choices = [(str(event), event.label) for event in events]  # type: ignore[attr-defined] # likewise
