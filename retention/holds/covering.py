"""What a hold by criterion covers: in batches, by whatever finds a dossier first, and never twice.

A dossier is caught when the hold is placed, when the dossier comes in or changes, or by the nightly check, which
says so. Until then the claim of destruction asks the criteria itself (`caught`): a dossier is safe from the commit
of the hold on, however many there are to cover.
"""

import logging
from collections import Counter
from collections.abc import Callable, Sequence
from typing import Any
from uuid import UUID

from django.db import connection, transaction
from django.db.models import F

from casefiles import journal
from casefiles.models import AccessEvent, Dossier, User
from casefiles.signals import dossier_changed, dossier_closed, dossier_opened, dossier_reopened
from retention.models import Clock, Hold, HoldCover
from retention.states import LIVING

BATCH = 500
How = HoldCover.How

log = logging.getLogger(__name__)

# The dossiers that a standing criterion means, of which no cover is written yet. A cover that was lifted for one
# dossier is a cover too: what people released is not caught again.
MEANT = """
    FROM retention_hold hold
    JOIN retention_holdcriterion criterion ON criterion.hold_id = hold.id
    JOIN casefiles_dossier dossier ON (criterion.kind = '' OR criterion.kind = dossier.kind
            OR criterion.kind = ANY (dossier.also))
        AND (criterion.team_id IS NULL OR criterion.team_id = dossier.team_id)
        AND (criterion.opened_from IS NULL OR criterion.opened_from <= dossier.opened_on)
        AND (criterion.opened_until IS NULL OR criterion.opened_until >= dossier.opened_on)
    JOIN retention_clock clock ON clock.dossier_id = dossier.id
    WHERE hold.lifted_at IS NULL AND NOT EXISTS (
        SELECT 1 FROM retention_holdcover cover WHERE cover.hold_id = hold.id AND cover.dossier_id = dossier.id)
"""
# The clocks are locked before anything is written, so that a claim is wholly before or wholly after; the hold is
# shared, so that it cannot be lifted under the batch.
CATCH = f"""
    SELECT hold.id, dossier.id, clock.id, hold.reason {MEANT} AND clock.state = ANY(%s) AND {{narrowed}}
    ORDER BY clock.id, hold.id LIMIT %s FOR UPDATE OF clock FOR SHARE OF hold
"""
MISSED = f"""
    INSERT INTO retention_holdmissed (hold_id, dossier_id)
    SELECT hold.id, dossier.id {MEANT} AND NOT clock.state = ANY(%s) AND hold.id = %s ON CONFLICT DO NOTHING
"""
CAUGHT = f"SELECT DISTINCT dossier.id {MEANT} AND dossier.id = ANY(%s)"


def caught(dossier_ids: Sequence[UUID]) -> set[UUID]:
    """Return those of the dossiers that a standing criterion means and that no cover holds yet.

    The claim asks this after it locked them: it sees every hold that was committed before, also one whose covers
    are still being written.
    """
    with connection.cursor() as cursor:
        cursor.execute(CAUGHT, [list(dossier_ids)])
        return {dossier_id for (dossier_id,) in cursor.fetchall()}


def _statement(narrowed: str) -> str:
    return CATCH.format(narrowed=narrowed)


def catch(dossier_ids: Sequence[UUID], how: HoldCover.How, *, by: User | None = None) -> int:
    """Cover these dossiers by every standing hold whose criterion means them, in the caller's transaction."""
    found = _found(_statement("dossier.id = ANY(%s)"), list(dossier_ids), len(dossier_ids) * BATCH)
    return _cover(found, how, by)


def cover_all(hold: Hold, how: HoldCover.How, *, by: User | None, told: Callable[[int], None] = lambda n: None) -> int:
    """Cover everything that a hold's criterion means, batch by batch, each a transaction; return how many it caught.

    Whatever is claimed by the end was claimed before the hold: the hold came too late for it.
    """
    after, count = 0, 0
    while True:
        with transaction.atomic():
            found = _found(_statement("hold.id = %s AND clock.id > %s"), hold.pk, after, BATCH)
            if not found:
                note_missed(hold)  # again: a claim that was under way has committed by now
                return count
            count += _cover(found, how, by)
            after = found[-1][2]
        told(len(found))


def note_missed(hold: Hold) -> int:
    """Write down for which dossiers of its criterion a new hold came too late; return how many."""
    with connection.cursor() as cursor:
        cursor.execute(MISSED, [[str(s) for s in LIVING], hold.pk])
        return int(cursor.rowcount)


def _found(statement: str, *narrowing: Any) -> list[tuple[int, UUID, int, str]]:
    with connection.cursor() as cursor:
        cursor.execute(statement, [[str(s) for s in LIVING], *narrowing])
        return list(cursor.fetchall())


def _cover(found: list[tuple[int, UUID, int, str]], how: HoldCover.How, by: User | None) -> int:
    """Write the covers of locked clocks, count them on the clocks, and log each."""
    covers = [HoldCover(hold_id=hold_id, dossier_id=dossier_id, how=how) for hold_id, dossier_id, _clock, _why in found]
    HoldCover.objects.bulk_create(covers)
    count_on_clocks(Counter(clock_id for _hold, _dossier, clock_id, _why in found), +1)
    for reason in {reason for *_rest, reason in found}:
        ids = [dossier_id for _hold, dossier_id, _clock, why in found if why == reason]
        journal.record_many(AccessEvent.Action.HOLD, by, ids, ground=reason, how=how)
    return len(found)


def count_on_clocks(clocks: Counter[int], sign: int) -> None:
    """Add to, or take from, the number of covers of locked clocks; `clocks` counts per clock."""
    for times in set(clocks.values()):
        ids = [clock_id for clock_id, count in clocks.items() if count == times]
        Clock.objects.filter(pk__in=ids).update(held=F("held") + sign * times)


def _on_change(sender: object, dossier: Dossier, **extra: Any) -> None:
    catch([dossier.pk], How.CAUGHT)


def connect() -> None:
    """Let a dossier that comes in or changes be caught in the same transaction. Connect after retention.timing:
    a dossier that was just opened has its clock by then.
    """
    for signal in (dossier_opened, dossier_changed, dossier_closed, dossier_reopened):
        signal.connect(_on_change, dispatch_uid="retention.holds")
