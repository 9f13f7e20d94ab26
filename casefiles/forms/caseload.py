"""A case load: who stands in during leave, and to whom it is handed over."""

from datetime import datetime, time
from typing import Any
from uuid import UUID

from django import forms
from django.http import QueryDict
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from casefiles import standing_in
from casefiles.forms.careteam import end_of
from casefiles.forms.days import DayField
from casefiles.models import Dossier, HandOver, Substitution, User
from casefiles.standing_in import Window


def _colleague(label: Any) -> "forms.ModelChoiceField[User]":
    return forms.ModelChoiceField(
        User.objects.none(),
        label=label,
        empty_label=_("Choose a colleague"),
        error_messages={"required": _("Choose a colleague."), "invalid_choice": _("Choose a colleague.")},
    )


def _offer(form: forms.Form, name: str, people: Any) -> None:
    field = form.fields[name]
    if isinstance(field, forms.ModelChoiceField):
        field.queryset = people


class SubstitutionForm(forms.Form):
    """Who is away, who stands in, the first and the last day, and why."""

    use_required_attribute = False

    absent = _colleague(_("Who is away"))
    substitute = _colleague(_("Who stands in"))
    first = DayField(label=_("First day"), future=True)
    last = DayField(label=_("Last day"), future=True)
    reason = forms.ChoiceField(label=_("Reason"), choices=Substitution.Reason.choices)

    def __init__(self, data: QueryDict | None, by: User) -> None:
        today = timezone.localdate()
        super().__init__(data, initial={"absent": by.pk, "first": today, "last": today})
        _offer(self, "absent", standing_in.spoken_for(by))
        _offer(self, "substitute", standing_in.workers())

    @property
    def window(self) -> Window:
        """The window; only of a valid form. It begins and ends at midnight, and today at once."""
        given = self.cleaned_data
        midnight = timezone.make_aware(datetime.combine(given["first"], time.min))
        return Window(
            absent=given["absent"],
            substitute=given["substitute"],
            starts_at=max(midnight, timezone.now()),
            ends_at=end_of(given["last"]),
            reason=Substitution.Reason(given["reason"]),
        )


class HandOverForm(forms.Form):
    """Which dossiers go to whom, and why; all are chosen at first."""

    use_required_attribute = False

    taker = _colleague(_("Who takes them over"))
    reason = forms.ChoiceField(label=_("Reason"), choices=HandOver.Reason.choices)

    def __init__(self, data: QueryDict | None, giver: User, dossiers: list[Dossier]) -> None:
        super().__init__(data)
        _offer(self, "taker", standing_in.workers().exclude(pk=giver.pk))
        known = {str(dossier.pk): dossier for dossier in dossiers}
        chosen = set(known if data is None else data.getlist("dossier")) & set(known)
        self.rows = [(dossier, key in chosen) for key, dossier in known.items()]
        self.chosen = [UUID(key) for key in chosen]

    def clean(self) -> dict[str, Any]:
        """Refuse a hand-over of nothing."""
        if not self.chosen:
            raise forms.ValidationError(_("Choose at least one dossier."), code="none")
        return self.cleaned_data
