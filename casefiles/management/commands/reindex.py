"""`manage.py reindex`: make the blind index of names, birth dates and BSNs anew."""

from typing import Any

from django.core.management.base import BaseCommand, CommandParser
from django.utils.translation import gettext as _

from casefiles import reindexing
from casefiles.models import SearchToken


class Command(BaseCommand):
    """Rebuild the search index where it is missing, or wholly with --anew. Safe to repeat and to interrupt."""

    def add_arguments(self, parser: CommandParser) -> None:
        """Declare the option."""
        parser.add_argument("--anew", action="store_true", help=_("empty the index first"))

    def handle(self, *args: Any, anew: bool, **options: Any) -> None:
        """Rebuild, and say how many dossiers were indexed."""
        reindexing.ask()
        if anew:
            SearchToken.objects.all().delete()
        self.stdout.write(_("Dossiers indexed: %d") % reindexing.resume())
