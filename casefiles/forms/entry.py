"""Entries: writing them and changing them."""

from typing import Any, Self
from uuid import UUID, uuid4, uuid5

from django import forms
from django.http import QueryDict
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from casefiles.forms.days import DayField
from casefiles.forms.versions import VersionField
from casefiles.lifecycle import EntryChange, NewEntry
from casefiles.models import Dossier, Entry

LONGEST_TEXT = 50_000  # characters: some twenty pages
SOURCES = [
    (Entry.Source.FACT, _("Fact: seen or established")),
    (Entry.Source.OPINION, _("Opinion: a professional's judgement")),
    (Entry.Source.STATEMENT, _("Statement: somebody said so")),
]


class EntryFields(forms.Form):
    """What every entry has. Which change is substantive is said by the person who makes it: there is no default."""

    use_required_attribute = False

    text = forms.CharField(
        label=_("What happened"),
        max_length=LONGEST_TEXT,
        widget=forms.Textarea(attrs={"rows": 4}),
        error_messages={"required": _("Write what happened.")},
    )
    title = forms.CharField(label=_("Subject"), required=False, max_length=120)
    kind = forms.ChoiceField(label=_("Kind"), choices=Entry.Kind.choices)
    occurred_on = DayField(label=_("Date"))
    source = forms.ChoiceField(
        label=_("This entry rests on"),
        choices=SOURCES,
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose what this entry rests on: a fact, an opinion or a statement.")},
    )
    substantive = forms.TypedChoiceField(
        label=_("What does it do to the retention period?"),
        choices=[
            ("yes", _("Substantive: the retention period starts again today")),
            ("no", _("Administrative: the retention period stays as it is")),
        ],
        coerce=lambda value: value == "yes",
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose whether this entry is substantive or administrative.")},
    )
    discussed_with = forms.CharField(label=_("Discussed with"), required=False, max_length=120)
    treatment_secret = forms.BooleanField(
        label=_("Treatment secrecy: only treating professionals of this dossier see this"), required=False
    )

    def for_reader(self, dossier: Dossier) -> Self:
        """Leave treatment secrecy out for who does not treat; `dossier` was marked by access.Standing."""
        if not getattr(dossier, "may_treat", False):
            del self.fields["treatment_secret"]
        return self

    def _values(self) -> dict[str, Any]:
        names = ("occurred_on", "kind", "source", "substantive", "text", "title", "discussed_with", "treatment_secret")
        return {name: self.cleaned_data[name] for name in names if name in self.fields}


class EntryForm(EntryFields):
    """A new entry. `once` makes a double click one entry."""

    once = forms.UUIDField(widget=forms.HiddenInput)

    @classmethod
    def empty(cls) -> "EntryForm":
        """Return the form as it is first shown: today's contact."""
        return cls(initial={"once": uuid4(), "occurred_on": timezone.localdate(), "kind": Entry.Kind.CONTACT})

    def new_entry(self, dossier: Dossier) -> NewEntry:
        """Return what the person wrote; its id is this dossier's alone, whatever `once` they sent."""
        return NewEntry(**self._values(), id=once_in(dossier, self.cleaned_data["once"]))


class EntryChangeForm(EntryFields):
    """A change of an entry; `version` is the one that was on the screen."""

    version = VersionField()

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        substantive = self.fields["substantive"]
        substantive.label = _("What does this change do to the retention period?")
        substantive.error_messages["required"] = _("Choose whether this change is substantive or a correction.")
        if isinstance(substantive, forms.TypedChoiceField):
            substantive.choices = [
                ("yes", _("The content changes: the retention period starts again today")),
                ("no", _("A correction, such as a typing error: the retention period stays as it is")),
            ]

    @classmethod
    def of(cls, entry: Entry, typed: QueryDict | None = None) -> "EntryChangeForm":
        """Return the form with what the entry says now; `typed` is what somebody made of it."""
        facts = entry.facts
        initial = {
            "text": facts.text,
            "title": facts.title,
            "discussed_with": facts.discussed_with,
            "kind": entry.kind,
            "occurred_on": entry.occurred_on,
            "source": entry.source,
            "version": entry.version,
            "treatment_secret": entry.treatment_secret,
        }
        return cls(typed, initial=initial)

    def change(self) -> EntryChange:
        """Return what the person changed it into."""
        return EntryChange(**self._values())


def once_in(dossier: Dossier, once: UUID) -> UUID:
    """Return the row id that one sending of a form has in one dossier: the same again is the same row."""
    return uuid5(dossier.pk, once.hex)
