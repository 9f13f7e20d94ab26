"""Starting the clocks of many dossiers at once: what timing.recompute does for one, with the same derivation."""

from collections.abc import Sequence
from datetime import date

from casefiles.bulk import Arrival, copy
from casefiles.models import Dossier, Party
from retention import timing
from retention.models import Clock
from retention.schedule import Facts, Rule, derive


def start_clocks(arrivals: Sequence[Arrival]) -> None:
    """Write the clock of every arriving dossier, in the caller's transaction. Raises NoRule."""
    rules = {kind: timing.rule_in_force(kind).rule for kind in {arrival.dossier.kind for arrival in arrivals}}
    copy([_clock(arrival, rules[arrival.dossier.kind]) for arrival in arrivals])


def _clock(arrival: Arrival, rule: Rule) -> Clock:
    derivation = derive(rule, _facts(arrival.dossier, arrival.people))
    return Clock(
        dossier_id=arrival.dossier.pk,
        category_id=arrival.dossier.kind,
        state=timing.state_of(derivation),
        starts_on=list(derivation.starts_on),
    )


def _facts(dossier: Dossier, people: list[Party]) -> Facts:
    return Facts(
        opened_on=dossier.opened_on,
        last_change_on=dossier.last_change_on,
        is_closed=dossier.closed_on is not None,
        closed_on=dossier.closed_on,
        birth_date=_youngest([p.facts.birth_date for p in people if p.role == Party.Role.YOUTH]),
        end_of_measure_on=dossier.end_of_measure_on,
    )


def _youngest(births: list[date | None]) -> date | None:
    """Return the youngest's birth date, None as soon as one is missing: the term must cover each of them."""
    known = [birth for birth in births if birth is not None]
    return max(known) if known and len(known) == len(births) else None
