"""import_selection_list FILE: read the official selection list, and show every result beside our rules."""

import json
from argparse import ArgumentParser
from collections import Counter
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _

from retention import selecting, selectionwords, wording
from retention.lists import NotAllowed
from retention.management.acting import acting_user
from retention.schedule.selection import Method
from retention.schedule.selection_file import SelectionListError
from retention.selecting import Choice, Row


class Command(BaseCommand):
    """Read a selection list."""

    help = (
        "Read the official selection list, show which result belongs to which rule and what cannot be derived, "
        "and with --take-over make drafts that a second officer approves."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Declare the options."""
        parser.add_argument("file", type=Path, help="the JSON file as it is published")
        parser.add_argument("--json", action="store_true", help="print the report as JSON")
        parser.add_argument("--as", dest="username", help="the officer who reads it in and takes results over")
        parser.add_argument(
            "--take-over",
            nargs="+",
            default=[],
            metavar="NUMBER[=METHOD]",
            help="make drafts of these results, such as 8.1.12 or 8.1.2=zaakobject",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        """Read, take over what was asked, and print the report."""
        user = acting_user(options["username"]) if options["username"] or options["take_over"] else None
        try:
            stored = selecting.take_in(options["file"].read_bytes(), by=user)
            for asked in options["take_over"]:
                selecting.take_over(stored, _choice(asked), by=acting_user(options["username"]))
        except OSError as error:
            raise CommandError(_("This file cannot be read: %s.") % error.strerror) from None
        except SelectionListError as error:
            raise CommandError(_("This is no selection list: %s") % error) from None
        except NotAllowed as error:
            raise CommandError(str(error)) from None
        rows = selecting.report(stored)
        self.stdout.write(json.dumps([_plain(row) for row in rows]) if options["json"] else _text(rows))


def _choice(asked: str) -> Choice:
    number, _sign, method = asked.partition("=")
    if method and method not in set(Method):
        raise CommandError(
            _("There is no method %(name)s. There are: %(all)s.") % {"name": method, "all": ", ".join(Method)}
        )
    return Choice(number, Method(method) if method else None)


def _plain(row: Row) -> dict[str, Any]:
    result, start = row.result, row.start
    return {
        "number": result.number,
        "name": result.title,
        "appraisal": result.appraisal,
        "process_term": result.process_term,
        "term": str(result.term) if result.term else None,
        "method": "birth" if result.from_birth else start.method,
        "problem": start.problem,
        "standing": row.standing,
        "rule": row.category.pk if row.category else None,
    }


def _text(rows: list[Row]) -> str:
    lines = [_line(row) for row in rows]
    standings = Counter(row.standing for row in rows)
    problems = Counter(row.start.problem for row in rows if row.start.problem)
    lines.append(_("%d results") % len(rows))
    lines += [f"{count:5} {selectionwords.STANDINGS[standing][0]}" for standing, count in standings.items()]
    lines += [f"{count:5} {selectionwords.PROBLEMS[problem]}" for problem, count in problems.items()]
    return "\n".join(lines)


def _line(row: Row) -> str:
    result, start = row.result, row.start
    term = wording.term(result.term.parts) if result.term else "–"
    start_words = selectionwords.METHODS[start.method] if start.method else ""
    why = selectionwords.PROBLEMS[start.problem] if start.problem else ""
    rule = row.category.pk if row.category else ""
    return "  ".join(
        str(part)
        for part in (f"{result.number:8}", f"{term:9}", result.title, start_words or why,
                     selectionwords.STANDINGS[row.standing][0], rule)
        if part
    )  # fmt: skip
