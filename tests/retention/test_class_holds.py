"""Holds on a class of dossiers: they catch what comes later, are safe before they are counted, and miss nothing."""

from datetime import date, timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.db import IntegrityError

from casefiles.access import Ability, Refused
from casefiles.bulk import bring_in
from casefiles.models import AccessEvent, Dossier, Job, Role, User
from casefiles.vault import keys
from retention import holds
from retention.destruction.claim import claim
from retention.holds import covering, placing, showing, working
from retention.models import Clock, Hold, HoldCover, HoldCriterion, HoldFacts, HoldMissed, HoldNote, HoldText, ListItem
from retention.timing import today
from tests.casework import may, says, signed_in
from tests.organisation import Organisation, carry_out


def ground(reason: str = "collective_stop", text: str = "", once: Any = None) -> holds.Ground:
    facts = HoldFacts(text=text, evidence="brief 7" if text else "", author="Samira")
    return holds.Ground(reason, today() + timedelta(days=90), facts, once or uuid4())


def stop(organisation: Organisation, kind: str = "jeugdhulp", **more: Any) -> Hold:
    criterion = HoldCriterion(kind=kind, **more)
    return holds.place_by_criterion(criterion, ground(), owner=organisation.samira)


def held(dossier: Dossier) -> int:
    return Clock.objects.get(dossier=dossier).held


def how(dossier: Dossier) -> list[str]:
    return list(HoldCover.objects.filter(dossier=dossier).order_by("pk").values_list("how", flat=True))


def test_a_hold_on_a_class_covers_what_is_there_and_catches_what_is_opened_imported_and_brought_in(
    organisation: Organisation,
) -> None:
    there, other = organisation.keeps("JD-1"), organisation.opens("TD-1", kind="toegang")
    stop(organisation)
    assert (held(there), how(there), held(other)) == (1, ["placed"], 0)
    later = organisation.opens("JD-2")
    assert (held(later), how(later)) == (1, ["caught"])
    lines = AccessEvent.objects.filter(action="hold", dossier_id=later.pk)
    assert [(line.ground, line.actor_role) for line in lines] == [("collective_stop", "system")]
    arrival = organisation._arrival("JD-3", 0)
    bring_in([arrival], ground="test")
    assert held(arrival.dossier) == 1


def test_a_criterion_narrows_by_team_and_by_the_day_of_opening(organisation: Organisation) -> None:
    dossier = organisation.opens("JD-1")  # opened on 6 January 2020, by Team Noord
    day = dossier.opened_on
    stop(organisation, team=organisation.oost)
    stop(organisation, opened_from=day + timedelta(days=1))
    stop(organisation, kind="", opened_until=day - timedelta(days=1))
    assert held(dossier) == 0
    stop(organisation, kind="", team=organisation.noord, opened_from=day, opened_until=day)
    assert held(dossier) == 1
    with pytest.raises(holds.NotPossible):
        stop(organisation, kind="")
    with pytest.raises(IntegrityError, match="hold_criterion_says_something"):
        HoldCriterion.objects.update(kind="", team=None, opened_from=None, opened_until=None)


def test_holds_overlap_and_each_is_counted_once(organisation: Organisation) -> None:
    dossier = organisation.opens("JD-1")
    first, second = stop(organisation), stop(organisation, kind="", team=organisation.noord)
    named = holds.place([dossier.pk], "claim", owner=organisation.fenna, review_on=today() + timedelta(days=9))
    assert held(dossier) == 3
    says(dossier, organisation.fenna)  # a change does not catch it again
    assert held(dossier) == 3
    for hold in (first, second, named.hold):
        holds.lift(hold, by=organisation.koen)
    assert held(dossier) == 0
    says(dossier, organisation.fenna)  # nor does a hold that was lifted
    assert held(dossier) == 0


