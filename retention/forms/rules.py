"""The rule editor's forms: the lines of one sentence, what follows, from when, and why."""

from datetime import date
from typing import Any

import msgspec
from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from retention import rules, timing, wording
from retention.models import Category, RuleChange, RuleVersion
from retention.rules import Draft
from retention.schedule import Action, Bound, Combine, Line, Rounding, Rule, Status, Trigger

UNITS = {"years": "Y", "months": "M", "weeks": "W", "days": "D"}
MOST_LINES = 6


# These need more than this form asks for; a line that has one already keeps it.
WITH_MORE = frozenset({Trigger.NAMED_EVENT, Trigger.FIXED_DATE, Trigger.NEVER})


def _triggers() -> list[tuple[str, str]]:
    words = wording.phrases().trigger
    return [(str(trigger), words[trigger]) for trigger in Trigger if trigger not in WITH_MORE]


def _units() -> list[tuple[str, str]]:
    words = wording.phrases().units
    return [(letter, words[unit][1]) for unit, letter in UNITS.items()]


def _statuses() -> list[tuple[str, str]]:
    words = wording.phrases().status
    return [(str(status), words[status]) for status in Status]


class LineForm(forms.Form):
    """One line of the sentence: how long, from when, on what ground, and whether it applies."""

    use_required_attribute = False

    place = forms.IntegerField(widget=forms.HiddenInput, required=False)
    count = forms.IntegerField(
        label=_("Term"), min_value=0, max_value=999, error_messages={"required": _("Fill in how long.")}
    )
    unit = forms.ChoiceField(label=_("Unit"), choices=_units, initial="Y")
    trigger = forms.ChoiceField(
        label=_("Counted from"), choices=_triggers, initial=str(Trigger.LAST_SUBSTANTIVE_CHANGE)
    )
    bound = forms.ChoiceField(
        label=_("This line is"), choices=lambda: [(str(each), wording.bound(each)) for each in Bound], initial="term"
    )
    citation = forms.CharField(
        label=_("Legal ground"),
        max_length=200,
        error_messages={"required": _("Name the law, the list or the decision that says so.")},
    )
    status = forms.ChoiceField(label=_("Kind of ground"), choices=_statuses, initial=str(Status.STATUTE))
    confirmed = forms.BooleanField(
        label=_("This line applies"),
        required=False,
        initial=True,
        help_text=_("A line that does not apply is shown, and no dossier gets a date by it."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        trigger = self.initial.get("trigger")
        if trigger in WITH_MORE:  # an event that the rule names, a fixed date, or never: it stays what it is
            self.fields["trigger"].choices = [(trigger, wording.phrases().trigger[Trigger(trigger)])]  # type: ignore[attr-defined] # a choice field

    @staticmethod
    def initial_of(line: Line, place: int) -> dict[str, Any]:
        """Return what the form of an existing line begins with; a term of two units is shown in the smaller one."""
        parts = line.term.parts or {"years": 0}
        *_larger, unit = parts
        count = parts[unit] + 12 * parts.get("years", 0) * (unit == "months")
        values = {"count": count, "unit": UNITS[unit], "trigger": str(line.trigger), "status": str(line.status)}
        more = {"citation": line.citation, "confirmed": line.confirmed, "bound": str(line.bound)}
        return values | {"place": place} | more

    def line(self, before: Rule) -> dict[str, Any]:
        """Return the line as the schedule's JSON; what this form does not know of it stays as it was."""
        data, place = self.cleaned_data, self.cleaned_data.get("place")
        known = before.lines[place] if place is not None and 0 <= place < len(before.lines) else None
        old: dict[str, Any] = msgspec.to_builtins(known, enc_hook=str) if known else {"confidence": "M"}
        new = {name: data[name] for name in ("trigger", "citation", "status", "confirmed", "bound")}
        same = known is not None and not {"count", "unit"} & set(self.changed_data)
        return old | new | {"term": old["term"] if same else f"P{data['count']}{data['unit']}"}


LineForms = forms.formset_factory(LineForm, extra=1, max_num=MOST_LINES, can_delete=True)


class RuleForm(forms.Form):
    """What the sentence as a whole says, from which day, and why."""

    use_required_attribute = False

    combine = forms.ChoiceField(
        label=_("Which line counts"),
        widget=forms.RadioSelect,
        choices=[
            (str(Combine.LATEST_OF), _("The line that ends last")),
            (str(Combine.EARLIEST_OF), _("The line that ends first")),
        ],
    )
    rounding = forms.ChoiceField(
        label=_("Rounded"), choices=lambda: [(str(each), wording.rounding(each)) for each in Rounding]
    )
    action = forms.ChoiceField(
        label=_("What happens after that?"),
        widget=forms.RadioSelect,
        choices=lambda: [(str(action), wording.action(action)) for action in Action],
    )
    citation = forms.CharField(
        label=_("Ground for keeping permanently"),
        max_length=200,
        required=False,
        help_text=_("Only for dossiers that are kept permanently; they have no lines."),
    )
    reason = forms.CharField(
        label=_("Why this change?"),
        widget=forms.Textarea(attrs={"rows": 3}),
        max_length=2000,
        required=False,
        help_text=_("For the second officer, and kept with the version. Name no people."),
    )
    valid_from = forms.DateField(
        label=_("From which day"),
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        input_formats=["%Y-%m-%d"],
        error_messages={"required": _("Fill in from which day."), "invalid": _("Fill in a date that exists.")},
    )
    retroactive = forms.BooleanField(
        label=_("This day may lie in the past"),
        required=False,
        help_text=_("The rule then counts back. It is said to the second officer and stays with the version."),
    )

    def clean(self) -> dict[str, Any]:
        """A day that has come counts only when it is said that the rule counts back."""
        data: dict[str, Any] = super().clean() or {}
        day: date | None = data.get("valid_from")
        if day is not None and day <= timing.today() and not data.get("retroactive"):
            self.add_error("valid_from", _("Choose a day after today, or say that the rule counts back."))
        if data.get("action") == Action.KEEP and not data.get("citation", "").strip():
            self.add_error("citation", _("Name the law, the list or the decision that says so."))
        return data


class Editor:
    """Both forms of one category, begun from its draft or else from its newest version."""

    def __init__(
        self, category: Category, newest: RuleVersion | None, change: RuleChange | None, data: Any = None
    ) -> None:
        """Raises ValueError where there is neither a version nor a draft to begin from."""
        begin = change or newest
        if begin is None:
            raise ValueError(category.pk)
        self.category, self.change, self.before = category, change, begin.rule
        self.version = newest.version + 1 if newest else 1
        self.form = RuleForm(data, initial=self._initial())
        lines = [LineForm.initial_of(line, place) for place, line in enumerate(self.before.lines)]
        self.lines = LineForms(data, initial=lines, prefix="line")

    def _initial(self) -> dict[str, Any]:
        rule, change = self.before, self.change
        day = rule.valid_from if change else rules.first_of_next_month()
        values = {"combine": str(rule.combine), "action": str(rule.action), "citation": rule.citation or ""}
        values["rounding"] = str(rule.rounding)
        told = {"reason": change.reason, "retroactive": change.retroactive} if change else {}
        return values | {"valid_from": day} | told

    def is_valid(self) -> bool:
        """Whether everything is filled in right; what is not, is said at its field."""
        return self.lines.is_valid() & self.form.is_valid() and self._rule() is not None

    def draft(self) -> Draft:
        """Return what was filled in. Ask only when it is valid."""
        rule, data = self._rule(), self.form.cleaned_data
        if rule is None:
            raise ValidationError(_("This rule cannot exist."))
        return Draft(rule, data["reason"].strip(), data["retroactive"])

    def _rule(self) -> Rule | None:
        data = self.form.cleaned_data
        keeps = data["action"] == Action.KEEP
        told = [f for f in self.lines.forms if f.cleaned_data and not f.cleaned_data.get("DELETE")]
        values = self.before.to_json() | {
            "version": self.version,
            "valid_from": data["valid_from"].isoformat(),
            "combine": data["combine"],
            "rounding": data["rounding"],
            "action": data["action"],
            "lines": [] if keeps else [form.line(self.before) for form in told],
            "citation": data["citation"] if keeps else None,
        }
        try:
            rule = Rule.from_json({name: value for name, value in values.items() if value is not None})
        except msgspec.ValidationError:
            rule = None
        if rule is None or not (keeps or rule.applied):  # a rule of which nothing is confirmed gives no date at all
            self.form.add_error(
                None, _("A rule that ends has at least one line that applies, and a term of at least one day.")
            )
            return None
        return rule
