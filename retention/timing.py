"""Starting and moving clocks. Facts come from the dossier, dates from the rule in force: never a guessed date."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from django.dispatch import Signal
from django.utils import timezone

from casefiles.models import Dossier, Party, User
from casefiles.signals import dossier_changed, dossier_closed, dossier_opened, dossier_reopened
from casefiles.vault import keys
from retention import onrequest, transitions
from retention.gathering import CHILDREN, NOTHING, facts_of, facts_with
from retention.models import Clock, ClockChange, RuleVersion
from retention.onrequest import CATEGORY, Granted
from retention.schedule import Derivation, Due, Kept, NotStarted, Waiting, derive
from retention.states import LIVING, NEXT, ClockState

Cause = ClockChange.Cause


class NoRule(Exception):
    """There is no retention rule in force for this kind of dossier: a privacy officer must publish one first."""


def today() -> date:
    """Return the date in the Netherlands, whatever the machine's own time zone."""
    return timezone.localdate()


def rule_in_force(category: str, day: date | None = None) -> RuleVersion:
    """Return the version of a category's rule that is in force on a day (today). Raises NoRule."""
    found = RuleVersion.objects.in_force(day or today()).filter(category_id=category).select_related("category").first()
    if found is None:
        raise NoRule(category)
    return found


def derivation_of(dossier: Dossier) -> Derivation:
    """Derive the due date of a dossier, with all its reasons, under the rule in force today."""
    granted = onrequest.granted([dossier.pk]).get(dossier.pk, NOTHING)
    rule = rule_in_force(category_of(dossier, granted)).rule
    return derive(rule, facts_of(dossier, rule, granted))


def category_of(dossier: Dossier, granted: Granted) -> str:
    """Return the category whose rule governs a dossier: its kind, unless its destruction was granted on request."""
    return CATEGORY if granted else dossier.kind


@dataclass(frozen=True, slots=True)
class Derived:
    """A derivation with the rule version that it was made under."""

    version: RuleVersion
    derivation: Derivation


def derivations_of(dossiers: Sequence[Dossier]) -> dict[UUID, Derived]:
    """Derive many dossiers' due dates with few queries, from their facts and not from their clocks."""
    granted = onrequest.granted([dossier.pk for dossier in dossiers])
    categories = {dossier.pk: category_of(dossier, granted.get(dossier.pk, NOTHING)) for dossier in dossiers}
    versions = {category: rule_in_force(category) for category in set(categories.values())}
    rules = {category: version.rule for category, version in versions.items()}
    keys.open_many([dossier.pk for dossier in dossiers])
    people: dict[UUID, list[Party]] = {dossier.pk: [] for dossier in dossiers}
    for child in Party.objects.filter(dossier__in=people, role__in=CHILDREN):
        people[child.dossier_id].append(child)
    found: dict[UUID, Derived] = {}
    for dossier in dossiers:
        rule = rules[categories[dossier.pk]]
        facts = facts_with(dossier, people[dossier.pk], rule, granted.get(dossier.pk, NOTHING))
        found[dossier.pk] = Derived(versions[categories[dossier.pk]], derive(rule, facts))
    return found


def state_of(derivation: Derivation) -> ClockState:
    """Return the state that a derivation's outcome puts a living clock in."""
    outcomes = {
        Due: ClockState.RUNNING,
        Waiting: ClockState.WAITING,
        NotStarted: ClockState.NOT_STARTED,
        Kept: ClockState.KEPT,
    }
    return outcomes[type(derivation.outcome)]


def recompute(dossier: Dossier, cause: Cause = Cause.SYSTEM, by: User | None = None) -> None:
    """Write the clock of a dossier as its facts now say, starting it when it is missing.

    A claimed clock is left alone: nothing that happens after the claim can move it. `cause` and `by` go into the
    clock's history.
    """
    transitions.settle(dossier.kind)
    transitions.caused(cause, by)
    derivation = derivation_of(dossier)
    category = derivation.rule.category
    state, starts_on = state_of(derivation), list(derivation.starts_on)
    clocks = Clock.objects.filter(dossier=dossier)
    if transitions.move(clocks, state, came_from=_that_may_go_to(state), starts_on=starts_on, category=category):
        return
    if not clocks.exists():
        transitions.start(Clock(dossier=dossier, category_id=category, state=state, starts_on=starts_on))


def _that_may_go_to(state: ClockState) -> list[ClockState]:
    return [s for s in LIVING if s == state or state in NEXT[s]]


_CAUSES = {
    dossier_opened: Cause.OPENED,
    dossier_changed: Cause.CHANGED,
    dossier_closed: Cause.CLOSED,
    dossier_reopened: Cause.REOPENED,
}


def _on_change(sender: object, dossier: Dossier, signal: Signal, by: User | None = None, **extra: Any) -> None:
    recompute(dossier, _CAUSES[signal], by)


def connect() -> None:
    """Let every opening, substantive change, closing and reopening move the clock, in the same transaction."""
    for signal in _CAUSES:
        signal.connect(_on_change, dispatch_uid="retention.timing")
