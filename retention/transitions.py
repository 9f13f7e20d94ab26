"""The only writer of Clock.state: a conditional UPDATE whose row count tells what really moved."""

from collections.abc import Collection
from typing import Any

from django.db.models import QuerySet

from retention.models import Clock
from retention.states import NEXT, ClockState


class WrongWay(Exception):
    """The graph in retention/states.py has no such step: a programming error, and nothing was written."""


def move(clocks: QuerySet[Clock], to: ClockState, *, came_from: Collection[ClockState], **values: Any) -> int:
    """Move those of `clocks` that stand in one of `came_from` to `to`, writing `values` with it.

    Returns how many moved: the caller compares it with what it expected. Staying in a state is no move, but
    may carry new values.
    """
    for state in came_from:
        if to != state and to not in NEXT[state]:
            raise WrongWay(f"{state} -> {to}")
    return clocks.filter(state__in=came_from).update(state=to, **values)


def start(clock: Clock) -> None:
    """Write a new dossier's clock; its first state is what its facts say."""
    clock.save(force_insert=True)
