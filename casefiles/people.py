"""Who works here: invite, change, deactivate. One function each: its permission check, its change, its log line.

Administrators manage people and teams, and so decide who can be given access; they see no content themselves. Nobody
changes their own role, and at least one active administrator remains.
"""

from collections.abc import Iterable
from dataclasses import asdict, dataclass
from datetime import timedelta

from django.contrib.auth.models import Group, Permission
from django.db import transaction
from django.db.models import Q
from django.db.models.functions import Least, Now
from django.utils import timezone
from django.utils.translation import gettext as _

from casefiles import access, handover, journal, leaving, recertification, sessions
from casefiles.access import METADATA_ROLES, READ_TEAM
from casefiles.models import (
    AccessEvent,
    DossierUserGrant,
    HandOver,
    Invitation,
    Organisation,
    Role,
    Substitution,
    Team,
    TeamUserGrant,
    User,
)

WHOLE_TEAM_FOR = timedelta(days=365)
Action = AccessEvent.Action


class NotPossible(Exception):
    """This change would leave the organisation without an administrator, or is about oneself; the message says it."""


@dataclass(frozen=True, slots=True)
class Profile:
    """What an administrator says of a person. `whole_team` lets them read all dossiers of their teams for a year."""

    name: str
    role: Role
    email: str = ""
    teams: tuple[Team, ...] = ()
    whole_team: bool = False
    treating: bool = False


def require_administrator(user: User) -> None:
    """Raise Refused, and log it, unless the person manages people."""
    if not user.is_active or user.role != Role.ADMINISTRATOR:
        access.refuse(user, "people")


def invite(username: str, profile: Profile, *, by: User) -> tuple[User, str]:
    """Make a person who cannot log in yet; return them and the token of their one-time link, which is kept nowhere."""
    require_administrator(by)
    with transaction.atomic():
        user = User.objects.enrol(username, profile.name, profile.role)
        user.email, user.treating = profile.email, profile.treating
        user.save(update_fields=["email", "treating"])
        _apply(user, profile, by)
        token = Invitation.objects.invite(user)
        journal.record(Action.PEOPLE, by, ground="invited", person=user.pk, role=profile.role)
    return user, token


def invite_again(user: User, *, by: User) -> str:
    """Return a new one-time link's token; earlier ones and the old password end, and who had left is back.

    Changing the password ends the person's sessions (Django's session hash).
    """
    require_administrator(by)
    _not_oneself(user, by)
    with transaction.atomic():
        user.set_unusable_password()
        user.is_active = True
        user.save(update_fields=["password", "is_active"])
        journal.record(Action.PEOPLE, by, ground="invited again", person=user.pk)
        return Invitation.objects.invite(user)


def change(user: User, profile: Profile, *, by: User) -> None:
    """Change a person's name, role, address and teams. Raises NotPossible for one's own role or the last administrator.

    Who comes to work on metadata, or leaves a team, loses the grants that came with it.
    """
    require_administrator(by)
    with transaction.atomic():
        current = _locked(user)
        if profile.role != current.role:
            _not_oneself(user, by)
            _keep_an_administrator(current)
        current.name, current.role, current.email = profile.name, profile.role, profile.email
        current.treating = profile.treating
        current.save(update_fields=["name", "role", "email", "treating"])
        _apply(current, profile, by)
        journal.record(
            Action.PEOPLE, by, ground="person", person=current.pk, role=profile.role, treating=profile.treating
        )


def deactivate(user: User, *, by: User) -> None:
    """Let a person leave: no login, sessions, grants, teams, substitutions or open links. Their name stays.

    Raises NotPossible while they lead dossiers that nobody else leads, or have open work of their own: `leave` hands
    that over.
    """
    require_administrator(by)
    _not_oneself(user, by)
    with transaction.atomic():
        current = _locked(user)
        if not current.is_active:
            return
        _keep_an_administrator(current)
        if handover.leaderless_without(current).exists():
            raise NotPossible(_("This person leads dossiers that nobody else leads. Choose who takes them over."))
        if any(one.passes for one in leaving.open_with(current)):
            raise NotPossible(_("This person has open work. Choose who takes it over."))
        _end_all(current, by)


def leave(user: User, taker: User, *, by: User) -> HandOver | None:
    """Let a person leave and hand over, in the same transaction, their open work and what would be without a lead.

    Return the hand-over of dossiers that the worker carries out; None when somebody else leads all of them.

    Raises Refused and NotPossible (also casefiles.membership.NotPossible, for a taker who cannot take it over).
    """
    require_administrator(by)
    _not_oneself(user, by)
    with transaction.atomic():
        current = _locked(user)
        if not current.is_active:
            return None
        _keep_an_administrator(current)
        if not leaving.takers(current).filter(pk=taker.pk).exists():
            raise NotPossible(_("Choose a colleague who works here."))
        leaving.hand_over(current, taker, by=by)
        leaderless = list(handover.leaderless_without(current).values_list("pk", flat=True))
        made = handover.begin(current, taker, leaderless, HandOver.Reason.LEAVES, by=by) if leaderless else None
        _end_all(current, by)
    return made


