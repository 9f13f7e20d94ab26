"""What happened to a dossier's clock, and what would happen: both told with the dates that the rules give."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime

from dateutil.relativedelta import relativedelta
from django.db.models import OuterRef, Subquery, TextChoices
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from casefiles.models import Dossier
from casefiles.sql import Sql, rows
from retention import timing
from retention.models import Clock, ClockChange, RuleChange, RuleVersion
from retention.schedule import Derivation, Facts, Fragment, Rule, derive, due_date
from retention.states import ClockState

MOST = 100
MAJORITY = 18

Starts = Sequence[date | None]


@dataclass(frozen=True, slots=True)
class Moment:
    """One change: when, what caused it, whose doing it was ("" for the system), the state and last day after it."""

    at: datetime | date
    cause: str
    actor: str
    state: str
    due_on: date | None


def versions_of(clock: Clock) -> list[RuleVersion]:
    """Return the published versions of a clock's rule with who approved them, the newest first."""
    return _of_category(clock.category_id)


def _of_category(code: str) -> list[RuleVersion]:
    found = RuleVersion.objects.filter(category=code).select_related("change__approver")
    open_ones = RuleChange.objects.filter(category=OuterRef("category"), state__in=RuleChange.OPEN)
    return list(found.annotate(draft=Subquery(open_ones.values("spec")[:1])).order_by("-version"))


def draft_among(versions: Sequence[RuleVersion]) -> Rule | None:
    """Return the rule of the change that is under way; it came with the versions, in the same statement."""
    spec = getattr(versions[0], "draft", None) if versions else None
    return Rule.from_json(spec) if spec else None


def history(dossier: Dossier, clock: Clock, versions: Sequence[RuleVersion]) -> list[Moment]:
    """Return what moved the clock, the newest first: its own changes, and the versions that took over meanwhile."""
    newest = ClockChange.objects.filter(dossier=dossier).order_by("-id")[:MOST]
    changes = list(reversed(newest))
    told = [(*_of_change(c), _in_force(_then(c, dossier, versions), c.changed_at)) for c in changes]
    told += [(*_of_version(version, changes, clock), version) for version in versions if _took_over(version, dossier)]
    dates = due_dates([(version.rule, starts) for _moment, starts, version in told if version is not None])
    given = iter(dates)
    moments = [replace(moment, due_on=next(given) if version else None) for moment, _starts, version in told]
    return sorted(moments, key=lambda moment: _when(moment.at), reverse=True)


def _then(change: ClockChange, dossier: Dossier, versions: Sequence[RuleVersion]) -> Sequence[RuleVersion]:
    """Return the versions by which a change is told: those of the category that governed after it."""
    code = change.category or dossier.kind
    return versions if not versions or versions[0].category_id == code else _of_category(code)


def _when(at: datetime | date) -> tuple[date, float]:
    """Order a rule's day before what happened on it: it took over at midnight."""
    return (timezone.localdate(at), at.timestamp()) if isinstance(at, datetime) else (at, 0.0)


def _of_change(change: ClockChange) -> tuple[Moment, Starts]:
    state = str(ClockState(change.state_after).label)
    moment = Moment(change.changed_at, change.get_cause_display(), change.actor, state, None)
    return moment, change.starts_after


def _of_version(version: RuleVersion, changes: Sequence[ClockChange], clock: Clock) -> tuple[Moment, Starts]:
    """Return the day on which a version took over, with the trigger dates of the clock at that time."""
    later = [change for change in changes if timezone.localdate(change.changed_at) >= version.valid_from]
    starts = later[0].starts_before if later else clock.starts_on
    state = ClockState(later[0].state_before if later else clock.state)
    cause = _("version %d of the rule took over") % version.version
    approver = version.change.approver
    return Moment(version.valid_from, cause, approver.name if approver else "", str(state.label), None), starts


def _took_over(version: RuleVersion, dossier: Dossier) -> bool:
    """Whether a version came into force by its day alone while the dossier was there."""
    if not hasattr(version, "change") or version.change.works_ahead:
        return False  # it came with the product; or every clock that it moved has a line of its own
    return dossier.opened_on < version.valid_from <= timing.today()


def _in_force(versions: Sequence[RuleVersion], at: datetime) -> RuleVersion | None:
    day = timezone.localdate(at)
    applied = [each for each in versions if each.valid_from <= day and (each.valid_to is None or day <= each.valid_to)]
    applied = [each for each in applied if not _switched_after(each, at)]
    return max(applied, key=lambda each: each.version, default=None)


def _switched_after(version: RuleVersion, at: datetime) -> bool:
    """Whether a version whose dates were worked out ahead had not taken over yet."""
    change = getattr(version, "change", None)
    return change is not None and change.works_ahead and (change.switched_at is None or at < change.switched_at)


def due_dates(asked: Sequence[tuple[Rule, Starts]]) -> list[date | None]:
    """Return the last day that each rule gives to each set of trigger dates, in one statement."""
    parts: list[Fragment] = []
    for number, (rule, starts) in enumerate(asked):
        due = due_date(rule, "clock")
        sql = f"SELECT {number}, {due.sql} FROM (SELECT %s::date[] AS starts_on) clock"  # noqa: S608 - the schedule's own SQL
        parts.append(Fragment(sql, (*due.params, list(starts))))  # type: ignore[arg-type] # an array beside them
    if not parts:
        return []
    found = rows(Sql(" UNION ALL ".join(p.sql for p in parts), tuple(v for p in parts for v in p.params)))
    return [due_on for _number, due_on in sorted(found, key=lambda row: row[0])]


class Event(TextChoices):
    """What may be supposed to happen to a dossier."""

    NOTHING = "nothing", gettext_lazy("nothing")
    CLOSED = "closed", gettext_lazy("it is closed today")
    CHANGED = "changed", gettext_lazy("a substantive change today")
    MAJORITY = "majority", gettext_lazy("it is closed when the youngest turns 18")


def suppose(rule: Rule, facts: Facts, event: Event) -> Derivation:
    """Return what a rule would say of a dossier if this happened to it. Nothing is written.

    A closed dossier cannot be closed again, and without a birth date nobody turns 18: then nothing happens.
    """
    return derive(rule, _happened(facts, event))


def _happened(facts: Facts, event: Event) -> Facts:
    today = timing.today()
    if event is Event.CLOSED and not facts.is_closed:
        return replace(facts, is_closed=True, closed_on=today)
    if event is Event.CHANGED:
        return replace(facts, last_change_on=max(facts.last_change_on, today))
    if event is Event.MAJORITY and not facts.is_closed and facts.birth_date is not None:
        day = max(today, facts.birth_date + relativedelta(years=MAJORITY))
        return replace(facts, is_closed=True, closed_on=day, last_change_on=max(facts.last_change_on, day))
    return facts
