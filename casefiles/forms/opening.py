"""The form with which a dossier is opened, about one young person; others are added on the dossier's own page."""

from datetime import date

from django import forms
from django.db.models import QuerySet
from django.http import QueryDict
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from casefiles.bsn import is_bsn
from casefiles.forms.days import DayField
from casefiles.intake import register
from casefiles.intake.problems import message_of, reference_fault
from casefiles.lifecycle import NewDossier
from casefiles.models import Dossier, Party, PartyFacts, Team
from casefiles.sql import Sql, rows

HERE = ""  # the source of a dossier that was opened here, and not imported


def proposed_reference(day: date) -> str:
    """Return the next free reference of the year, such as JD-2026-0042; never that of a destroyed dossier."""
    prefix = f"JD-{day.year}-"
    ((last,),) = rows(Sql("SELECT casefiles_last_reference(%s)", (prefix,)))  # also of those one may not see
    number = int(last.removeprefix(prefix)) + 1 if last else 1
    while register.holds(HERE, f"{prefix}{number:04}"):
        number += 1
    return f"{prefix}{number:04}"


class OpeningForm(forms.Form):
    """A new dossier. The teams are those of the person who opens it."""

    use_required_attribute = False

    kind = forms.ChoiceField(
        label=_("Kind of dossier"),
        choices=[("", _("Choose a kind")), *Dossier.Kind.choices],
        help_text=_("The kind decides how long the dossier is kept."),
        error_messages={"required": _("Choose the kind of dossier.")},
    )
    reference = forms.CharField(
        label=_("Reference"),
        max_length=40,
        help_text=_("By this people name the dossier. Put no name or BSN in it."),
        error_messages={"required": _("Fill in a reference.")},
    )
    team = forms.ModelChoiceField(
        Team.objects.none(), label=_("Team"), empty_label=None, error_messages={"required": _("Choose your team.")}
    )
    opened_on = DayField(label=_("Opened on"))
    given_names = forms.CharField(label=_("Given names"), max_length=120, required=False)
    infix = forms.CharField(label=_("Prefix"), max_length=20, required=False)
    surname = forms.CharField(
        label=_("Surname"), max_length=120, error_messages={"required": _("Fill in the surname.")}
    )
    birth_date = DayField(
        label=_("Date of birth"),
        required=False,
        help_text=_("Leave empty when it is unknown: some retention periods wait for it."),
    )
    bsn = forms.CharField(
        label=_("BSN"), max_length=13, required=False, widget=forms.TextInput(attrs={"inputmode": "numeric"})
    )

    def __init__(self, data: QueryDict | None, teams: QuerySet[Team]) -> None:
        today = timezone.localdate()
        initial = {} if data else {"opened_on": today, "reference": proposed_reference(today)}
        super().__init__(data, initial=initial)
        for name, field in self.fields.items():
            if name not in {"kind", "team"}:
                field.widget.attrs["autocomplete"] = "off"
        team = self.fields["team"]
        if isinstance(team, forms.ModelChoiceField):
            team.queryset = teams

    def clean_reference(self) -> str:
        """Refuse what is no reference, reads as a BSN, is taken, or was that of a destroyed dossier."""
        reference = str(self.cleaned_data["reference"]).strip().upper()
        if fault := reference_fault(reference):
            raise forms.ValidationError(message_of(fault), code="malformed")
        if Dossier.objects.exclude(status=Dossier.Status.ARRIVING).filter(reference=reference).exists():
            raise forms.ValidationError(_("There is a dossier with this reference already."), code="taken")
        if register.holds(HERE, reference):
            raise forms.ValidationError(
                _("A dossier with this reference was destroyed. Choose another one."), code="destroyed"
            )
        return reference

    def clean_bsn(self) -> str:
        """Accept a number that passes the eleven test, with or without dots and spaces."""
        bsn = str(self.cleaned_data["bsn"]).replace(" ", "").replace(".", "")
        if bsn and not is_bsn(bsn):
            raise forms.ValidationError(_("This is not a BSN: check the nine digits."), code="bsn")
        return bsn

    @property
    def new_dossier(self) -> NewDossier:
        """What lifecycle.open_dossier needs; only of a valid form."""
        given = self.cleaned_data
        names = ("given_names", "surname", "birth_date", "bsn")
        youth = PartyFacts(**{name: given[name] for name in names}, prefix=given["infix"])
        people = ((str(Party.Role.YOUTH), youth),)
        return NewDossier(given["reference"], given["kind"], given["team"], given["opened_on"], people)
