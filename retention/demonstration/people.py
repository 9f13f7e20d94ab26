"""The invented staff of the demonstration: four teams, and logins of every role with one password."""

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings
from django.contrib.auth.hashers import make_password
from django.db import transaction
from django.utils import timezone

from casefiles.access import permission
from casefiles.models import Organisation, Role, Team, TeamUserGrant, User
from casefiles.vault.kept import keep

GRANTED = timedelta(days=365)


@dataclass(frozen=True, slots=True)
class Login:
    """One invented member of staff; those without a team work on metadata."""

    username: str
    name: str
    role: Role
    team: str = ""


TEAMS = ("Team Noord", "Team Oost", "Team Zuid", "Team Specialistisch")

LOGINS = (
    Login("worker1", "Fenna de Wit", Role.CASE_WORKER, "Team Noord"),
    Login("worker2", "Bilal Haddou", Role.CASE_WORKER, "Team Noord"),
    Login("worker3", "Merel Ossewaarde", Role.CASE_WORKER, "Team Oost"),
    Login("worker4", "Ruben Tromp", Role.CASE_WORKER, "Team Oost"),
    Login("worker5", "Nadia Yildirim", Role.CASE_WORKER, "Team Zuid"),
    Login("worker6", "Sjoerd Hania", Role.CASE_WORKER, "Team Zuid"),
    Login("worker7", "Lotte Kuipers", Role.CASE_WORKER, "Team Specialistisch"),
    Login("worker8", "Imre Vos", Role.CASE_WORKER, "Team Specialistisch"),
    Login("lead-noord", "Joost Terpstra", Role.TEAM_LEAD, "Team Noord"),
    Login("lead-oost", "Amina Bakkali", Role.TEAM_LEAD, "Team Oost"),
    Login("lead-zuid", "Wietske Dam", Role.TEAM_LEAD, "Team Zuid"),
    Login("lead-specialistisch", "Hugo Maas", Role.TEAM_LEAD, "Team Specialistisch"),
    Login("privacy", "Samira El Fassi", Role.PRIVACY_OFFICER),
    Login("beheer", "Koen Verbeek", Role.ADMINISTRATOR),
    Login("fg", "Tineke Groen", Role.DATA_PROTECTION_OFFICER),
    Login("auditor", "Pim Schouten", Role.AUDITOR),
)


@dataclass(frozen=True, slots=True)
class Staff:
    """The people who work in one team."""

    team: Team
    lead: User
    workers: tuple[User, ...]


def password() -> str:
    """Return the one password of all logins. Made on this machine: a shipped one would be known to everyone."""
    path = settings.DATA_DIR / "secrets" / "demonstration"
    return keep(path, lambda: secrets.token_urlsafe(9).encode()).decode()


def enrol() -> None:
    """Make the organisation, the teams and the logins that are not there yet; no password is changed."""
    hashed = make_password(password())  # once: a hash is slow on purpose
    with transaction.atomic():
        Organisation.objects.get_or_create(defaults={"name": settings.OPERATOR_NAME, "demonstration": True})
        for name in TEAMS:
            Team.objects.named(name)
        known = set(User.objects.values_list("username", flat=True))
        for login in LOGINS:
            if login.username not in known:
                _enrol(login, hashed)


def _enrol(login: Login, hashed: str) -> None:
    user = User.objects.enrol(login.username, login.name, login.role)
    user.password = hashed
    user.save(update_fields=["password"])
    if not login.team:
        return
    team = Team.objects.named(login.team)
    team.add(user)
    if login.role == Role.TEAM_LEAD:
        _let_read(user, team, timezone.now() + GRANTED)


def _let_read(lead: User, team: Team, until: datetime) -> None:
    """Let a lead read the dossiers of the whole team, for a year."""
    TeamUserGrant.objects.create(
        user=lead, content_object=team, permission=permission("read_team"), until=until, reason="lead"
    )


def staff() -> dict[str, Staff]:
    """Return who works in each team, by the team's name, in the order of LOGINS."""
    users = User.objects.in_bulk([login.username for login in LOGINS], field_name="username")
    found = {}
    for name in TEAMS:
        of_team = [login for login in LOGINS if login.team == name]
        workers = tuple(users[login.username] for login in of_team if login.role == Role.CASE_WORKER)
        lead = next(users[login.username] for login in of_team if login.role == Role.TEAM_LEAD)
        found[name] = Staff(Team.objects.named(name), lead, workers)
    return found