def _end_all(current: User, by: User) -> None:
    """End everything by which a person gets in."""
    with transaction.atomic():
        current.is_active = False
        current.set_unusable_password()
        current.save(update_fields=["is_active", "password"])
        _end_grants(current)
        current.groups.clear()
        current.invitations.filter(used_at=None).delete()
        Substitution.objects.coming().filter(Q(absent=current) | Q(substitute=current)).update(
            starts_at=Least("starts_at", Now()), ends_at=Now()
        )
        ended = sessions.end_all(current)
        journal.record(Action.REVOKE, by, ground="left", person=current.pk, sessions=ended)


def accept(invitation: Invitation, password: str) -> bool:
    """Use an invitation to choose a password; False when it was used, replaced or has expired meanwhile."""
    now = timezone.now()
    with transaction.atomic():
        open_ones = Invitation.objects.filter(pk=invitation.pk, used_at=None, expires_at__gt=now, user__is_active=True)
        if not open_ones.update(used_at=now):
            return False
        user = User.objects.get(pk=invitation.user_id)
        user.set_password(password)
        user.save(update_fields=["password"])
        journal.record(Action.PASSWORD, user, ground="password chosen")
    return True


def add_team(name: str, *, by: User) -> Team:
    """Make a team, or return the one of that name."""
    require_administrator(by)
    with transaction.atomic():
        team = Team.objects.named(name)
        journal.record(Action.PEOPLE, by, ground="team", team=team.pk)
    return team


def rename_team(team: Team, name: str, *, by: User) -> None:
    """Give a team another name; its group, which grants point to, stays the same one."""
    require_administrator(by)
    with transaction.atomic():
        Team.objects.filter(pk=team.pk).update(name=name)
        Group.objects.filter(pk=team.group_id).update(name=f"team: {name}")
        journal.record(Action.PEOPLE, by, ground="team", team=team.pk)


@dataclass(frozen=True, slots=True)
class House:
    """What an organisation says of itself, and the terms of access that it decides on."""

    name: str
    kind: str = ""
    publishes_schedule: bool = False
    recertify_months: int = 12
    emergency_minutes: int = 60
    access_log_years: int = 5


def change_organisation(house: House, *, by: User) -> None:
    """Change what is said of the organisation and its terms of access; a shorter one counts at once, for all."""
    require_administrator(by)
    with transaction.atomic():
        Organisation.objects.update_or_create(pk=1, defaults=asdict(house))
        recertification.shorten()
        terms = {name: value for name, value in asdict(house).items() if name != "name"}
        journal.record(Action.PEOPLE, by, ground="organisation", **terms)


def _locked(user: User) -> User:
    """Lock the administrators and this person, always in the same order: two changes at once see each other."""
    people = User.objects.select_for_update().order_by("pk")
    administrators = list(people.filter(role=Role.ADMINISTRATOR))
    return next((one for one in administrators if one.pk == user.pk), None) or people.get(pk=user.pk)


def _keep_an_administrator(leaving: User) -> None:
    others = User.objects.filter(role=Role.ADMINISTRATOR, is_active=True).exclude(pk=leaving.pk)
    if leaving.role == Role.ADMINISTRATOR and not others.exists():
        raise NotPossible(_("There must be at least one active administrator. Appoint another one first."))


def _not_oneself(user: User, by: User) -> None:
    if user.pk == by.pk:
        raise NotPossible(_("You cannot do this to yourself. Ask another administrator."))


def _apply(user: User, profile: Profile, by: User) -> None:
    """Put a person in exactly these teams; roles on metadata are in none and hold no grants."""
    teams = () if profile.role in METADATA_ROLES else profile.teams
    if profile.role in METADATA_ROLES:
        _end_grants(user)
    user.groups.set([team.group_id for team in teams])
    _let_read(user, teams if profile.whole_team else (), by)


def _let_read(user: User, teams: Iterable[Team], by: User) -> None:
    """Let a person read all dossiers of exactly these teams, for a year from now."""
    chosen = list(teams)
    TeamUserGrant.objects.filter(user=user).exclude(content_object__in=chosen).delete()
    permission = Permission.objects.get(codename=READ_TEAM, content_type__app_label="casefiles")
    values = {"until": timezone.now() + WHOLE_TEAM_FOR, "reason": "role", "granted_by": by}
    for team in chosen:
        TeamUserGrant.objects.update_or_create(user=user, permission=permission, content_object=team, defaults=values)


def _end_grants(user: User) -> None:
    """End a person's grants now, and keep them as rows: who had access until when is part of the account."""
    now = timezone.now()
    for grants in (DossierUserGrant.objects, TeamUserGrant.objects):
        grants.filter(user=user, until__gt=now).update(until=now)