def test_lifting_for_one_dossier_leaves_the_others_held_and_does_not_catch_it_again(organisation: Organisation) -> None:
    one, other = organisation.opens("JD-1"), organisation.opens("JD-2")
    hold = stop(organisation)
    with pytest.raises(holds.NotYours):
        holds.lift_for(hold, one.pk, by=organisation.samira)
    assert holds.lift_for(hold, one.pk, by=organisation.koen)
    assert not holds.lift_for(hold, one.pk, by=organisation.koen)
    says(one, organisation.fenna)
    working.check()
    assert (held(one), held(other)) == (0, 1)
    assert covering.caught([one.pk, other.pk]) == set()
    hold.refresh_from_db()
    assert hold.lifted_at is None


def test_a_hold_on_named_dossiers_ends_with_its_last_one(organisation: Organisation) -> None:
    one, other = organisation.opens("JD-1"), organisation.opens("JD-2")
    placed = holds.place([one.pk, other.pk], "claim", owner=organisation.fenna, review_on=today() + timedelta(days=9))
    for dossier in (one, other):
        holds.lift_for(placed.hold, dossier.pk, by=organisation.joost)
    placed.hold.refresh_from_db()
    assert placed.hold.lifted_by == organisation.joost
    assert (held(one), held(other)) == (0, 0)


