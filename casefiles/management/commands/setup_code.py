"""`manage.py setup_code`: what the set-up page of an empty installation asks. `up --empty` runs it."""

from typing import Any

from django.core.management.base import BaseCommand
from django.utils.translation import gettext as _

from casefiles import setup


class Command(BaseCommand):
    """Print the set-up code while nobody works here yet, and nothing afterwards."""

    def handle(self, *args: Any, **options: Any) -> None:
        """Print it."""
        if setup.is_needed():
            self.stdout.write(_("Set-up code: %s (open /setup/ and fill it in)") % setup.code())
