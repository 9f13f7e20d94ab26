"""The destruction report in words: as a document for the screen and on paper, and as rows for a spreadsheet."""

import csv
from collections.abc import Iterator
from io import StringIO

from django.utils import timezone
from django.utils.translation import gettext as _

from casefiles.dates import full_day
from casefiles.models import Role
from casefiles.models.organisation import operator_name
from retention import failures
from retention.models import ListItem
from retention.papers.sheet import Block, Sheet, Table
from retention.receipts.certificate import language, long_date
from retention.reports import Approved, ListRow, Report


def sheet(report: Report) -> Sheet:
    """Return the report as a document."""
    period = report.period
    about = str(period.category) if period.category else _("all categories")
    destroyed = sum(row.destroyed for row in report.categories)
    return Sheet(
        language=language(),
        organisation=operator_name(),
        title=_("Destruction report"),
        subtitle=_("%(first)s to %(last)s") % {"first": long_date(period.first), "last": long_date(period.last)},
        lead=_("In this period %(n)d dossiers were destroyed, of %(about)s.") % {"n": destroyed, "about": about},
        blocks=(
            Block(_("Per category"), tables=(_categories(report),)),
            Block(_("Per list"), text=() if report.lists else (_("There was no list in this period."),),
                  tables=(_lists(report),) if report.lists else ()),
            *_approvals(report),
            Block(_("How it was verified"), text=(_verified(),)),
        ),
        foot=_("Drawn up on %s. This report holds no personal data of young people or parents.")
        % long_date(timezone.localdate()),
    )  # fmt: skip


def _categories(report: Report) -> Table:
    headings = (_("Category"), _("Destroyed"), _("Due now"), _("Overdue"), _("Held"),
                _("Waiting for a fact"), _("Under way"), _("Failed"))  # fmt: skip
    rows = (
        (
            str(row.category),
            *map(str, (row.destroyed, row.due, row.overdue, row.held, row.waiting, row.under_way, row.failed)),
        )
        for row in report.categories
    )
    return Table(_("Destroyed in the period; the other numbers are of today"), headings, tuple(rows))


def _lists(report: Report) -> Table:
    headings = (_("List"), _("State"), _("Dossiers"), _("Destroyed"), _("Exempted"), _("Left out"), _("Failed"),
                _("Retried"), _("Waiting"))  # fmt: skip
    return Table(_("What became of the dossiers on each list"), headings, tuple(map(_list, report.lists)))


def _list(row: ListRow) -> tuple[str, ...]:
    numbers = (
        str(row.total),
        str(row.destroyed),
        exempted(row),
        left_out(row),
        str(row.failed),
        str(row.retried),
        str(row.waiting),
    )
    named = f"{row.of.name}, {row.of.category}, {row.of.team.name}"
    return (named, str(row.of.get_state_display()), *numbers)


def exempted(row: ListRow) -> str:
    """Say how many were exempted, and why."""
    words = dict(ListItem.ExemptReason.choices)
    return _reasons({str(words.get(code, code)): n for code, n in row.exempted.items()})


def left_out(row: ListRow) -> str:
    """Say how many the claim left out, and why."""
    return _reasons({failures.left_out(code).rstrip("."): n for code, n in row.left_out.items()})


def _reasons(counted: dict[str, int]) -> str:
    return "; ".join(f"{n} × {reason}" for reason, n in counted.items()) or "0"


def _approvals(report: Report) -> Iterator[Block]:
    rows = tuple(
        (row.of.name, _stage(approved), approved.name, _role(approved.role), str(approved.count), _when(approved))
        for row in report.lists
        for approved in row.approved
    )
    if rows:
        headings = (_("List"), _("Approval"), _("Who"), _("Role"), _("Dossiers"), _("Last"))
        yield Block(_("Who approved"), tables=(Table(_("Approvals by list and stage"), headings, rows),))


def _stage(approved: Approved) -> str:
    return _("first approval") if approved.stage == 1 else _("second approval")


def _role(code: str) -> str:
    return str(Role(code).label) if code in Role.values else code


def _when(approved: Approved) -> str:
    at = timezone.localtime(approved.at)
    return f"{full_day(at.date())}, {at:%H:%M}"


def _verified() -> str:
    return _("A dossier counts as destroyed only when a separate process with a login of its own read back every store "
             "and found nothing. What it found is in state failed, and is tried again.")  # fmt: skip


def rows(report: Report) -> str:
    """Return the lists of the report as CSV, one a line; codes stay codes, dates are ISO 8601."""
    text = StringIO()
    writer = csv.writer(text)
    writer.writerow(("list", "category", "team", "rule", "state", "composed", "done", "dossiers", "destroyed",
                     "exempted", "exempted_by_reason", "left_out", "left_out_by_reason", "failed", "retried", "waiting",
                     "approvals", "started_by"))  # fmt: skip
    writer.writerows(map(_line, report.lists))
    return text.getvalue()


def _line(row: ListRow) -> tuple[object, ...]:
    one = row.of
    days = (timezone.localtime(one.composed_at).date(), timezone.localtime(one.done_at).date() if one.done_at else "")
    counted = (row.total, row.destroyed, sum(row.exempted.values()), _codes(row.exempted),
               sum(row.left_out.values()), _codes(row.left_out), row.failed, row.retried, row.waiting)  # fmt: skip
    approved = "; ".join(f"{a.stage} {a.name} ({a.role}) {a.count} {a.at.isoformat()}" for a in row.approved)
    started = one.started_by.name if one.started_by else ""
    return (one.name, one.category_id, one.team.name, one.rule.version, one.state, *days, *counted, approved, started)


def _codes(counted: dict[str, int]) -> str:
    return "; ".join(f"{code} {n}" for code, n in counted.items())
