"""load_demonstration: the people and teams of an invented organisation, so that the product can be tried at once."""

import secrets
from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand
from django.db import transaction
from django.utils.translation import gettext as _

from casefiles.models import Role, Team, User
from casefiles.vault.kept import keep

TEAMS = ("Team Noord", "Team Oost", "Team Zuid", "Team Specialistisch")

# username, name (invented), role, team
PEOPLE = (
    ("worker1", "Fenna de Wit", Role.CASE_WORKER, "Team Noord"),
    ("worker2", "Bilal Haddou", Role.CASE_WORKER, "Team Noord"),
    ("worker3", "Merel Ossewaarde", Role.CASE_WORKER, "Team Oost"),
    ("worker4", "Ruben Tromp", Role.CASE_WORKER, "Team Oost"),
    ("worker5", "Nadia Yildirim", Role.CASE_WORKER, "Team Zuid"),
    ("worker6", "Sjoerd Hania", Role.CASE_WORKER, "Team Zuid"),
    ("worker7", "Lotte Kuipers", Role.CASE_WORKER, "Team Specialistisch"),
    ("worker8", "Imre Vos", Role.CASE_WORKER, "Team Specialistisch"),
    ("lead-noord", "Joost Terpstra", Role.TEAM_LEAD, "Team Noord"),
    ("lead-oost", "Amina Bakkali", Role.TEAM_LEAD, "Team Oost"),
    ("lead-zuid", "Wietske Dam", Role.TEAM_LEAD, "Team Zuid"),
    ("lead-specialistisch", "Hugo Maas", Role.TEAM_LEAD, "Team Specialistisch"),
    ("privacy", "Samira El Fassi", Role.PRIVACY_OFFICER, None),
    ("beheer", "Koen Verbeek", Role.ADMINISTRATOR, None),
    ("fg", "Tineke Groen", Role.DATA_PROTECTION_OFFICER, None),
    ("auditor", "Pim Schouten", Role.AUDITOR, None),
)


class Command(BaseCommand):
    """Load the demonstration organisation: invented people, one password, for this machine only."""

    help = "Load an invented organisation (teams and logins of every role) and print the logins."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Declare the options."""
        parser.add_argument("--if-empty", action="store_true", help="do nothing when there are users already")

    def handle(self, *args: Any, **options: Any) -> None:
        """Load, and print the logins; loading again changes no password."""
        if options["if_empty"] and User.objects.exists():
            return
        # One password for all of them, made on this machine: a shipped one would be known to everyone.
        password = keep(settings.DATA_DIR / "secrets" / "demonstration", lambda: secrets.token_urlsafe(9).encode())
        with transaction.atomic():
            for name in TEAMS:
                Team.objects.named(name)
            for username, name, role, team in PEOPLE:
                if User.objects.filter(username=username).exists():
                    continue
                user = User.objects.enrol(username, name, role, password.decode())
                if team:
                    Team.objects.named(team).add(user)
        self.stdout.write(
            _("Demonstration organisation, invented people. Password of every login: %s") % password.decode()
        )
        for username, name, role, team in PEOPLE:
            self.stdout.write(f"  {username:22}{role.label:26}{name}{f', {team}' if team else ''}")
