"""import_package PATH: bring dossiers in from an older system's package."""

import dataclasses
import json
from argparse import ArgumentParser
from pathlib import Path
from typing import Any, NoReturn

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone
from django.utils.translation import gettext as _
from tqdm import tqdm

from casefiles.intake.importer import BrokenOff, ImportRunning, Outcome, import_package
from casefiles.intake.package import open_package
from casefiles.intake.unreadable import PackageUnreadable

NOTHING_IMPORTED, BROKEN_OFF = 2, 3
SHOWN = 50


class Command(BaseCommand):
    """Exit code 0: all in. 1: some refused. 2: the package is unreadable and nothing was imported.

    3: it changed while it was read, after some dossiers came in; they stay, and a new start goes on from there.
    """

    help = "Import a package from an older system; a dossier with a fault is refused whole, the good ones come in."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Declare the options."""
        parser.add_argument("path", type=Path)
        parser.add_argument("--dry-run", action="store_true", help="judge everything, write nothing")
        parser.add_argument("--json", action="store_true", help="print the result as JSON")

    def handle(self, *args: Any, **options: Any) -> None:
        """Import, with a progress bar, and report."""
        try:
            package = open_package(options["path"], timezone.localdate())
            with tqdm(total=package.count, unit=_("dossiers"), disable=None) as bar:
                outcome = import_package(package, by=None, dry_run=options["dry_run"], on_progress=bar.update)
        except PackageUnreadable as error:
            self._break_off(error, options)
        except ImportRunning as error:
            raise CommandError(str(error), returncode=NOTHING_IMPORTED) from None
        self.stdout.write(_as_json(outcome) if options["json"] else self._in_words(outcome, options["dry_run"]))
        if outcome.refused:
            raise SystemExit(1)

    def _break_off(self, error: PackageUnreadable, options: dict[str, Any]) -> NoReturn:
        """Say why, and what came in before: a package may change while it is read."""
        outcome = error.outcome if isinstance(error, BrokenOff) else Outcome()
        if options["json"]:
            said = {"error": error.code, "message": error.message}
            counted = dataclasses.asdict(outcome) if isinstance(error, BrokenOff) else {}
            self.stdout.write(json.dumps(said | counted, ensure_ascii=False))
        elif outcome.imported:
            self.stdout.write(self._in_words(outcome, options["dry_run"]))
        raise CommandError(error.message, returncode=BROKEN_OFF if outcome.imported else NOTHING_IMPORTED) from None

    def _in_words(self, outcome: Outcome, dry_run: bool) -> str:
        lines = [f"{p.file}:{p.line} {p.reference} {p.field}: {p.message}" for p in outcome.problems[:SHOWN]]
        if len(outcome.problems) > SHOWN:
            lines.append(_("… and %d more; --json prints all.") % (len(outcome.problems) - SHOWN))
        if dry_run:
            lines.append(_("Dry run: nothing was written."))
        return "\n".join(
            [
                *lines,
                _("%(imported)d imported, %(unchanged)d unchanged, %(refused)d refused.")
                % {name: getattr(outcome, name) for name in ("imported", "unchanged", "refused")},
            ]
        )


def _as_json(outcome: Outcome) -> str:
    return json.dumps(dataclasses.asdict(outcome), ensure_ascii=False)
