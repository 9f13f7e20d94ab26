"""The clock in the list of dossiers: a bar, signals and tasks per row, and the filter and order by term.

Due dates are derived by the rules in force, for a whole page in one statement, and never stored.
"""

import threading
from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from typing import Any
from weakref import WeakKeyDictionary

from cachetools import TTLCache
from dateutil.relativedelta import relativedelta
from django.http import HttpRequest
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext_lazy

from casefiles import listing, panels
from casefiles.access import METADATA_ROLES
from casefiles.models import Dossier, User
from casefiles.sql import Sql, rows
from retention import timing
from retention.clockwords import ClockRow, bar, signals, tasks
from retention.models import RuleVersion
from retention.onrequest import CATEGORY
from retention.schedule import due_condition, due_date
from retention.schedule.rules import Action, Rule
from retention.states import ENDED

Rules = Mapping[str, Rule]

JOIN = "LEFT JOIN retention_clock clock ON clock.dossier_id = dossier.id"
SOON = relativedelta(months=12)
VERY_SOON = timedelta(days=30)
NEVER = date.max  # sorts after every date; NULL has no place in an order that is paged by key

TERMS: list[tuple[str, str | Promise]] = [
    ("not_started", _("Not started")),
    ("year", _("Within 12 months")),
    ("month", _("Within 30 days")),
    ("passed", _("Passed")),
    ("waiting", _("Waiting for a date")),
]

# One page asks for the rules several times. It holds a page's work and no more: a published term counts at once.
_rules: TTLCache[date, Rules] = TTLCache(maxsize=2, ttl=1)
_rules_lock = threading.Lock()


def connect() -> None:
    """Fill the list of dossiers with clocks; call it from AppConfig.ready()."""
    listing.add_filter(listing.Filter("term", _("Retention period"), _terms, _by_term))
    listing.add_sort(listing.Sort("term", _("Retention period"), _due_key, "date", for_all=False))
    listing.add_view(listing.View("term-soon", {"term": "year"}, _("Term nearly over"), urgent=True))
    listing.add_view(
        listing.View(
            "past-open",
            {"term": "passed", "status": "open"},
            ngettext_lazy("%d open dossier is past its date", "%d open dossiers are past their date"),
            hint=_("Close it, or say why it stays open."),
            icon="clock-alert",
        )
    )
    listing.add_view(
        listing.View(
            "waiting",
            {"term": "waiting"},
            ngettext_lazy("%d dossier waits for a date", "%d dossiers wait for a date"),
            hint=_("The retention period cannot start without it."),
            icon="calendar-clock",
        )
    )
    listing.add_view(
        listing.View(
            "term-month",
            {"term": "month"},
            ngettext_lazy("%d term ends within 30 days", "%d terms end within 30 days"),
            hint=_("Place a hold where the dossier is still needed."),
            icon="hourglass",
        )
    )
    panels.register("dossiers.row", "retention/clock_row.html", bars)
    panels.register("dossiers.signals", "retention/clock_signals.html", flags)
    panels.register("dossiers.tasks", "retention/clock_tasks.html", waiting)


def rules() -> Rules:
    """Return the rules in force today, by category."""
    today = timing.today()
    with _rules_lock:
        found = _rules.get(today)
    if found is None:
        # The schedule has rules for more than dossiers: a clock is of one of their kinds, or of a granted request.
        versions = RuleVersion.objects.in_force(today).filter(category__in=[*Dossier.Kind.values, CATEGORY])
        found = {version.category_id: version.rule for version in versions}
        with _rules_lock:
            _rules[today] = found
    return found


def _terms(_user: User) -> listing.Choices:
    return TERMS


def _by_term(value: str, user: User) -> Sql:
    """Return the condition of a term. Few of all dossiers fit most terms: they are found by their clocks' indexes."""
    found = _of_clock(value)
    if user.role not in METADATA_ROLES or value == "not_started":
        return found
    text = f"SELECT clock.dossier_id FROM retention_clock clock WHERE clock.dossier_id IS NOT NULL AND {found.text}"  # noqa: S608 - our own fragments; values are parameters
    return Sql(f"dossier.id = ANY(ARRAY({text}))", found.params)


def _of_clock(value: str) -> Sql:
    if value in {"waiting", "not_started"}:
        return Sql("clock.state = %s", (value,), (JOIN,))
    today = timing.today()
    over = passed(today)
    if value == "passed":
        return over
    end = today + (SOON if value == "year" else VERY_SOON)
    soon = passed(end + timedelta(days=1))
    return Sql(f"({soon.text} AND NOT {over.text})", (*soon.params, *over.params), (JOIN,))


