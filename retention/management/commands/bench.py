"""bench fill | pages | journal: an organisation of any size, and how fast its pages are beside a bare view."""

import json
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _
from tqdm import tqdm

from retention import sweeping
from retention.bench import fill, journal, pages


class Command(BaseCommand):
    """Fill a data folder of its own with made-up dossiers, and measure pages in it."""

    help = "Fill a DATA_DIR of its own with made-up dossiers (`fill`), and measure pages in it (`pages`)."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Declare the two subcommands."""
        commands = parser.add_subparsers(dest="command", required=True)
        filling = commands.add_parser("fill", help="make dossiers until there are as many as asked; resumable")
        filling.add_argument("--dossiers", type=int, required=True)
        filling.add_argument("--users", type=int, default=5000)
        filling.add_argument("--teams", type=int, default=300)
        filling.add_argument("--workers", type=int, default=fill.WORKERS, help="processes; one per core")
        measuring = commands.add_parser("pages", help="measure pages beside a bare view, for three users")
        measuring.add_argument("--json", action="store_true", help="print the measurements as JSON")
        measuring.add_argument("--times", type=int, default=40, help="how often each page is asked for")
        measuring.add_argument("--page", nargs="*", default=list(pages.PAGES), help="names of addresses")
        logging = commands.add_parser("journal", help="measure the pages of the access log, filled by COPY")
        logging.add_argument("--json", action="store_true", help="print the measurements as JSON")
        logging.add_argument("--times", type=int, default=20, help="how often each page is asked for")
        logging.add_argument("--lines", type=int, default=5_000_000, help="lines over five years")

    def handle(self, *args: Any, **options: Any) -> None:
        """Run the subcommand."""
        if options["command"] == "fill":
            self._fill(**options)
        elif options["command"] == "journal":
            self._journal(options["lines"], options["times"], as_json=options["json"])
        else:
            self._pages(options["page"], options["times"], as_json=options["json"])

    def _fill(self, *, dossiers: int, users: int, teams: int, workers: int, **_options: Any) -> None:
        try:
            fill.prepare(users, teams)
        except fill.NotABench:
            raise CommandError(
                _("There are other dossiers or people here. Give the bench a DATA_DIR of its own.")
            ) from None
        chunks = fill.missing(dossiers)
        with tqdm(total=dossiers, initial=dossiers - sum(map(len, chunks)), unit=_("dossiers"), disable=None) as bar:
            for count in fill.fill(chunks, workers):
                bar.update(count)
        sweeping.sweep()

    def _journal(self, lines: int, times: int, *, as_json: bool) -> None:
        if fill.holds_other_data():
            raise CommandError(_("There are other dossiers or people here. Give the bench a DATA_DIR of its own."))
        with tqdm(total=lines, unit=_("lines"), disable=None) as bar:
            for count in journal.fill(lines):
                bar.update(count)
        measured = journal.measure(times)
        self.stdout.write(json.dumps([row.as_dict() for row in measured]) if as_json else "\n".join(map(str, measured)))

    def _pages(self, names: list[str], times: int, *, as_json: bool) -> None:
        measured = pages.measure(names, times)
        if as_json:
            self.stdout.write(json.dumps([row.as_dict() for row in measured]))
            return
        for row in measured:
            self.stdout.write(str(row))
