"""load_demonstration: an invented organisation with about 400 dossiers, so that the product can be tried at once."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _
from tqdm import tqdm

from casefiles.models import Organisation, User
from retention.demonstration import load, people
from retention.demonstration.plan import TOTAL
from retention.demonstration.tasks import load_dossiers


class Command(BaseCommand):
    """Load the demonstration organisation: invented people, one password, for this machine only."""

    help = "Load an invented organisation (teams, logins of every role, 400 dossiers) and print the logins."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Declare the options."""
        parser.add_argument(
            "--if-empty",
            action="store_true",
            help="as `up` does: nothing when others work here, and the dossiers come in by the worker",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        """Enrol the people and print the logins; then load the dossiers, here or by the worker. It may be repeated."""
        if _is_anothers():
            if options["if_empty"]:
                return
            raise CommandError(_("This organisation is in use: the demonstration is loaded on an empty one only."))
        fresh = not User.objects.exists()
        people.enrol()
        load.job()
        if fresh or not options["if_empty"]:
            self._print_logins()
        if not options["if_empty"]:
            self._load()
        elif load.unfinished():
            load_dossiers.delay()

    def _print_logins(self) -> None:
        self.stdout.write(
            _("Demonstration organisation, invented people. Password of every login: %s") % people.password()
        )
        for login in people.LOGINS:
            team = f", {login.team}" if login.team else ""
            self.stdout.write(f"  {login.username:22}{login.role.label:26}{login.name}{team}")

    def _load(self) -> None:
        with tqdm(total=TOTAL, unit=_("dossiers"), disable=None) as bar:
            loaded = load.load(bar.update)
        if not loaded:
            self.stdout.write(_("The dossiers are there already, or another process is loading them."))


def _is_anothers() -> bool:
    """Tell whether people work here who are not the demonstration's."""
    organisation = Organisation.objects.current()
    return User.objects.exists() if organisation is None else not organisation.demonstration
