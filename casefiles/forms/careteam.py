"""Giving access to a dossier: to whom, what, until when and why."""

from datetime import datetime, time, timedelta
from typing import Any

from django import forms
from django.http import QueryDict
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from casefiles import standing_in
from casefiles.access import Ability
from casefiles.forms.days import DayField
from casefiles.membership import Access, Reason
from casefiles.models import Team, User

ABILITIES = [
    (Ability.READ, _("Reads")),
    (Ability.CONTRIBUTE, _("Reads and writes")),
    (Ability.LEAD, _("Leads the case")),
    (Ability.TREAT, _("Treats: also sees what is under treatment secrecy")),
]
USUAL = timedelta(days=90)


def end_of(day: Any) -> datetime:
    """Return the moment at which a day ends, in the organisation's time."""
    return timezone.make_aware(datetime.combine(day + timedelta(days=1), time.min))


class GiveForm(forms.Form):
    """Access for one person or one team. A choice is "person-3" or "team-1"."""

    use_required_attribute = False

    to = forms.ChoiceField(label=_("Who"), error_messages={"required": _("Choose a person or a team.")})
    ability = forms.ChoiceField(label=_("What may they do?"), choices=ABILITIES, widget=forms.RadioSelect)
    until = DayField(label=_("Until and including"), future=True, help_text=_("At most a year from now."))
    reason = forms.ChoiceField(
        label=_("Reason"),
        choices=Reason.choices,
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose a reason.")},
    )
    note = forms.CharField(
        label=_("Explanation"),
        required=False,
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("It is sealed with the dossier and destroyed with it."),
    )

    def __init__(self, data: QueryDict | None, by: User) -> None:
        until = timezone.localdate() + USUAL
        super().__init__(data, initial={"until": until, "ability": Ability.READ})
        people = {f"person-{user.pk}": user for user in standing_in.workers().exclude(pk=by.pk)}
        teams = {f"team-{team.pk}": team for team in Team.objects.select_related("group").order_by("name")}
        self.found: dict[str, User | Team] = {**people, **teams}
        field = self.fields["to"]
        if isinstance(field, forms.ChoiceField):
            field.choices = [
                ("", _("Choose a person or a team")),
                (_("People"), [(key, str(one)) for key, one in people.items()]),
                (_("Teams"), [(key, str(one)) for key, one in teams.items()]),
            ]

    @property
    def access(self) -> Access:
        """What is given; only of a valid form."""
        given = self.cleaned_data
        return Access(
            to=self.found[given["to"]],
            ability=Ability(given["ability"]),
            until=end_of(given["until"]),
            reason=Reason(given["reason"]),
            note=given["note"],
        )
