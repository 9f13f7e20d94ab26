"""Holds: many may overlap, a second person lifts, and one that came too late says so."""

from datetime import date, timedelta

import pytest
from django.db import IntegrityError

from casefiles.models import AccessEvent, Dossier, User
from retention import holds
from retention.destruction.claim import claim
from retention.models import Clock, Hold, HoldCover, ListItem
from retention.timing import today
from tests.organisation import Organisation, carry_out


def later() -> date:
    return today() + timedelta(days=90)


def place(owner: User, *dossiers: Dossier, reason: Hold.Reason = Hold.Reason.CLAIM) -> holds.Placed:
    return holds.place([d.pk for d in dossiers], reason, owner=owner, review_on=later())


def held(dossier: Dossier) -> int:
    return Clock.objects.get(dossier=dossier).held


def test_a_hold_covers_its_dossiers_and_stands_in_the_log(organisation: Organisation) -> None:
    one, two, other = (organisation.keeps(f"JD-1996-000{n}") for n in (1, 2, 3))
    placed = place(organisation.fenna, one, two)
    assert (set(placed.covered), placed.too_late) == ({one.pk, two.pk}, ())
    assert [held(d) for d in (one, two, other)] == [1, 1, 0]
    assert set(HoldCover.objects.values_list("dossier_id", flat=True)) == {one.pk, two.pk}
    lines = AccessEvent.objects.filter(action="hold")
    assert {(line.dossier_id, line.ground, line.actor_name) for line in lines} == {
        (one.pk, "claim", "Fenna de Wit"),
        (two.pk, "claim", "Fenna de Wit"),
    }


def test_a_dossier_that_is_named_twice_is_held_once(organisation: Organisation) -> None:
    dossier = organisation.keeps("JD-1996-0001")
    placed = place(organisation.fenna, dossier, dossier)
    holds.lift(placed.hold, by=organisation.joost)
    assert held(dossier) == 0


def test_lifting_one_hold_leaves_the_other(organisation: Organisation) -> None:
    dossier, other = organisation.keeps("JD-1996-0001"), organisation.keeps("JD-1996-0002")
    first = place(organisation.fenna, dossier, other)
    second = place(organisation.samira, dossier, reason=Hold.Reason.POLICE)
    assert held(dossier) == 2
    holds.lift(first.hold, by=organisation.joost)
    assert (held(dossier), held(other)) == (1, 0)
    chosen = organisation.starts(organisation.lists_due())
    assert {item.dossier_id for item in ListItem.objects.all()} == {other.pk}
    holds.lift(second.hold, by=organisation.joost)
    assert held(dossier) == 0
    carry_out(chosen)
    assert Dossier.objects.get().pk == dossier.pk


def test_lifting_twice_lifts_once(organisation: Organisation) -> None:
    dossier = organisation.keeps("JD-1996-0001")
    first, second = place(organisation.fenna, dossier), place(organisation.fenna, dossier)
    for _ in range(2):
        holds.lift(first.hold, by=organisation.joost)
    assert held(dossier) == 1
    assert AccessEvent.objects.filter(action="lift").count() == 1
    assert Hold.objects.get(pk=second.hold.pk).lifted_at is None


def test_a_hold_is_lifted_by_a_second_person_says_the_database_as_well(organisation: Organisation) -> None:
    dossier = organisation.keeps("JD-1996-0001")
    placed = place(organisation.fenna, dossier)
    with pytest.raises(holds.NotYours):
        holds.lift(placed.hold, by=organisation.fenna)
    assert held(dossier) == 1
    with pytest.raises(IntegrityError, match="hold_lifted_by_a_second_person"):
        Hold.objects.update(lifted_by=organisation.fenna)


def test_a_hold_that_comes_after_the_claim_says_for_which_dossiers_it_came_too_late(
    organisation: Organisation,
) -> None:
    claimed = organisation.keeps("JD-1996-0001")
    chosen = organisation.starts(organisation.lists_due())
    assert claim(chosen.pk) == 1
    living = organisation.keeps("JD-1996-0002")
    placed = place(organisation.fenna, claimed, living)
    assert (placed.covered, placed.too_late) == ((living.pk,), (claimed.pk,))
    assert held(claimed) == 0
    carry_out(chosen)
    assert Dossier.objects.get().pk == living.pk


def test_a_hold_goes_with_nothing_when_the_dossier_is_unknown(organisation: Organisation) -> None:
    gone = Dossier()
    placed = place(organisation.fenna, gone)
    assert (placed.covered, placed.too_late) == ((), (gone.pk,))
