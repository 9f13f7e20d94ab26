"""Starting and moving clocks. Facts come from the dossier, dates from the rule in force: never a guessed date."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from django.db.models import Q
from django.dispatch import Signal
from django.utils import timezone

from casefiles.models import Dossier, Party, User
from casefiles.signals import dossier_changed, dossier_closed, dossier_opened, dossier_reopened
from casefiles.vault import keys
from retention import onrequest, transitions
from retention.gathering import CHILDREN, NOTHING, facts_of, facts_with
from retention.models import Clock, ClockChange, RuleVersion
from retention.onrequest import CATEGORY, Granted
from retention.schedule import Derivation, Due, Kept, NotStarted, Waiting, derive, longest
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
    rules = [rule_in_force(category).rule for category in categories_of(dossier, granted)]
    return longest([derive(rule, facts_of(dossier, rule, granted)) for rule in rules])


def categories_of(dossier: Dossier, granted: Granted) -> tuple[str, ...]:
    """Return the categories of which the longest governs a dossier: its kind and what else it holds, or the one
    category of what is to be destroyed on request.
    """
    return (CATEGORY,) if granted else (dossier.kind, *dossier.also)


@dataclass(frozen=True, slots=True)
class Derived:
    """A derivation with the rule version that it was made under."""

    version: RuleVersion
    derivation: Derivation


def derivations_of(dossiers: Sequence[Dossier]) -> dict[UUID, Derived]:
    """Derive many dossiers' due dates with few queries, from their facts and not from their clocks."""
    granted = onrequest.granted([dossier.pk for dossier in dossiers])
    categories = {dossier.pk: categories_of(dossier, granted.get(dossier.pk, NOTHING)) for dossier in dossiers}
    versions = {category: rule_in_force(category) for category in {c for found in categories.values() for c in found}}
    rules = {category: version.rule for category, version in versions.items()}
    keys.open_many([dossier.pk for dossier in dossiers])
    people: dict[UUID, list[Party]] = {dossier.pk: [] for dossier in dossiers}
    for child in Party.objects.filter(dossier__in=people, role__in=CHILDREN):
        people[child.dossier_id].append(child)
    found: dict[UUID, Derived] = {}
    for dossier in dossiers:
        known, asked = people[dossier.pk], granted.get(dossier.pk, NOTHING)
        of_it = [rules[category] for category in categories[dossier.pk]]
        derivation = longest([derive(rule, facts_with(dossier, known, rule, asked)) for rule in of_it])
        found[dossier.pk] = Derived(versions[derivation.rule.category], derivation)
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
    for category in sorted({dossier.kind, *dossier.also}):
        transitions.settle(category)
    transitions.caused(cause, by)
    derivation = derivation_of(dossier)
    category = derivation.rule.category
    state, starts_on = state_of(derivation), list(derivation.starts_on)
    clocks = Clock.objects.filter(dossier=dossier)
    if cause is Cause.SYSTEM and clocks.filter(category=category, starts_on=starts_on, state__in=_AT[state]).exists():
        return
    if transitions.move(clocks, state, came_from=_that_may_go_to(state), starts_on=starts_on, category=category):
        return
    if not clocks.exists():
        transitions.start(Clock(dossier=dossier, category_id=category, state=state, starts_on=starts_on))


# In which states a living clock says the same: what has fallen due was running.
_AT = {state: {state, ClockState.DUE} if state == ClockState.RUNNING else {state} for state in LIVING}


def _that_may_go_to(state: ClockState) -> list[ClockState]:
    return [s for s in LIVING if s == state or state in NEXT[s]]


def recompute_several(category: str = "", cause: Cause = Cause.SYSTEM, by: User | None = None) -> None:
    """Work out again which kind governs the dossiers that hold several, in the caller's transaction; of all, or of
    one category. A published term can change that, and it rewrites no clocks by itself.
    """
    several = Dossier.objects.present().exclude(also=[])
    if category:
        several = several.filter(Q(kind=category) | Q(also__contains=[category]))
    for dossier in several.order_by("pk").iterator():
        recompute(dossier, cause, by)


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
