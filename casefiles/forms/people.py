"""The forms by which people are invited, changed and let in, and teams and the organisation are named."""

from typing import Any

from django import forms
from django.contrib.auth.password_validation import validate_password
from django.core.validators import RegexValidator
from django.db.models import Exists, OuterRef, Q
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from casefiles.access import METADATA_ROLES
from casefiles.models import Organisation, Role, Team, User
from casefiles.people import House, Profile
from casefiles.setup import Founding, is_code

USERNAME = RegexValidator(r"^[a-z0-9][a-z0-9._-]{2,59}\Z", _("Use 3 to 60 small letters, digits, dots or hyphens."))


def _username(label: Any, missing: Any, **options: Any) -> forms.CharField:
    return forms.CharField(
        label=label,
        max_length=60,
        validators=[USERNAME],
        error_messages={"required": missing},
        widget=forms.TextInput(attrs={"autocomplete": "off", "autocapitalize": "none", "spellcheck": "false"}),
        **options,
    )


def _name(label: Any, missing: Any) -> forms.CharField:
    return forms.CharField(
        label=label,
        max_length=120,
        error_messages={"required": missing},
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )


def _password() -> forms.CharField:
    return forms.CharField(
        label=_("Password"),
        strip=False,
        help_text=_("At least 12 characters. A sentence of a few words works well."),
        error_messages={"required": _("Fill in a password.")},
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )


class ProfileForm(forms.Form):
    """What an administrator says of a person. One's own role is shown and cannot be changed."""

    name = _name(_("Name"), _("Fill in the name."))
    role = forms.ChoiceField(label=_("Role"), choices=Role.choices, error_messages={"required": _("Choose a role.")})
    teams = forms.ModelMultipleChoiceField(
        Team.objects.order_by("name"),
        label=_("Teams"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("Only case workers and team leads are in teams."),
    )
    whole_team = forms.BooleanField(
        label=_("Reads all dossiers of these teams"),
        required=False,
        help_text=_("For one year. Without it a person sees the dossiers that they or the team were given."),
    )
    treating = forms.BooleanField(
        label=_("Registered treating professional"),
        required=False,
        help_text=_("For example in the BIG or SKJ register: may be given access to what is under treatment secrecy."),
    )
    email = forms.EmailField(
        label=_("E-mail address"),
        required=False,
        help_text=_("When filled in, the one-time link is mailed as well, without any name."),
        widget=forms.EmailInput(attrs={"autocomplete": "off"}),
    )

    def __init__(self, data: QueryDict | None, *, initial: dict[str, Any] | None = None, own: bool = False) -> None:
        super().__init__(data, initial=initial)
        if own:
            self.fields["role"].disabled = True
            self.fields["role"].help_text = _("You cannot change your own role. Ask another administrator.")

    @classmethod
    def of(cls, user: User, data: QueryDict | None, *, own: bool) -> "ProfileForm":
        """Return the form with what is known of a person."""
        same = Team.objects.filter(pk=OuterRef("pk"))
        teams = Team.objects.annotate(
            member=Exists(same.filter(group__user=user)), whole=Exists(same.filter(user_grants__user=user))
        )
        known = list(teams.filter(Q(member=True) | Q(whole=True)).values_list("pk", "member", "whole"))
        initial = {
            "name": user.name,
            "role": user.role,
            "email": user.email,
            "teams": [pk for pk, member, _whole in known if member],
            "treating": user.treating,
            "whole_team": any(whole for _pk, _member, whole in known),
        }
        return cls(data, initial=initial, own=own)

    def clean(self) -> dict[str, Any]:
        """Refuse teams for a role that works on metadata: it would look as if the person saw those dossiers."""
        values = self.cleaned_data
        if values.get("role") in METADATA_ROLES and values.get("teams"):
            self.add_error("teams", _("This role is in no team: it sees facts about all dossiers, and no content."))
        return values

    @property
    def profile(self) -> Profile:
        """The profile of a valid form."""
        given = self.cleaned_data
        teams = tuple(given["teams"])
        sees_content = Role(given["role"]) not in METADATA_ROLES
        return Profile(
            name=given["name"],
            role=Role(given["role"]),
            email=given["email"],
            teams=teams,
            whole_team=given["whole_team"] and bool(teams),
            treating=given["treating"] and sees_content,
        )


class InviteForm(ProfileForm):
    """A new person."""

    username = _username(
        _("Username"),
        _("Fill in a username."),
        help_text=_("With this the person logs in. It does not change afterwards."),
    )
    field_order = ("name", "username", "role", "teams", "whole_team", "treating", "email")

    def clean_username(self) -> str:
        """Refuse a name that somebody has, in whatever letters."""
        username = str(self.cleaned_data["username"])
        if User.objects.filter(username__iexact=username).exists():
            raise forms.ValidationError(_("Somebody has this username already."), code="taken")
        return username


class NewPasswordForm(forms.Form):
    """The password that an invited person chooses."""

    password = _password()

    def __init__(self, data: QueryDict | None, user: User) -> None:
        super().__init__(data)
        self.user = user

    def clean_password(self) -> str:
        """Check it by the house's rules (AUTH_PASSWORD_VALIDATORS); raises ValidationError."""
        password = str(self.cleaned_data["password"])
        validate_password(password, self.user)
        return password


class TeamForm(forms.Form):
    """The name of a team; two teams never have the same one."""

    name = _name(_("Name of the team"), _("Fill in the name."))

    def __init__(self, data: QueryDict | None, team: Team | None = None) -> None:
        super().__init__(data, initial={"name": team.name} if team else None)
        self.team = team
        self.fields["name"].widget.attrs["maxlength"] = "100"

    def clean_name(self) -> str:
        """Refuse the name of another team."""
        name = str(self.cleaned_data["name"])[:100]
        others = Team.objects.exclude(pk=self.team.pk) if self.team else Team.objects.all()
        if others.filter(name__iexact=name).exists():
            raise forms.ValidationError(_("There is a team with this name already."), code="taken")
        return name


class OrganisationForm(forms.Form):
    """The name of the organisation, its type, whether its schedule is public, and its terms of access."""

    name = _name(_("Name of the organisation"), _("Fill in the name of the organisation."))
    kind = forms.ChoiceField(
        label=_("Type of organisation"), choices=[("", _("not said")), *Organisation.Kind.choices], required=False
    )
    publishes_schedule = forms.BooleanField(
        label=_("Anyone may read our retention schedule, without logging in"), required=False
    )
    recertify_months = forms.IntegerField(
        label=_("Care teams are confirmed every so many months"),
        min_value=1,
        max_value=12,
        help_text=_("Access that the lead does not confirm in time ends by itself."),
    )
    emergency_minutes = forms.IntegerField(
        label=_("Emergency access lasts so many minutes"), min_value=5, max_value=480
    )
    access_log_years = forms.IntegerField(
        label=_("The access log is kept so many years"),
        min_value=5,
        max_value=100,
        help_text=_("At least five years (Stcrt 2019, 38007), and no longer than the dossiers themselves."),
    )

    @classmethod
    def current(cls, data: QueryDict | None = None) -> "OrganisationForm":
        """Return the form with what holds now; a field that was not sent keeps its value, a checkbox is off."""
        now = Organisation.objects.current() or Organisation()
        initial = {name: getattr(now, name) for name in cls.base_fields}
        sent = {**initial, "publishes_schedule": "", **data.dict()} if data is not None else None
        return cls(sent, initial=initial)

    @property
    def house(self) -> House:
        """What the form says; only of a valid form."""
        return House(**self.cleaned_data)


class SetupForm(forms.Form):
    """The organisation and its first two administrators, by who has the code from the terminal."""

    code = forms.CharField(
        label=_("Set-up code"),
        max_length=40,
        help_text=_("It stands in the terminal in which Goed Vertrouwen was started."),
        error_messages={"required": _("Fill in the set-up code.")},
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
    )
    organisation = _name(_("Name of the organisation"), _("Fill in the name of the organisation."))
    name = _name(_("Your name"), _("Fill in your name."))
    username = _username(_("Your username"), _("Fill in your username."))
    password = _password()
    second_name = _name(_("Name of the second administrator"), _("Fill in the name of the second administrator."))
    second_username = _username(
        _("Username of the second administrator"),
        _("Fill in the username of the second administrator."),
        help_text=_("You get a one-time link to hand over to this person."),
    )

    def clean_code(self) -> str:
        """Refuse another code."""
        if not is_code(self.cleaned_data["code"]):
            raise forms.ValidationError(_("This is not the set-up code. Copy it from the terminal."), code="wrong")
        return str(self.cleaned_data["code"])

    def clean(self) -> dict[str, Any]:
        """Refuse one person as both administrators, and a weak password."""
        values = self.cleaned_data
        if values.get("username") and values.get("username") == values.get("second_username"):
            self.add_error("second_username", _("The second administrator is another person."))
        if values.get("password"):
            user = User(username=values.get("username", ""), name=values.get("name", ""))
            try:
                validate_password(values["password"], user)
            except forms.ValidationError as error:
                self.add_error("password", error)
        return values

    @property
    def founding(self) -> Founding:
        """What setup.found needs; only of a valid form."""
        return Founding(**{name: self.cleaned_data[name] for name in Founding.__dataclass_fields__})