def test_a_large_hold_is_safe_before_it_is_counted_and_its_job_can_be_taken_up_again(
    organisation: Organisation, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(placing, "INLINE", 0)
    monkeypatch.setattr("retention.holds.lifting.INLINE", 0)
    monkeypatch.setattr(covering, "BATCH", 2)
    ids = organisation.keeps_many(5)
    hold = stop(organisation)
    assert not HoldCover.objects.exists()
    assert covering.caught(ids) == set(ids)
    (job_id,) = working.waiting()
    covering.catch(ids[:3], HoldCover.How.CAUGHT)  # changed meanwhile
    working.carry_out(job_id)
    working.carry_out(job_id)
    job = Job.objects.get(pk=job_id)
    assert (job.state, set(Clock.objects.values_list("held", flat=True))) == ("done", {1})
    holds.lift(hold, by=organisation.koen)
    (job_id,) = working.waiting()
    working.carry_out(job_id)
    assert set(Clock.objects.values_list("held", flat=True)) == {0}
    assert AccessEvent.objects.filter(action="lift", dossier_id__in=ids).count() == 5


def test_the_nightly_check_mends_and_says_what_it_mended(
    organisation: Organisation, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    with monkeypatch.context() as patched:
        patched.setattr(covering, "catch", lambda *_args, **_more: 0)
        hold = stop(organisation)
        missed = organisation.opens("JD-1")
    miscounted = organisation.opens("JD-2")
    Clock.objects.filter(dossier=miscounted).update(held=0)
    assert working.check() == working.Checked(caught=1, released=0, recounted=1)
    assert (held(missed), how(missed), held(miscounted)) == (1, ["repaired"], 1)
    assert "mended" in caplog.text
    assert AccessEvent.objects.get(ground="recounted").detail == {"before": 0, "after": 1}
    Hold.objects.filter(pk=hold.pk).update(lifted_at=hold.placed_at)
    assert working.check() == working.Checked(caught=0, released=2, recounted=0)
    assert working.check() == working.Checked(0, 0, 0)
    assert (held(missed), held(miscounted)) == (0, 0)


def test_a_hold_on_a_class_tells_what_it_came_too_late_for(organisation: Organisation) -> None:
    claimed = organisation.keeps("JD-1996-0001")
    chosen = organisation.starts(organisation.lists_due())
    claim(chosen.pk)
    living = organisation.keeps("JD-1996-0002")
    hold = stop(organisation)
    assert (held(claimed), held(living)) == (0, 1)
    assert list(HoldMissed.objects.values_list("dossier_id", flat=True)) == [claimed.pk]
    ((found, receipt),) = showing.missed(organisation.samira, hold)
    assert (found, receipt) == (claimed, None)
    carry_out(chosen)
    ((found, receipt),) = showing.missed(organisation.samira, hold)
    assert found is None
    assert receipt is not None
    assert ListItem.objects.get(dossier_id=claimed.pk).step == "destroyed"


def test_words_on_a_dossier_are_sealed_under_its_key_and_words_on_a_class_under_their_own(
    organisation: Organisation,
) -> None:
    dossier = organisation.opens("JD-1")
    named = holds.place_on([dossier.pk], ground("claim", "Advocaat belde."), owner=organisation.fenna).hold
    of_class = holds.place_by_criterion(
        HoldCriterion(kind="jeugdhulp"), ground(text="Onderzoek."), owner=organisation.samira
    )
    for reader, hold, words in (
        (organisation.fenna, named, "Advocaat belde."),
        (organisation.samira, named, None),
        (organisation.koen, of_class, "Onderzoek."),
        (organisation.pim, of_class, None),
    ):
        found = showing.words_of(reader, hold)
        assert (found.text if found else None) == words
    note, text = HoldNote.objects.get(), HoldText.objects.get()
    assert keys.remaining([dossier.pk, text.pk]) == {dossier.pk, text.pk}
    keys.shred([dossier.pk])
    with pytest.raises(keys.KeyShredded):
        _ = HoldNote.objects.get(pk=note.pk).facts
    assert HoldText.objects.get().facts.evidence == "brief 7"


def test_the_same_hold_sent_twice_is_one_hold(organisation: Organisation) -> None:
    dossier, once = organisation.opens("JD-1"), uuid4()
    for _again in range(2):
        placed = holds.place_on([dossier.pk], ground("claim", once=once), owner=organisation.fenna)
        assert placed.covered == (dossier.pk,)
    assert (Hold.objects.count(), held(dossier)) == (1, 1)


def test_who_may_hold_what(organisation: Organisation) -> None:
    dossier = organisation.opens("JD-1")
    later = today() + timedelta(days=30)
    for stranger in (organisation.amina, organisation.pim):
        with pytest.raises(Refused):
            holds.place([dossier.pk], "claim", owner=stranger, review_on=later)
    for worker in (organisation.fenna, organisation.tineke):
        with pytest.raises(Refused):
            holds.place_by_criterion(HoldCriterion(kind="jgz"), ground(), owner=worker)
    assert AccessEvent.objects.filter(outcome="refused").count() == 4
    assert not Hold.objects.exists()
    holds.place([dossier.pk], "complaint", owner=organisation.tineke, review_on=later)
    assert held(dossier) == 1


def test_good_care_is_decided_and_lifted_by_who_treats_the_young_person(organisation: Organisation) -> None:
    dossier = organisation.opens("JD-1")
    later = today() + timedelta(days=30)
    for other in (organisation.samira, organisation.joost):
        with pytest.raises(Refused):
            holds.place([dossier.pk], "good_care", owner=other, review_on=later)
    with pytest.raises(holds.NotPossible):
        holds.place_by_criterion(HoldCriterion(kind="jgz"), ground("good_care"), owner=organisation.samira)
    hold = holds.place([dossier.pk], "good_care", owner=organisation.fenna, review_on=later).hold
    with pytest.raises(Refused):
        holds.lift(hold, by=organisation.samira)
    with pytest.raises(Refused):
        holds.review(hold, later + timedelta(days=30), by=organisation.samira)
    holds.review(hold, later + timedelta(days=30), by=organisation.fenna)
    with pytest.raises(holds.NotPossible):
        holds.review(hold, date(2020, 1, 1), by=organisation.fenna)
    hold.refresh_from_db()
    assert hold.review_on == later + timedelta(days=30)
    assert AccessEvent.objects.filter(action="hold", dossier_id=dossier.pk).count() == 2


def test_who_sees_only_part_of_a_hold_does_not_lift_it(organisation: Organisation) -> None:
    one, other = organisation.opens("JD-1"), organisation.opens("JD-2")
    hold = holds.place([one.pk, other.pk], "claim", owner=organisation.samira, review_on=today() + timedelta(days=9))
    colleague = User.objects.enrol("bilal", "Bilal Haddou", Role.CASE_WORKER)
    may(colleague, Ability.LEAD, one)
    client = signed_in(colleague)
    assert "Lift the hold" not in client.get(f"/holds/{hold.hold.pk}/").content.decode()
    assert client.post(f"/holds/{hold.hold.pk}/lift/").status_code == 403
    assert (held(one), held(other)) == (1, 1)
