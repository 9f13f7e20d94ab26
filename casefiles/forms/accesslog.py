"""The filters of the access log. They go by GET and hold no personal data: dates, codes and a person's number."""

from datetime import datetime, time
from typing import Any
from uuid import UUID

from django import forms
from django.http import QueryDict
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from casefiles.accesslog import Asked
from casefiles.forms.careteam import end_of
from casefiles.forms.days import DayField
from casefiles.models import AccessEvent, Dossier, User


class PeriodForm(forms.Form):
    """From which day until and including which day; empty is without end."""

    use_required_attribute = False

    since = DayField(label=_("From"), required=False)
    until = DayField(label=_("Until and including"), required=False, future=True)

    def asked(self, **fixed: Any) -> Asked:
        """Return what is asked, of a valid form or not: a wrong date does not filter, and is said."""
        self.is_valid()
        since, until = self.cleaned_data.get("since"), self.cleaned_data.get("until")
        start = timezone.make_aware(datetime.combine(since, time.min)) if since else None
        return Asked(since=start, until=end_of(until) if until else None, **fixed)


class OversightForm(PeriodForm):
    """What officers filter by beside the period."""

    reference = forms.CharField(label=_("Dossier"), required=False, max_length=40)
    person = forms.ModelChoiceField(User.objects.none(), label=_("Who"), required=False, empty_label=_("Everybody"))
    action = forms.ChoiceField(label=_("What"), required=False)
    outcome = forms.ChoiceField(label=_("Outcome"), required=False)
    basis = forms.ChoiceField(label=_("By what right"), required=False)
    field_order = ("since", "until", "person", "reference", "action", "outcome", "basis")

    def __init__(self, data: QueryDict) -> None:
        super().__init__(data)
        everything: list[tuple[str, Any]] = [("", _("All"))]
        for name, choices in (
            ("action", AccessEvent.Action),
            ("outcome", AccessEvent.Outcome),
            ("basis", AccessEvent.Basis),
        ):
            field = self.fields[name]
            if isinstance(field, forms.ChoiceField):
                field.choices = everything + list(choices.choices)
        field = self.fields["person"]
        if isinstance(field, forms.ModelChoiceField):
            field.queryset = User.objects.order_by("name")

    def clean_reference(self) -> UUID | None:
        """Return the dossier's id; an unknown reference is said."""
        reference = str(self.cleaned_data["reference"]).strip()
        if not reference:
            return None
        known = (
            Dossier.objects.filter(reference__in={reference, reference.upper()}).values_list("pk", flat=True).first()
        )
        if known is None:
            raise forms.ValidationError(_("There is no dossier with this reference."), code="unknown")
        return known

    def chosen(self) -> Asked:
        """Return what is asked."""
        self.is_valid()
        given = self.cleaned_data
        person = given.get("person")
        return self.asked(
            dossier_id=given.get("reference"),
            actor_id=person.pk if person else None,
            action=given.get("action", ""),
            outcome=given.get("outcome", ""),
            basis=given.get("basis", ""),
        )
