"""Why a list under execution stands still, in plain words: what happened, what comes next, what a person can do."""

from dataclasses import dataclass
from datetime import datetime

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from retention.models import Execution

Halt, Trouble = Execution.Halt, Execution.Trouble


@dataclass(frozen=True, slots=True)
class Standstill:
    """What the page and the terminal say. `go_on` is what the button says that ends it; empty: it ends by itself."""

    what: str
    next: str
    code: str = ""
    go_on: str = ""
    since: datetime | None = None
    by: str = ""


def of(execution: Execution | None, quiet_until: datetime | None) -> Standstill | None:
    """Return why a list stands still; None when it goes on."""
    if execution is not None and execution.halt:
        return _halted(execution)
    if execution is not None and execution.trouble:
        return _in_trouble(execution)
    if quiet_until is not None:
        return _quiet(quiet_until)
    return None


def _halted(execution: Execution) -> Standstill:
    what, then, go_on = {
        Halt.PAUSED: lambda: (
            _("The destruction is paused."),
            _("What is claimed already is destroyed to the end; no other dossier is taken until somebody goes on."),
            _("Go on"),
        ),
        Halt.MANY: lambda: _asks(_many(execution.dossiers or 0)),
        Halt.LARGE: lambda: _asks(
            _("These dossiers hold far more documents than those of earlier lists of this category.")
        ),
        Halt.YOUNG: lambda: _asks(_("Dossiers on this list changed years later than those of earlier lists.")),
        Halt.FAILING: lambda: (
            _("More than one dossier in ten fails."),
            _("No other dossier is taken. Look at the reasons below, mend what they say, and then go on."),
            _("The cause is mended: go on"),
        ),
        Halt.CLOCK: lambda: (
            _("The clock of this machine went back or leapt ahead."),
            _("Nothing at all is destroyed while the date may be wrong. Check the date and the time of every machine."),
            _("The time is right: go on"),
        ),
    }[Halt(execution.halt)]()
    by = execution.halted_by.name if execution.halted_by else ""
    return Standstill(what, then, execution.halt, go_on, execution.halted_at, by)


def _many(count: int) -> str:
    return ngettext(
        "%d dossier at once is far more than usual in this category.",
        "%d dossiers at once are far more than usual in this category.",
        count,
    ) % count  # fmt: skip


def _asks(what: str) -> tuple[str, str, str]:
    return (
        what,
        _("Nothing of it is destroyed yet. Check the rule and the import that made these dossiers due. If all is "
          "right, let the list go on."),
        _("This is right: go on"),
    )  # fmt: skip


def _in_trouble(execution: Execution) -> Standstill:
    what = {
        Trouble.MIRROR: _("The copy of the log outside the database cannot be written. Check the mirror folder."),
        Trouble.RESTORED: _("The database is older than the copy of its log: it was put back from a backup."),
        Trouble.DATABASE: _("A database did not answer."),
    }[Trouble(execution.trouble)]
    then = _("Nothing is lost: each step is tried again every minute, and nothing is called destroyed before it is.")
    return Standstill(what, then, since=execution.trouble_at)


def _quiet(until: datetime) -> Standstill:
    at = timezone.localtime(until)
    return Standstill(
        _("It is quiet now: no destruction begins in these hours."),
        _("It goes on by itself at %(time)s.") % {"time": f"{at:%H:%M}"},
    )
