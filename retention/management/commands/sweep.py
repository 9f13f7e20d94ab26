"""sweep: what the nightly sweep does, now and by hand."""

import json
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _

from retention import sweeping
from retention.management.acting import acting_user
from retention.models import DestructionList


class Command(BaseCommand):
    """Let clocks fall due and compose destruction lists."""

    help = "Let the clocks that passed their date fall due, and compose destruction lists."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Declare the options."""
        parser.add_argument("--json", action="store_true", help="print the result as JSON")
        parser.add_argument(
            "--confirm-date",
            action="store_true",
            help="today's date is right, although it jumped (needs --as)",
        )
        parser.add_argument("--as", dest="user", help="who confirms the date")

    def handle(self, *args: Any, **options: Any) -> None:
        """Sweep and report."""
        confirmed_by = acting_user(options["user"]) if options["confirm_date"] else None
        try:
            swept = sweeping.sweep(confirmed_by)
        except sweeping.ClockJumped as error:
            raise CommandError(str(error)) from None
        self.stdout.write(_as_json(swept) if options["json"] else _in_words(swept))


def _numbers(swept: sweeping.Swept) -> dict[str, Any]:
    names = ("became_due", "started", "waiting", "held", "open_past_due")
    return {"day": swept.day.isoformat(), **{name: getattr(swept, name) for name in names}}


def _as_json(swept: sweeping.Swept) -> str:
    return json.dumps({**_numbers(swept), "lists": [_listed(composed) for composed in swept.lists]})


def _listed(composed: DestructionList) -> dict[str, Any]:
    return {
        "list": composed.name,
        "category": composed.category_id,
        "team": composed.team.name,
        "dossiers": composed.items.count(),
    }


def _in_words(swept: sweeping.Swept) -> str:
    lines = [
        _("%(became_due)d became due, %(started)d clocks started, %(waiting)d wait for a fact, %(held)d held, "
          "%(open_past_due)d past their date but still open.") % _numbers(swept)
    ]  # fmt: skip
    lines += [_("%(list)s: %(dossiers)d dossiers, %(category)s, %(team)s") % _listed(found) for found in swept.lists]
    return "\n".join(lines)