def passed(day: date) -> Sql:
    """Return the condition that the last day kept lies before `day`."""
    parts = [(category, due_condition(rule, day)) for category, rule in rules().items()]
    text = " OR ".join(f"(clock.category_id = %s AND {part.sql})" for _category, part in parts) or "FALSE"
    return Sql(f"({text})", tuple(v for category, part in parts for v in (category, *part.params)), (JOIN,))


def reviewed() -> list[str]:
    """Return the categories of which a person looks at every dossier when its term has passed."""
    return [category for category, rule in rules().items() if rule.action is Action.REVIEW]


def due() -> Sql:
    """Return the last day on which a dossier is kept, or NULL, by the rule in force for its category."""
    parts = [(category, due_date(rule)) for category, rule in rules().items()]
    cases = " ".join(f"WHEN %s THEN {part.sql}" for _category, part in parts)
    text = f"CASE clock.category_id {cases} END" if parts else "NULL::date"
    return Sql(text, tuple(v for category, part in parts for v in (category, *part.params)), (JOIN,))


def _due_key() -> Sql:
    last_day = due()
    return Sql(f"COALESCE({last_day.text}, %s::date)", (*last_day.params, NEVER), last_day.joins)


_CLOCKS = """
    SELECT clock.dossier_id, clock.state, clock.category_id, clock.starts_on, {due}, list.name,
        CASE WHEN clock.held > 0 THEN COALESCE(hold.reason, 'hold') END,
        EXISTS (SELECT FROM retention_staysopen said WHERE said.dossier_id = clock.dossier_id AND said.until >= %s),
        (SELECT count(*) FROM retention_requestdossier about JOIN retention_rightsrequest asks
            ON asks.id = about.request_id WHERE about.dossier_id = clock.dossier_id AND asks.ended_at IS NULL)
    FROM retention_clock clock
    LEFT JOIN retention_listitem item ON item.dossier_id = clock.dossier_id AND NOT (item.step IN ({ended}))
    LEFT JOIN retention_destructionlist list ON list.id = item.destruction_list_id
    LEFT JOIN LATERAL (
        SELECT hold.reason FROM retention_holdcover cover JOIN retention_hold hold ON hold.id = cover.hold_id
        WHERE cover.dossier_id = clock.dossier_id AND cover.lifted_at IS NULL ORDER BY hold.id LIMIT 1) hold ON TRUE
    WHERE clock.dossier_id = ANY(%s)
"""


def clocks(dossiers: Sequence[Dossier]) -> dict[Any, ClockRow]:
    """Return the clocks of a page of dossiers by dossier, in one statement."""
    last_day, in_force = due(), rules()
    ended = ", ".join(f"'{step.value}'" for step in ENDED)
    ids = [dossier.pk for dossier in dossiers]
    found = rows(Sql(_CLOCKS.format(due=last_day.text, ended=ended), (*last_day.params, timing.today(), ids)))
    return {
        dossier_id: ClockRow(state, in_force.get(category), tuple(starts), due_on, name or "", hold or "", *asks)
        for dossier_id, state, category, starts, due_on, name, hold, *asks in found
    }


_of_request: WeakKeyDictionary[HttpRequest, dict[Any, ClockRow]] = WeakKeyDictionary()


def _once(request: HttpRequest, dossiers: Sequence[Dossier]) -> dict[Any, ClockRow]:
    """Ask once a request: the bar and the signals stand in different cells of one row."""
    if request not in _of_request:
        _of_request[request] = clocks(dossiers)
    return _of_request[request]


def bars(request: HttpRequest, dossiers: Sequence[Dossier]) -> panels.Contexts:
    """Return for each dossier what its clock bar shows."""
    found, today = _once(request, dossiers), timing.today()
    return {d.pk: {"bar": bar(found[d.pk], d.status, today)} for d in dossiers if d.pk in found}


def flags(request: HttpRequest, dossiers: Sequence[Dossier]) -> panels.Contexts:
    """Return for each dossier the signals that its clock gives."""
    found, today = _once(request, dossiers), timing.today()
    return {d.pk: {"signals": signals(found[d.pk], d.status, today)} for d in dossiers if d.pk in found}


def waiting(request: HttpRequest, dossiers: Sequence[Dossier]) -> panels.Contexts:
    """Return for each dossier what waits for a person."""
    found, today = _once(request, dossiers), timing.today()
    return {d.pk: {"tasks": tasks(found[d.pk], d.status, today)} for d in dossiers if d.pk in found}
