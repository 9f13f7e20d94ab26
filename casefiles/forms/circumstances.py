"""The dates that matter: when something happened that a retention term may count from."""

from dataclasses import replace
from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from casefiles.forms.days import DayField
from casefiles.models import Circumstances, Dossier
from casefiles.questions import Questions

ANSWERS = [("", _("not known yet")), ("yes", _("yes")), ("no", _("no"))]
EVENT, FLAG = "event-", "flag-"


class CircumstancesForm(forms.Form):
    """Every date may stay empty: a date that nobody knows is asked for, never guessed."""

    use_required_attribute = False

    end_of_measure_on = DayField(label=_("End of the measure"), required=False, future=True)
    arrived_on = DayField(label=_("Arrival of the child in the Netherlands"), required=False)
    decision_starts_on = DayField(label=_("Start of the latest decision"), required=False, future=True)
    decision_expires_on = DayField(label=_("Expiry of the latest decision"), required=False, future=True)
    main_case_ended_on = DayField(label=_("Closure of the main case"), required=False)
    related_cases_ended_on = DayField(label=_("Closure of the last related case"), required=False)
    also = forms.MultipleChoiceField(
        label=_("This file also holds"),
        widget=forms.CheckboxSelectMultiple,
        required=False,
        help_text=_("Of several kinds in one file the longest term counts for all of it."),
    )
    version = forms.IntegerField(widget=forms.HiddenInput, required=False, min_value=0)

    def __init__(self, dossier: Dossier, questions: Questions, *args: Any, **options: Any) -> None:
        """`questions` are those that the dossier's rules ask beside these dates."""
        super().__init__(*args, **options)
        kinds = [(code, words) for code, words in Dossier.Kind.choices if code != dossier.kind]
        self.fields["also"].choices = kinds  # type: ignore[attr-defined] # a choice field
        for code, words in questions.events:
            self.fields[EVENT + code] = DayField(label=_("Date on which: %s") % words, required=False)
        for code, words in questions.flags:
            self.fields[FLAG + code] = forms.ChoiceField(
                label=_("Does this hold: %s?") % words, choices=ANSWERS, required=False
            )

    @classmethod
    def of(cls, dossier: Dossier, questions: Questions) -> "CircumstancesForm":
        """Return the form with what is known."""
        known = _known(dossier)
        answers = {FLAG + code: "yes" if answer else "no" for code, answer in known.flags.items()}
        events = {EVENT + code: day for code, day in known.events.items()}
        own = {name: getattr(known, name) for name in DATES}
        columns = {"end_of_measure_on": dossier.end_of_measure_on, "also": dossier.also, "version": known.version}
        return cls(dossier, questions, initial=columns | own | events | answers)

    def stored(self) -> list[tuple[str, object]]:
        """What is stored, field by field with its label, to be laid beside what somebody else typed."""
        kinds = dict(Dossier.Kind.choices)
        found = [(str(bound.label), bound.initial) for bound in self.visible_fields()]
        return [
            (label, ", ".join(str(kinds[code]) for code in value) if isinstance(value, list) else value)
            for label, value in found
        ]

    def clean(self) -> dict[str, Any]:
        """Refuse a decision that expires before it starts."""
        values = self.cleaned_data
        starts, expires = values.get("decision_starts_on"), values.get("decision_expires_on")
        if starts and expires and expires < starts:
            self.add_error("decision_expires_on", _("This is before the start of the decision."))
        return values

    @property
    def end_of_measure(self) -> date | None:
        """The end of the measure; only of a valid form."""
        found: date | None = self.cleaned_data["end_of_measure_on"]
        return found

    @property
    def other_kinds(self) -> list[str]:
        """The other kinds of records in the file; only of a valid form."""
        found: list[str] = self.cleaned_data["also"]
        return found

    def circumstances(self, dossier: Dossier) -> Circumstances:
        """What the form says; only of a valid form. What it does not ask stays as it is."""
        known, values = _known(dossier), self.cleaned_data
        events = dict(known.events) | _with(values, EVENT)
        flags = dict(known.flags) | {code: a and a == "yes" for code, a in _with(values, FLAG).items()}
        return replace(
            known,
            events={code: day for code, day in events.items() if day},
            flags={code: answer for code, answer in flags.items() if answer in (True, False)},
            version=values["version"] or 0,
            **{name: values[name] for name in DATES},
        )


DATES = ("arrived_on", "decision_starts_on", "decision_expires_on", "main_case_ended_on", "related_cases_ended_on")


def _with(values: dict[str, Any], prefix: str) -> dict[str, Any]:
    return {name.removeprefix(prefix): value for name, value in values.items() if name.startswith(prefix)}


def _known(dossier: Dossier) -> Circumstances:
    return dossier.facts.circumstances if dossier.facts else Circumstances()
