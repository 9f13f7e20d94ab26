"""Starting the clocks of many dossiers at once: what timing.recompute does for one, with the same derivation."""

from collections.abc import Sequence
from typing import Any

from casefiles.bulk import Arrival, copy
from casefiles.signals import dossiers_arrived
from retention import holds, timing, transitions
from retention.gathering import facts_with
from retention.models import Clock, HoldCover
from retention.schedule import Rule, derive


def connect() -> None:
    """Let every arrival start its clock, in the transaction that makes it present."""
    dossiers_arrived.connect(_start_clocks, dispatch_uid="retention.bulk")


def _start_clocks(sender: object, arrivals: Sequence[Arrival], **extra: Any) -> None:
    """Write the clock of every arriving dossier, and let the holds by criterion catch it. Raises NoRule."""
    kinds = {arrival.dossier.kind for arrival in arrivals}
    for kind in sorted(kinds):
        transitions.settle(kind)
    rules = {kind: timing.rule_in_force(kind).rule for kind in kinds}
    copy(Clock, [_clock(arrival, rules[arrival.dossier.kind]) for arrival in arrivals])
    holds.catch([arrival.dossier.pk for arrival in arrivals], HoldCover.How.CAUGHT)


def _clock(arrival: Arrival, rule: Rule) -> Clock:
    derivation = derive(rule, facts_with(arrival.dossier, arrival.people, rule))
    return Clock(
        dossier_id=arrival.dossier.pk,
        category_id=arrival.dossier.kind,
        state=timing.state_of(derivation),
        starts_on=list(derivation.starts_on),
    )
