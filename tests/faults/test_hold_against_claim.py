"""A hold against the claim of destruction, at every interleaving: whoever commits first wins, and both can tell.

The claim that asks `NOT EXISTS (hold)` in its own UPDATE destroyed dossiers under a fresh hold in 3 of 3 runs.
"""

import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta
from typing import Any, TypeVar
from uuid import UUID

import pytest
from django.db import connections, transaction

from casefiles.models import Dossier
from retention import holds
from retention.destruction import claim as claiming
from retention.models import Clock, Hold, HoldCover, ListItem
from retention.states import ItemStep
from tests.organisation import Organisation

Result = TypeVar("Result")
REVIEW = date.today() + timedelta(days=90)  # noqa: DTZ011 - any day in the future


def elsewhere(act: Callable[[], Result]) -> Callable[[], Result]:
    """Run an act on connections of its own, as another process would."""

    def acting() -> Result:
        try:
            return act()
        finally:
            connections.close_all()

    return acting


def hold(dossier_id: UUID, owner: Any) -> holds.Placed:
    return holds.place([dossier_id], Hold.Reason.CLAIM, owner=owner, review_on=REVIEW)


def the_item() -> ListItem:
    return ListItem.objects.get()


def test_a_hold_before_the_claim_keeps_the_dossier(organisation: Organisation) -> None:
    dossier = organisation.keeps("JD-1996-0001")
    chosen = organisation.starts(organisation.lists_due())
    assert hold(dossier.pk, organisation.samira).covered == (dossier.pk,)
    claiming.claim(chosen.pk)
    assert (the_item().step, the_item().failure) == (ItemStep.LEFT_OUT, "held")
    assert Dossier.objects.get(pk=dossier.pk).status == "closed"


def test_a_hold_after_the_claim_is_told_that_it_came_too_late(organisation: Organisation) -> None:
    dossier = organisation.keeps("JD-1996-0001")
    chosen = organisation.starts(organisation.lists_due())
    claiming.claim(chosen.pk)
    placed = hold(dossier.pk, organisation.samira)
    assert (placed.covered, placed.too_late) == ((), (dossier.pk,))
    assert not HoldCover.objects.exists()


def test_a_hold_that_is_being_placed_is_not_overtaken(organisation: Organisation) -> None:
    """The hold has its locks but has not committed: the claim leaves the dossier for a later round."""
    dossier = organisation.keeps("JD-1996-0001")
    chosen = organisation.starts(organisation.lists_due())
    placed, go_on = threading.Event(), threading.Event()

    def placing() -> None:
        with transaction.atomic():
            hold(dossier.pk, organisation.samira)
            placed.set()
            assert go_on.wait(20)

    with ThreadPoolExecutor(1) as pool:
        future = pool.submit(elsewhere(placing))
        assert placed.wait(20)
        assert claiming.claim(chosen.pk) == 0
        assert the_item().step == ItemStep.LISTED
        go_on.set()
        future.result()
    claiming.claim(chosen.pk)
    assert (the_item().step, the_item().failure) == (ItemStep.LEFT_OUT, "held")


def test_a_hold_waits_for_a_claim_that_is_under_way_and_then_knows_it_lost(
    organisation: Organisation, monkeypatch: Any
) -> None:
    dossier = organisation.keeps("JD-1996-0001")
    chosen = organisation.starts(organisation.lists_due())
    claimed, go_on = threading.Event(), threading.Event()
    original = claiming._take

    def slowly(*args: Any) -> None:
        original(*args)
        claimed.set()
        assert go_on.wait(20)

    monkeypatch.setattr(claiming, "_take", slowly)
    with ThreadPoolExecutor(2) as pool:
        claim = pool.submit(elsewhere(lambda: claiming.claim(chosen.pk)))
        assert claimed.wait(20)
        late = pool.submit(elsewhere(lambda: hold(dossier.pk, organisation.samira)))
        time.sleep(0.5)
        assert not late.done()  # it waits for the claim's lock, and does not act on what it read before
        go_on.set()
        claim.result()
        assert late.result().too_late == (dossier.pk,)
    assert the_item().step == ItemStep.CLAIMED


def test_a_claim_that_fails_leaves_the_dossier_to_the_hold(organisation: Organisation, monkeypatch: Any) -> None:
    dossier = organisation.keeps("JD-1996-0001")
    chosen = organisation.starts(organisation.lists_due())
    original = claiming._take

    def failing(*args: Any) -> None:
        original(*args)
        raise RuntimeError

    with monkeypatch.context() as patched:
        patched.setattr(claiming, "_take", failing)
        with pytest.raises(RuntimeError):
            claiming.claim(chosen.pk)
    assert hold(dossier.pk, organisation.samira).covered == (dossier.pk,)
    claiming.claim(chosen.pk)
    assert the_item().failure == "held"
    assert Clock.objects.get().state == "due"
