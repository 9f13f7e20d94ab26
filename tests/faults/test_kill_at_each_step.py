"""kill -9 of the worker at every boundary of the order of destruction, on a list of 50."""

from pathlib import Path

import pytest
from django.conf import settings

from retention import mirror, sequencer, tasks
from retention.ledger.checkpoint import Checkpoint as Head
from retention.ledger.note import Note
from retention.ledger.tree import appended, leaf_hash, root
from retention.models import DestructionList, LedgerLeaf
from retention.states import ListState
from tests.faults.invariants import check_all_destroyed, check_no_false_receipt
from tests.faults.worker import boundaries
from tests.organisation import Organisation
from tests.workers import Worker, until, worker

DOSSIERS = 50


def done(chosen: DestructionList) -> bool:
    return DestructionList.objects.filter(pk=chosen.pk, state=ListState.DONE).exists()


@pytest.mark.real
@pytest.mark.parametrize("boundary", boundaries())
def test_a_list_of_fifty_survives_kill_9(boundary: str, organisation: Organisation, tmp_path: Path) -> None:
    ids = organisation.keeps_many(DOSSIERS, documents=1)
    chosen = organisation.starts(organisation.lists_due())
    log, bomb = tmp_path / "worker.log", tmp_path / "exploded"
    with worker(log, "tests.faults.worker", FAULT_AT=boundary, FAULT_ONCE=str(bomb)) as doomed:
        tasks.destroy_list.delay(chosen.pk)
        until(doomed.dead, f"the worker dies {boundary}", log)
    assert bomb.exists()
    check_no_false_receipt(ids)
    with worker(log):
        # The doorbell rings as beat does: a dead worker's row locks may last a moment longer than the worker.
        until(lambda: done(chosen), "the list is done", log, every=(3.0, tasks.resume_lists.delay))
    check_all_destroyed(ids)
    check_log(DOSSIERS)


def check_log(dossiers: int) -> None:
    """The log holds each intent and each receipt once, and database and mirror agree on its head."""
    hashes = [leaf_hash(bytes(leaf.body)) for leaf in LedgerLeaf.objects.order_by("index")]
    assert len(hashes) == sequencer.tree_size() == mirror.mirrored_size() == 2 * dossiers
    head = Head.parse(Note.parse((settings.MIRROR_DIR / "checkpoint").read_text()).text)
    assert head.root == root(len(hashes), appended(0, hashes, {}))


@pytest.mark.real
def test_two_workers_on_one_list_make_each_receipt_once(organisation: Organisation, tmp_path: Path) -> None:
    ids = organisation.keeps_many(DOSSIERS)
    chosen = organisation.starts(organisation.lists_due())
    with worker(tmp_path / "one.log"):
        second = Worker(tmp_path / "two.log")
        try:
            for _ in range(6):
                tasks.destroy_list.delay(chosen.pk)
                tasks.verify_list.delay(chosen.pk)
            until(lambda: done(chosen), "the list is done", tmp_path / "one.log")
        finally:
            second.stop()
    check_all_destroyed(ids)
    check_log(DOSSIERS)
