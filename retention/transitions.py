"""The only writer of Clock.state: a conditional UPDATE whose row count tells what really moved."""

from collections.abc import Collection
from typing import Any

from django.db import connection
from django.db.models import QuerySet

from casefiles.models import Dossier
from retention.models import Clock
from retention.schedule import Fragment
from retention.states import NEXT, ClockState

BATCH = 500


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


def fall_due(category: str, due: Fragment) -> int:
    """Move the running clocks of closed dossiers for which `due` holds (table `clock`) to due; return how many.

    Set-based, in batches that pass over what someone is working in. A held clock falls due too: a hold blocks
    destruction, it does not stop the clock.
    """
    statement = f"""
        UPDATE retention_clock SET state = %s WHERE state = %s AND id IN (
            SELECT clock.id FROM retention_clock clock JOIN casefiles_dossier dossier ON dossier.id = clock.dossier_id
            WHERE clock.category_id = %s AND clock.state = %s AND dossier.status = %s AND {due.sql}
            LIMIT {BATCH} FOR UPDATE OF clock SKIP LOCKED)
    """  # noqa: S608 - the schedule's own SQL; every value is a parameter
    running, closed = str(ClockState.RUNNING), str(Dossier.Status.CLOSED)
    moved: int = 0
    with connection.cursor() as cursor:
        while True:
            cursor.execute(statement, [str(ClockState.DUE), running, category, running, closed, *due.params])
            moved += cursor.rowcount
            if cursor.rowcount < BATCH:
                break
    return moved
