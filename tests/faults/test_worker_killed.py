"""Real Celery workers: kill -9 in the middle of the work, and two of them on one list.

Every boundary and every other fault: test_every_boundary.py.
"""

from pathlib import Path

import pytest

from retention import tasks
from retention.models import DestructionList
from retention.states import ListState
from tests.faults.harness import check_log
from tests.faults.invariants import check_all_destroyed, check_no_false_receipt
from tests.organisation import Organisation
from tests.workers import Worker, until, worker

DOSSIERS = 50


def done(chosen: DestructionList) -> bool:
    return DestructionList.objects.filter(pk=chosen.pk, state=ListState.DONE).exists()


@pytest.mark.real
def test_a_list_of_fifty_survives_the_kill_of_its_worker(organisation: Organisation, tmp_path: Path) -> None:
    ids = organisation.keeps_many(DOSSIERS, documents=1)
    chosen = organisation.starts(organisation.lists_due())
    log, bomb = tmp_path / "worker.log", tmp_path / "exploded"
    with worker(log, "tests.faults.worker", FAULT_AT="inside erased", FAULT_ONCE=str(bomb)) as doomed:
        tasks.destroy_list.delay(chosen.pk)
        until(doomed.dead, "the worker dies", log)
    assert bomb.exists()
    check_no_false_receipt(ids)
    with worker(log):
        # The doorbell rings as beat does: a dead worker's row locks may last a moment longer than the worker.
        until(lambda: done(chosen), "the list is done", log, every=(3.0, tasks.resume_lists.delay))
    check_all_destroyed(ids)
    assert check_log() == 2 * DOSSIERS


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
    assert check_log() == 2 * DOSSIERS
