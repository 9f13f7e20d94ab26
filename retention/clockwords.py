"""A clock in the few words and colours of a row in a table."""

from dataclasses import dataclass
from datetime import date

from dateutil.relativedelta import relativedelta
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from casefiles.dates import full_day, span
from casefiles.models import Dossier
from retention.models import Hold
from retention.schedule.rules import Rule, Trigger
from retention.states import ClockState

SOON = relativedelta(months=12)


@dataclass(frozen=True, slots=True)
class ClockRow:
    """A clock with its derived due date, the list it stands on and the reason of a hold ("" when there is none).

    `answered`: somebody said why the dossier stays open past its date; `requests`: how many about it are not ended.
    """

    state: str
    rule: Rule | None
    starts_on: tuple[date | None, ...]
    due_on: date | None
    list_name: str
    hold: str
    answered: bool = False
    requests: int = 0


@dataclass(frozen=True, slots=True)
class Bar:
    """What the tag {% clockbar %} takes: percent of the term that has passed, two lines of words, a kind."""

    percent: int
    text: str
    below: str
    kind: str


@dataclass(frozen=True, slots=True)
class Signal:
    """What the tag {% badge %} takes."""

    text: str
    kind: str
    icon: str


def bar(clock: ClockRow, status: str, today: date) -> Bar:
    """Return the bar of a clock. A hold does not stop the clock, so its date stays in sight.

    A term that starts again at each change of an open dossier is drawn as idle: its date is one that moves.
    """
    if clock.due_on is None:
        return _without_date(clock)
    percent = _percent(clock, clock.due_on, today)
    if clock.hold:
        return Bar(percent, _("Held: %s") % _reason(clock.hold), _until(clock.due_on, today), "hold")
    if clock.due_on < today:
        return Bar(100, _("%s over") % span(clock.due_on, today), _until(clock.due_on, today), "over")
    left = _left(clock.due_on, today)
    if status == Dossier.Status.OPEN and _moves(clock.rule):
        return Bar(percent, left, _until(clock.due_on, today), "idle")
    return Bar(percent, left, _until(clock.due_on, today), "soon" if clock.due_on <= today + SOON else "")


def _left(due_on: date, today: date) -> str:
    return _("Last day") if due_on == today else capfirst(_("%s left") % span(today, due_on))


def _without_date(clock: ClockRow) -> Bar:
    if clock.state == ClockState.KEPT:
        return Bar(100, _("Kept permanently"), "", "")
    if clock.state == ClockState.WAITING:
        return Bar(0, _("No date yet"), _missing(clock.rule), "idle")
    term = _("starts at closing") if _triggered_by(clock.rule, Trigger.CLOSURE) else ""
    return Bar(0, _("Not started"), term, "idle")


def signals(clock: ClockRow, status: str, today: date) -> list[Signal]:
    """Return what a person should know of this clock at a glance, the strongest first."""
    found = []
    if clock.list_name:
        found.append(Signal(_("On destruction list"), "error", "list-x"))
    if clock.hold:
        found.append(Signal(_("Hold"), "hold", "hand"))
    if _past_and_open(clock, status, today):
        found.append(Signal(_("Past its date, still open"), "attention", "clock-alert"))
    if clock.state == ClockState.WAITING:
        found.append(Signal(_missing(clock.rule).capitalize(), "attention", "calendar-clock"))
    return found


def tasks(clock: ClockRow, status: str, today: date) -> list[str]:
    """Return what waits for a person, in a few words each; whoever works on metadata may read them too."""
    found = []
    if clock.state == ClockState.WAITING:
        found.append(_missing(clock.rule))
    if _past_and_open(clock, status, today) and not clock.answered:
        found.append(_("past its date, still open"))
    return found + [_("open request")] * clock.requests


def _past_and_open(clock: ClockRow, status: str, today: date) -> bool:
    return status == Dossier.Status.OPEN and clock.due_on is not None and clock.due_on < today


def _percent(clock: ClockRow, due_on: date, today: date) -> int:
    start = max((day for day in clock.starts_on if day is not None), default=due_on)
    whole = (due_on - start).days
    return max(0, min(100, (today - start).days * 100 // whole)) if whole > 0 else 100


def _until(due_on: date, today: date) -> str:
    return (_("since %s") if due_on < today else _("until %s")) % full_day(due_on)


def _reason(code: str) -> str:
    return str(Hold.Reason(code).label) if code in Hold.Reason.values else _("on hold")


def _triggered_by(rule: Rule | None, trigger: Trigger) -> bool:
    return rule is not None and any(line.trigger is trigger for line in rule.applied)


def _moves(rule: Rule | None) -> bool:
    return _triggered_by(rule, Trigger.LAST_SUBSTANTIVE_CHANGE)


def _missing(rule: Rule | None) -> str:
    if _triggered_by(rule, Trigger.BIRTH):
        return _("birth date missing")
    return _("closing date missing")
