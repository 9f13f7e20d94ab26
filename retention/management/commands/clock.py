"""clock REFERENCE: the retention clock of a dossier, as a person would explain it."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from casefiles import journal
from casefiles.models import AccessEvent, Dossier
from retention import timing
from retention.models import Clock
from retention.schedule import Language, Text, explain


class Command(BaseCommand):
    """Explain a clock."""

    help = "Explain the retention clock of a dossier: its rule, its facts, its date and what would move it."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Declare the options."""
        parser.add_argument("reference")

    def handle(self, *args: Any, **options: Any) -> None:
        """Print the explanation."""
        dossier = Dossier.objects.present().filter(reference=options["reference"]).first()
        if dossier is None:
            raise CommandError(_("There is no dossier with this reference here."))
        clock = Clock.objects.select_related("category").get(dossier=dossier)
        name = Text(nl=clock.category.name_nl, en=clock.category.name_en)
        language: Language = "nl" if (get_language() or "nl").startswith("nl") else "en"
        journal.record(AccessEvent.Action.READ, None, dossier.pk, ground="clock")
        self.stdout.write(f"{dossier.reference}: {clock.get_state_display()}")
        for sentence in explain(timing.derivation_of(dossier), name, language):
            self.stdout.write(f"- {sentence}")
        if clock.held:
            self.stdout.write(f"- {_('Held: nothing is destroyed until every hold is lifted.')}")
