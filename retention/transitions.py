"""The only writer of Clock.state: a conditional UPDATE whose row count tells what really moved."""

from collections.abc import Collection
from typing import Any

from django.db import connection, transaction
from django.db.models import QuerySet

from casefiles.models import Dossier, User
from retention.models import Clock, ClockChange, RuleChange
from retention.schedule import Fragment
from retention.states import LIVING, NEXT, ClockState

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


def come_back(clocks: QuerySet[Clock], **values: Any) -> int:
    """Put the clocks of dossiers that a backup brought back into DESTROYING, whatever their state was then.

    The log says that they were destroyed, so no graph applies to them. Returns how many.
    """
    return clocks.update(state=ClockState.DESTROYING, **values)


def start(clock: Clock) -> None:
    """Write a new dossier's clock; its first state is what its facts say."""
    clock.save(force_insert=True)


def settle(category: str) -> None:
    """Keep a category's rule from being switched until the transaction ends, or wait until it has been.

    Whoever derives by the rule in force and writes the result holds this first; `switch` holds its opposite.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock_shared(hashtext('retention.rule'), hashtext(%s))", [category])


def caused(cause: ClockChange.Cause, by: User | None = None) -> None:
    """Tell the rest of the transaction why clocks move and who moves them: the database writes it in their history."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT set_config('gv.cause', %s, true), set_config('gv.actor', %s, true)", [cause, by.name if by else ""]
        )


def fall_back(category: str, due: Fragment) -> int:
    """Move the due clocks for which `due` (table `clock`) no longer holds back to running; return how many.

    A published rule can keep a dossier longer than the one under which it fell due.
    """
    statement = f"""
        UPDATE retention_clock clock SET state = %s
        WHERE clock.category_id = %s AND clock.state = %s AND NOT {due.sql}
    """  # noqa: S608 - the schedule's own SQL; every value is a parameter
    with transaction.atomic(), connection.cursor() as cursor:
        caused(ClockChange.Cause.NOT_DUE)
        cursor.execute(statement, [str(ClockState.RUNNING), category, str(ClockState.DUE), *due.params])
        moved: int = cursor.rowcount
    return moved


def switch(change: RuleChange) -> int:
    """Let the dates that were worked out ahead take over, for the whole category at once; return how many changed.

    In the caller's transaction. What does not change is not written, and what is claimed is left alone.
    """
    statement = """
        UPDATE retention_clock clock SET state = ahead.state, starts_on = ahead.starts_on
        FROM retention_clockahead ahead
        WHERE ahead.change_id = %s AND clock.dossier_id = ahead.dossier_id AND clock.state = ANY(%s)
            AND clock.category_id = %s
            AND (clock.starts_on IS DISTINCT FROM ahead.starts_on
                 OR ahead.state <> (CASE WHEN clock.state = %s THEN %s ELSE clock.state END))
    """
    due, running, living = str(ClockState.DUE), str(ClockState.RUNNING), [str(state) for state in LIVING]
    caused(ClockChange.Cause.RULE, change.approver)
    with connection.cursor() as cursor:
        cursor.execute(statement, [change.pk, living, change.category_id, due, running])
        moved: int = cursor.rowcount
    return moved


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
    while True:
        with transaction.atomic(), connection.cursor() as cursor:
            caused(ClockChange.Cause.FELL_DUE)
            cursor.execute(statement, [str(ClockState.DUE), running, category, running, closed, *due.params])
            moved += cursor.rowcount
            if cursor.rowcount < BATCH:
                return moved
