"""What an import found, in the reader's language: kept are codes and places, the words are made when they are read."""

import csv
from collections import Counter
from dataclasses import dataclass
from io import StringIO
from typing import Any

from django.core.paginator import Page, Paginator
from django.utils.translation import gettext as _

from casefiles.intake import problems, unreadable, working
from casefiles.intake.problems import Problem
from casefiles.models import ImportRun, Job

PER_PAGE = 25
COLUMNS = ("file", "line", "reference", "field", "code", "message")


@dataclass(frozen=True, slots=True)
class Chosen:
    """One code to filter by: how often it occurs, and whether it is the chosen one."""

    code: str
    message: str
    count: int
    current: bool


class Report:
    """The problems of one run; `code` chooses one sort of them, and an unknown one none."""

    def __init__(self, run: ImportRun, code: str = "") -> None:
        self._rows: list[dict[str, Any]] = [] if run.job.state == Job.State.FAILED else run.problems
        self._run = run
        self.code = code
        self.total = len(self._rows)
        self.cut_off = self.total == working.PROBLEMS_KEPT

    @property
    def codes(self) -> list[Chosen]:
        """The sorts of problems in this run, the most frequent first."""
        counted = Counter(row["code"] for row in self._rows).most_common()
        return [Chosen(code, _message(code), count, code == self.code) for code, count in counted]

    @property
    def failure(self) -> str:
        """Why the run failed as a whole and what to do, or nothing."""
        if self._run.job.state != Job.State.FAILED:
            return ""
        code = self._run.job.problem
        if code in set(unreadable.Reason):
            details = self._run.problems[0] if self._run.problems else {}
            return unreadable.message_of(unreadable.Reason(code), details)
        return _failures().get(code, _failures()[working.INTERNAL])

    def page(self, number: str | None) -> Page[Problem]:
        """Return one page of the chosen problems; a number that is none gives the first or the last."""
        chosen = [row for row in self._rows if self.code in ("", row["code"])]
        found: Page[Any] = Paginator(chosen, PER_PAGE).get_page(number)
        found.object_list = [_problem(row) for row in found.object_list]
        return found

    def csv(self) -> str:
        """Return all problems as CSV with a header, UTF-8 with a byte order mark so that spreadsheets read it."""
        text = StringIO()
        writer = csv.writer(text)
        writer.writerow(COLUMNS)
        for problem in map(_problem, self._rows):
            writer.writerow([getattr(problem, column) for column in COLUMNS])
        return "\ufeff" + text.getvalue()


def _problem(row: dict[str, Any]) -> Problem:
    return Problem(**row, message=_message(row["code"]))


def _message(code: str) -> str:
    return problems.message_of(problems.Code(code))


def _failures() -> dict[str, str]:
    return {
        working.GONE: _("The uploaded package is no longer here. Upload it once more."),
        working.NOT_ALLOWED: _("Who started this is no longer an administrator. Let an administrator start it again."),
        working.INTERNAL: _(
            "Something went wrong that is not in the package. What came in stays; nothing came in by half. "
            "Start again, and give the time of this import to your administrator when it returns."
        ),
    }
