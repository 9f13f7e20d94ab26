"""bench fill | pages | journal | access | rules | parity | destroy: an organisation of any size, beside its limits."""

import json
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _
from tqdm import tqdm

from retention import sweeping
from retention.bench import access, destroying, fill, journal, pages, parity, rules


class Command(BaseCommand):
    """Fill a data folder of its own with made-up dossiers, and measure pages and access in it."""

    help = (
        "Fill a DATA_DIR of its own with made-up dossiers (`fill`), and measure in it (`pages`, `journal`, `access`)."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Declare the subcommands."""
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
        asking = commands.add_parser("access", help="measure list, count and may-open beside guardian's default")
        asking.add_argument("--json", action="store_true", help="print the measurements as JSON")
        asking.add_argument("--times", type=int, default=40, help="how often each question is asked")
        asking.add_argument("--own", action="store_true", help="only what this login takes, as JSON")

        ruling = commands.add_parser("rules", help="measure changes of rules, the due query and the sweep")
        ruling.add_argument("--json", action="store_true", help="print the measurements as JSON")
        ruling.add_argument("--times", type=int, default=5, help="how often each is done")

        agreeing = commands.add_parser("parity", help="compare due dates of PostgreSQL and Python on random cases")
        agreeing.add_argument("--cases", type=int, default=1_000_000, help="rules times dossiers")
        agreeing.add_argument("--seed", type=int, default=1, help="another seed makes other cases")
        ending = commands.add_parser("destroy", help="measure destruction beside SQL DELETE and Django's .delete()")
        ending.add_argument("--json", action="store_true", help="print the measurements as JSON")
        ending.add_argument("--dossiers", type=int, default=10_000)
        ending.add_argument("--documents", type=int, nargs="*", default=[0, 3], help="documents a dossier")
        ending.add_argument("--workers", type=int, nargs="*", default=[1, 2, 4])

    def handle(self, *args: Any, **options: Any) -> None:
        """Run the subcommand."""
        if options["command"] == "fill":
            self._fill(**options)
        elif options["command"] == "journal":
            self._journal(options["lines"], options["times"], as_json=options["json"])
        elif options["command"] == "access":
            self._access(options["times"], own=options["own"], as_json=options["json"])
        elif options["command"] == "parity":
            self._parity(options["cases"], options["seed"])
        elif options["command"] == "rules":
            self._rules(options["times"], as_json=options["json"])
        elif options["command"] == "destroy":
            self._destroy(**options)
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

    def _destroy(self, *, dossiers: int, documents: list[int], workers: list[int], **options: Any) -> None:
        if fill.holds_other_data():
            raise CommandError(_("There are other dossiers or people here. Give the bench a DATA_DIR of its own."))
        for row in destroying.measure(dossiers, documents, workers):
            self.stdout.write(json.dumps(row.as_dict()) if options["json"] else str(row))

    def _rules(self, times: int, *, as_json: bool) -> None:
        measured = list(rules.measure(times))
        self.stdout.write(json.dumps([row.as_dict() for row in measured]) if as_json else "\n".join(map(str, measured)))

    def _parity(self, cases: int, seed: int) -> None:
        agreed = 0
        with tqdm(total=cases, unit=_("cases"), disable=None) as bar:
            try:
                for count in parity.compare(max(1, cases // parity.EACH), seed):
                    agreed += count
                    bar.update(count)
            except parity.Disagreement as found:
                raise CommandError(f"{found.rule} {found.day}: {found.database} {found.python}") from None
        self.stdout.write(_("%d cases: the database and the derivation agree on every one.") % agreed)

    def _pages(self, names: list[str], times: int, *, as_json: bool) -> None:
        measured = pages.measure(names, times)
        if as_json:
            self.stdout.write(json.dumps([row.as_dict() for row in measured]))
            return
        for row in measured:
            self.stdout.write(str(row))

    def _access(self, times: int, *, own: bool, as_json: bool) -> None:
        if own:
            self.stdout.write(json.dumps(access.own(times)))
            return
        measured = access.measure(times)
        lines = [json.dumps(measured)] if as_json else [str(access.Asked(**row)) for row in measured]
        self.stdout.write("\n".join(lines))
