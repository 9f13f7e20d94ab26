"""The people of a dossier and who has authority over whom."""

from dataclasses import asdict, replace
from typing import Any
from uuid import uuid4

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from casefiles.bsn import is_bsn
from casefiles.forms.days import DayField
from casefiles.forms.entry import once_in
from casefiles.forms.versions import VersionField
from casefiles.lifecycle import GivenAuthority, NewParty
from casefiles.models import Authority, AuthorityFacts, Dossier, Party, PartyFacts
from casefiles.naming import full_name

ADDRESS = ("address", "postcode", "city")
REVEAL_REASONS = [
    ("referral", _("To check a referral or decision")),
    ("disclosure", _("For a disclosure to a partner in the chain")),
    ("request", _("Request of the data subject")),
]


class PartyForm(forms.Form):
    """One person. The BSN that is known is never sent to the browser: an empty field keeps it."""

    use_required_attribute = False

    role = forms.ChoiceField(label=_("Who is this in the dossier?"), choices=Party.Role.choices)
    given_names = forms.CharField(label=_("Given names"), max_length=120, required=False)
    infix = forms.CharField(label=_("Prefix"), max_length=20, required=False)
    surname = forms.CharField(
        label=_("Surname"), max_length=120, error_messages={"required": _("Fill in the surname.")}
    )
    birth_date = DayField(label=_("Date of birth"), required=False)
    bsn = forms.CharField(
        label=_("BSN"), max_length=11, required=False, widget=forms.TextInput(attrs={"inputmode": "numeric"})
    )
    address = forms.CharField(label=_("Street and number"), max_length=120, required=False)
    postcode = forms.CharField(label=_("Postcode"), max_length=10, required=False)
    city = forms.CharField(label=_("Town"), max_length=80, required=False)
    phone = forms.CharField(label=_("Telephone"), max_length=40, required=False)
    email = forms.EmailField(label=_("E-mail"), required=False)
    secret_address = forms.BooleanField(
        label=_("The address is secret: only who leads the case may see it"), required=False
    )
    version = VersionField()
    once = forms.UUIDField(widget=forms.HiddenInput, required=False)

    def __init__(self, *args: Any, known: PartyFacts | None = None, may_lead: bool = False, **options: Any) -> None:
        """`known` are the facts that the form changes, None for a new person; a secret address is for who leads."""
        self.known = known or PartyFacts()
        super().__init__(*args, **options)
        if known is not None:
            self.fields["bsn"].help_text = _("Leave empty to keep the number that is known.")
        if self.known.secret_address and not may_lead:
            for name in (*ADDRESS, "secret_address"):
                del self.fields[name]

    @classmethod
    def of(cls, party: Party, typed: QueryDict | None = None, *, may_lead: bool) -> "PartyForm":
        """Return the form with what is known, but for the BSN; `typed` is what somebody made of it."""
        known = party.facts
        initial = {**asdict(known), "infix": known.prefix, "bsn": "", "role": party.role, "version": party.version}
        return cls(typed, initial=initial, known=known, may_lead=may_lead)

    def clean_bsn(self) -> str:
        """Accept a number that passes the eleven test, with or without dots and spaces."""
        bsn = str(self.cleaned_data["bsn"]).replace(" ", "").replace(".", "")
        if bsn and not is_bsn(bsn):
            raise forms.ValidationError(_("This is not a BSN: check the nine digits."), code="bsn")
        return bsn or self.known.bsn

    @property
    def facts(self) -> PartyFacts:
        """The person as they are now known; what the form did not show stays as it was."""
        given = {name: self.cleaned_data[name] for name in asdict(self.known) if name in self.cleaned_data}
        return replace(self.known, **given, prefix=self.cleaned_data["infix"])

    def new_party(self, dossier: Dossier) -> NewParty:
        """Return the new person."""
        once = self.cleaned_data["once"] or uuid4()
        return NewParty(self.cleaned_data["role"], self.facts, id=once_in(dossier, once))


class AuthorityDatesForm(forms.Form):
    """Since and until when, on what evidence."""

    use_required_attribute = False

    since = DayField(label=_("Since"), required=False)
    until = DayField(label=_("Until"), required=False, future=True)
    evidence = forms.CharField(
        label=_("Evidence"),
        help_text=_("For example an extract of the authority register of 3 March 2026, or a court order."),
        max_length=200,
        error_messages={"required": _("Fill in on what evidence this is recorded.")},
    )
    version = VersionField()

    def clean(self) -> dict[str, Any]:
        """Refuse an end before the beginning."""
        values = super().clean() or self.cleaned_data
        since, until = values.get("since"), values.get("until")
        if since and until and until < since:
            self.add_error("until", _("The end lies before the beginning."))
        return values

    @classmethod
    def of(cls, authority: Authority, typed: QueryDict | None = None) -> "AuthorityDatesForm":
        """Return the form with what is recorded now; `typed` is what somebody made of it."""
        return cls(typed, initial={**asdict(authority.facts), "version": authority.version})

    @property
    def facts(self) -> AuthorityFacts:
        """What is recorded."""
        return AuthorityFacts(**{name: self.cleaned_data[name] for name in ("evidence", "since", "until")})


class AuthorityForm(AuthorityDatesForm):
    """An authority of an adult over a child, both of this dossier."""

    adult = forms.ChoiceField(label=_("Who has authority?"))
    child = forms.ChoiceField(label=_("Over whom?"))
    once = forms.UUIDField(widget=forms.HiddenInput)
    field_order = ("adult", "child", "since", "until", "evidence")

    def __init__(self, parties: list[Party], *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.parties = {str(party.pk): party for party in parties}
        adults = {Party.Role.PARENT, Party.Role.GUARDIAN}
        for name, wanted in (("adult", True), ("child", False)):
            people = [(key, full_name(p.facts)) for key, p in self.parties.items() if (p.role in adults) == wanted]
            field = self.fields[name]
            if isinstance(field, forms.ChoiceField):
                field.choices = people

    def given(self, dossier: Dossier) -> GivenAuthority:
        """Return the new authority."""
        adult, child = (self.parties[self.cleaned_data[name]] for name in ("adult", "child"))
        return GivenAuthority(adult, child, self.facts, id=once_in(dossier, self.cleaned_data["once"]))


class RevealForm(forms.Form):
    """Why the BSN is shown: the code goes to the access log."""

    use_required_attribute = False

    reason = forms.ChoiceField(
        label=_("Reason"),
        choices=REVEAL_REASONS,
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose a reason.")},
    )
