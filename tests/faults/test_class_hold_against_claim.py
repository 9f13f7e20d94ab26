"""A hold on a class, and a dossier that comes later, against the claim: at every interleaving nothing held is claimed.

The covers of a class are written in batches, so between the commit of the hold and its last cover only the claim's own
question to the criteria stands between a dossier and its destruction.
"""

import threading
import time
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from django.db import transaction

from casefiles.models import Dossier
from retention import holds
from retention.destruction import claim as claiming
from retention.holds import covering, placing, working
from retention.models import Clock, DestructionList, Hold, HoldCover, HoldCriterion, HoldMissed, ListItem
from retention.states import ItemStep
from tests.faults.test_hold_against_claim import REVIEW, elsewhere, the_item
from tests.organisation import Organisation


@pytest.fixture
def started(organisation: Organisation) -> DestructionList:
    """One dossier on a list whose destruction may begin."""
    organisation.keeps("JD-1996-0001")
    return organisation.starts(organisation.lists_due())


def stop(organisation: Organisation) -> Hold:
    ground = holds.Ground("hotspot", REVIEW)
    return holds.place_by_criterion(HoldCriterion(kind="jeugdhulp"), ground, owner=organisation.samira)


def left_out() -> tuple[str, str]:
    return the_item().step, the_item().failure


def test_a_class_that_is_held_but_not_covered_yet_is_not_claimed(
    organisation: Organisation, started: DestructionList, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(placing, "INLINE", -1)
    stop(organisation)
    assert not HoldCover.objects.exists()
    claiming.claim(started.pk)
    assert left_out() == (ItemStep.LEFT_OUT, "held")
    (job_id,) = working.waiting()
    working.carry_out(job_id)
    assert Clock.objects.get().held == 1


def test_a_class_that_is_held_after_the_claim_knows_that_it_came_too_late(
    organisation: Organisation, started: DestructionList
) -> None:
    claiming.claim(started.pk)
    hold = stop(organisation)
    assert HoldMissed.objects.get(hold=hold).dossier_id == the_item().dossier_id
    assert not HoldCover.objects.exists()


def test_covers_that_are_being_written_are_not_overtaken(organisation: Organisation, started: DestructionList) -> None:
    placed, go_on = threading.Event(), threading.Event()

    def placing_slowly() -> None:
        with transaction.atomic():
            stop(organisation)
            placed.set()
            assert go_on.wait(20)

    with ThreadPoolExecutor(1) as pool:
        future = pool.submit(elsewhere(placing_slowly))
        assert placed.wait(20)
        assert claiming.claim(started.pk) == 0
        go_on.set()
        future.result()
    claiming.claim(started.pk)
    assert left_out() == (ItemStep.LEFT_OUT, "held")


def test_a_class_hold_waits_for_a_claim_that_is_under_way_and_does_not_count_what_it_lost(
    organisation: Organisation, started: DestructionList, monkeypatch: pytest.MonkeyPatch
) -> None:
    claimed, go_on = threading.Event(), threading.Event()
    original = claiming._take

    def slowly(*args: Any) -> None:
        original(*args)
        claimed.set()
        assert go_on.wait(20)

    monkeypatch.setattr(claiming, "_take", slowly)
    with ThreadPoolExecutor(2) as pool:
        claim = pool.submit(elsewhere(lambda: claiming.claim(started.pk)))
        assert claimed.wait(20)
        late = pool.submit(elsewhere(lambda: stop(organisation)))
        time.sleep(0.5)
        assert not late.done()
        go_on.set()
        claim.result()
        hold = late.result()
    assert the_item().step == ItemStep.CLAIMED
    assert (Clock.objects.get().held, hold.covers.count()) == (0, 0)
    assert hold.missed.count() == 1


def test_a_dossier_that_is_opened_while_its_class_is_being_held_is_never_claimed(organisation: Organisation) -> None:
    """Neither sees the other before it commits: no cover is written, and the claim asks the criterion itself."""
    opened, go_on = threading.Event(), threading.Event()

    def opening() -> None:
        with transaction.atomic():
            organisation.keeps_many(1)
            opened.set()
            assert go_on.wait(20)

    with ThreadPoolExecutor(1) as pool:
        future = pool.submit(elsewhere(opening))
        assert opened.wait(20)
        stop(organisation)
        go_on.set()
        future.result()
    assert not HoldCover.objects.exists()
    claiming.claim(organisation.starts(organisation.lists_due()).pk)
    assert left_out() == (ItemStep.LEFT_OUT, "held")
    assert working.check().caught == 1
    assert Clock.objects.get().held == 1


def test_a_hold_that_is_lifted_under_a_batch_leaves_nothing_held(
    organisation: Organisation, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The batch shares the hold's row: the lift waits, and then releases what the batch covered."""
    organisation.keeps_many(3)
    monkeypatch.setattr(placing, "INLINE", -1)
    hold = stop(organisation)
    covered, go_on = threading.Event(), threading.Event()
    original = covering._cover

    def slowly(*args: Any) -> int:
        count = original(*args)
        covered.set()
        assert go_on.wait(20)
        return count

    monkeypatch.setattr(covering, "_cover", slowly)
    with ThreadPoolExecutor(2) as pool:
        batch = pool.submit(elsewhere(lambda: working.carry_out(working.waiting()[0])))
        assert covered.wait(20)
        lift = pool.submit(elsewhere(lambda: holds.lift(hold, by=organisation.koen)))
        time.sleep(0.5)
        assert not lift.done()
        go_on.set()
        batch.result()
        lift.result()
    assert set(Clock.objects.values_list("held", flat=True)) == {0}
    assert not HoldCover.objects.filter(lifted_at=None).exists()
    assert Dossier.objects.count() == 3
    assert not ListItem.objects.exists()
