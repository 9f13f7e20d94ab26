"""Destruction lists: what comes on them, who decides in which order, and what makes a decision void."""

from datetime import date, timedelta

import msgspec
import pytest
import time_machine
from django.db import IntegrityError, transaction
from django.utils import timezone

from casefiles.models import AccessEvent, Dossier, User
from retention import holds, lists, sweeping
from retention.models import Approval, Category, Clock, DestructionList, Hold, ListItem, RuleVersion
from retention.schedule import Period
from retention.states import ItemStep, ListState
from retention.timing import today
from tests.organisation import LONG_AGO, Organisation

COMPLAINT = ListItem.ExemptReason.COMPLAINT


def later() -> date:
    return today() + timedelta(days=90)


def on(chosen: DestructionList) -> set[str]:
    """The references of the dossiers that stand on a list and were not taken off it."""
    items = ListItem.objects.filter(destruction_list=chosen, step=ItemStep.LISTED)
    return set(Dossier.objects.filter(pk__in=items.values("dossier_id")).values_list("reference", flat=True))


def hold(dossier: Dossier, owner: User) -> Hold:
    return holds.place([dossier.pk], Hold.Reason.CLAIM, owner=owner, review_on=later()).hold


def test_each_category_team_and_rule_has_a_list_of_its_own(organisation: Organisation) -> None:
    organisation.keeps("JD-1996-0001")
    organisation.keeps("JD-1996-0002")
    organisation.keeps("KL-1996-0001", kind="klacht")
    elsewhere = organisation.keeps("JD-1996-0003")
    Dossier.objects.filter(pk=elsewhere.pk).update(team=organisation.oost)
    swept = sweeping.sweep()
    found = {(c.category_id, c.team.name): on(c) for c in DestructionList.objects.select_related("team")}
    assert found == {
        ("jeugdhulp", "Team Noord"): {"JD-1996-0001", "JD-1996-0002"},
        ("klacht", "Team Noord"): {"KL-1996-0001"},
        ("jeugdhulp", "Team Oost"): {"JD-1996-0003"},
    }
    assert len(swept.lists) == 3
    year = today().year
    assert {c.name for c in swept.lists} == {f"VL-{year}-{n:03}" for n in (1, 2, 3)}
    assert all(c.rule.category_id == c.category_id for c in swept.lists)


def test_a_dossier_stands_on_one_list_with_the_date_that_its_rule_gives(organisation: Organisation) -> None:
    dossier = organisation.keeps("JD-1996-0001")
    chosen = organisation.lists_due()
    sweeping.sweep()
    item = ListItem.objects.get()
    assert (item.dossier_id, item.due_on, item.step) == (dossier.pk, date(LONG_AGO.year + 20, 3, 1), "listed")
    with pytest.raises(IntegrityError, match="on_one_list_at_a_time"):
        ListItem.objects.create(destruction_list=chosen, dossier_id=dossier.pk, due_on=item.due_on)


def test_a_held_dossier_comes_on_no_list_until_the_hold_is_lifted(organisation: Organisation) -> None:
    dossier = organisation.keeps("JD-1996-0001")
    placed = hold(dossier, organisation.fenna)
    swept = sweeping.sweep()
    assert (swept.became_due, swept.held, swept.lists) == (1, 1, ())
    holds.lift(placed, by=organisation.joost)
    assert on(organisation.lists_due()) == {"JD-1996-0001"}


def test_an_open_dossier_comes_on_no_list(organisation: Organisation) -> None:
    dossier = organisation.keeps("JD-1996-0001")
    Dossier.objects.filter(pk=dossier.pk).update(status=Dossier.Status.OPEN, closed_on=None)
    Clock.objects.update(state="due")
    assert sweeping.sweep().lists == ()


def test_an_exempted_dossier_stays_off_until_its_review_date_and_then_comes_back(organisation: Organisation) -> None:
    organisation.keeps("JD-1996-0001")
    organisation.keeps("JD-1996-0002")
    chosen = organisation.lists_due()
    review_on = today() + timedelta(days=5)
    assert lists.exempt(chosen, ["JD-1996-0001"], COMPLAINT, review_on, by=organisation.joost) == 1
    assert sweeping.sweep().lists == ()
    assert on(chosen) == {"JD-1996-0002"}
    line = AccessEvent.objects.get(action="exempt")
    assert (line.actor_name, line.ground) == ("Joost Terpstra", "complaint")
    with time_machine.travel(timezone.now() + timedelta(days=4)):
        assert sweeping.sweep().lists == ()
    with time_machine.travel(timezone.now() + timedelta(days=5)):
        assert sweeping.sweep().lists == (chosen,)
    assert on(chosen) == {"JD-1996-0001", "JD-1996-0002"}


def test_an_exemption_needs_a_review_date_in_the_future_and_one_who_decides(organisation: Organisation) -> None:
    organisation.keeps("JD-1996-0001")
    chosen = organisation.lists_due()
    with pytest.raises(lists.NotAllowed):
        lists.exempt(chosen, ["JD-1996-0001"], COMPLAINT, today(), by=organisation.joost)
    with pytest.raises(lists.NotAllowed):
        lists.exempt(chosen, ["JD-1996-0001"], COMPLAINT, later(), by=organisation.fenna)
    assert lists.exempt(chosen, ["JD-1999-9999"], COMPLAINT, later(), by=organisation.joost) == 0
    assert on(chosen) == {"JD-1996-0001"}
    with pytest.raises(IntegrityError, match="exemption_has_reason_and_review_date"):
        ListItem.objects.update(step=ItemStep.EXEMPTED)


@pytest.mark.parametrize(
    ("who", "stage"),
    [("joost", 1), ("samira", 2), ("koen", 2), ("fenna", None), ("amina", None), ("tineke", None), ("pim", None)],
)
def test_the_team_s_lead_decides_first_and_an_officer_second_and_nobody_else_at_all(
    who: str, stage: int | None, organisation: Organisation
) -> None:
    organisation.keeps("JD-1996-0001")
    chosen = organisation.lists_due()
    person = getattr(organisation, who)
    if stage is None:
        with pytest.raises(lists.NotAllowed, match=person.username):
            lists.approve(chosen, by=person)
        assert not Approval.objects.exists()
    else:
        assert lists.stage_of(person, chosen) == stage
        User.objects.filter(pk=person.pk).update(is_active=False)
        with pytest.raises(lists.NotAllowed):
            lists.stage_of(User.objects.get(pk=person.pk), chosen)


def test_an_officer_waits_for_the_department(organisation: Organisation) -> None:
    organisation.keeps("JD-1996-0001")
    chosen = organisation.lists_due()
    with pytest.raises(lists.NotAllowed, match="Team Noord"):
        lists.approve(chosen, by=organisation.samira)
    assert not Approval.objects.exists()


def test_two_approvals_begin_the_cooling_off_period_and_stand_in_the_log(organisation: Organisation) -> None:
    organisation.keeps("JD-1996-0001")
    organisation.keeps("JD-1996-0002")
    chosen = organisation.lists_due()
    first = lists.approve(chosen, by=organisation.joost)
    assert (first.stage, first.approved, first.cooling_off_until) == (1, 2, None)
    chosen.refresh_from_db()
    assert chosen.state == ListState.REVIEW
    second = lists.approve(chosen, by=organisation.samira)
    assert (second.stage, second.approved, second.cooling_off_until) == (2, 2, today() + timedelta(days=7))
    chosen.refresh_from_db()
    assert chosen.state == ListState.COOLING_OFF
    assert sorted(AccessEvent.objects.filter(action="approve").values_list("actor_name", "ground")) == [
        ("Joost Terpstra", "stage 1"),
        ("Joost Terpstra", "stage 1"),
        ("Samira El Fassi", "stage 2"),
        ("Samira El Fassi", "stage 2"),
    ]
    for person in (organisation.joost, organisation.koen):
        with pytest.raises(lists.NotAllowed):
            lists.approve(chosen, by=person)


def test_a_category_may_have_a_cooling_off_period_of_its_own(organisation: Organisation) -> None:
    organisation.keeps("JD-1996-0001")
    chosen = organisation.lists_due()
    try:
        Category.objects.filter(code="jeugdhulp").update(cooling_off_days=30)
        lists.approve(chosen, by=organisation.joost)
        assert lists.approve(chosen, by=organisation.koen).cooling_off_until == today() + timedelta(days=30)
    finally:
        Category.objects.filter(code="jeugdhulp").update(cooling_off_days=None)


def test_a_lead_who_became_officer_cannot_decide_at_both_stages_says_the_database(organisation: Organisation) -> None:
    organisation.keeps("JD-1996-0001")
    chosen = organisation.lists_due()
    lists.approve(chosen, by=organisation.joost)
    User.objects.filter(pk=organisation.joost.pk).update(role="privacy_officer")
    with pytest.raises((IntegrityError, lists.NotAllowed)):
        lists.approve(chosen, by=User.objects.get(pk=organisation.joost.pk))
    item = ListItem.objects.get()
    values = {"item": item, "due_on": item.due_on, "rule": chosen.rule, "approver_role": "privacy_officer"}
    second = Approval(stage=2, approver=organisation.joost, **values)
    with pytest.raises(IntegrityError, match="approvals_by_distinct_people"), transaction.atomic():
        Approval.objects.bulk_create([second])
    twice = Approval(stage=1, approver=organisation.samira, **values)
    with pytest.raises(IntegrityError, match="one_approval_per_stage"), transaction.atomic():
        Approval.objects.bulk_create([twice])
    third = Approval(stage=3, approver=organisation.samira, **values)
    with pytest.raises(IntegrityError, match="approval_has_two_stages"), transaction.atomic():
        Approval.objects.bulk_create([third])


def test_a_dossier_that_joins_a_list_under_review_needs_approvals_of_its_own(organisation: Organisation) -> None:
    organisation.keeps("JD-1996-0001")
    chosen = organisation.lists_due()
    lists.approve(chosen, by=organisation.joost)
    organisation.keeps("JD-1996-0002")
    assert sweeping.sweep().lists == (chosen,)
    with pytest.raises(lists.NotAllowed):
        lists.approve(chosen, by=organisation.samira)
    assert lists.approve(chosen, by=organisation.joost).approved == 1
    assert lists.approve(chosen, by=organisation.samira).approved == 2


def test_a_dossier_that_falls_due_during_the_cooling_off_comes_on_a_new_list(organisation: Organisation) -> None:
    organisation.keeps("JD-1996-0001")
    chosen = organisation.approves(organisation.lists_due())
    organisation.keeps("JD-1996-0002")
    (new,) = sweeping.sweep().lists
    assert new.pk != chosen.pk
    assert (on(chosen), on(new)) == ({"JD-1996-0001"}, {"JD-1996-0002"})


def test_taking_a_dossier_off_voids_nothing_of_the_others(organisation: Organisation) -> None:
    organisation.keeps("JD-1996-0001")
    organisation.keeps("JD-1996-0002")
    chosen = organisation.lists_due()
    lists.approve(chosen, by=organisation.joost)
    lists.exempt(chosen, ["JD-1996-0002"], COMPLAINT, later(), by=organisation.joost)
    assert lists.approve(chosen, by=organisation.samira).approved == 1


def test_an_approval_for_another_date_is_void_and_is_asked_again(organisation: Organisation) -> None:
    organisation.keeps("JD-1996-0001")
    chosen = organisation.lists_due()
    lists.approve(chosen, by=organisation.joost)
    ListItem.objects.update(due_on=date(2017, 1, 1))
    with pytest.raises(lists.NotAllowed, match="Team Noord"):
        lists.approve(chosen, by=organisation.samira)
    assert lists.approve(chosen, by=organisation.joost).approved == 1
    assert Approval.objects.get().due_on == date(2017, 1, 1)


def test_an_approval_under_another_rule_is_void(organisation: Organisation) -> None:
    organisation.keeps("JD-1996-0001")
    chosen = organisation.lists_due()
    lists.approve(chosen, by=organisation.joost)
    other = RuleVersion.objects.exclude(category_id="jeugdhulp").first()
    assert other
    Approval.objects.update(rule=other)
    with pytest.raises(lists.NotAllowed):
        lists.approve(chosen, by=organisation.samira)
    assert lists.approve(chosen, by=organisation.joost).approved == 1


def second_version() -> RuleVersion:
    """A rule for youth-care files of 15 years, in force from today."""
    shipped = RuleVersion.objects.get(category_id="jeugdhulp")
    lines = tuple(msgspec.structs.replace(line, term=Period("P15Y")) for line in shipped.rule.lines)
    rule = msgspec.structs.replace(shipped.rule, version=2, valid_from=today(), lines=lines)
    return RuleVersion.objects.create(
        category_id="jeugdhulp", version=2, valid_from=today(), spec=rule.to_json(), digest=rule.digest()
    )


def test_a_new_version_of_a_rule_counts_at_once_and_has_a_list_of_its_own(
    organisation: Organisation,
) -> None:
    organisation.keeps("JD-1996-0001")
    organisation.keeps("JD-2010-0001", changed=date(2010, 3, 1))
    before = organisation.lists_due()
    lists.approve(before, by=organisation.joost)
    version = second_version()
    (new,) = sweeping.sweep().lists
    assert (before.rule.version, new.rule) == (1, version)
    assert (on(before), on(new)) == (set(), {"JD-1996-0001", "JD-2010-0001"})
    dates = ListItem.objects.filter(destruction_list=new).order_by("due_on").values_list("due_on", flat=True)
    assert list(dates) == [date(2011, 3, 1), date(2025, 3, 1)]
    before.refresh_from_db()
    left = ListItem.objects.get(destruction_list=before)
    assert (before.state, left.step, left.failure) == ("done", "left_out", "rule_changed")
    assert Approval.objects.get().item == left, "an approval under the old rule stays to be seen, and counts no more"
    assert lists.lacking(new.items.all(), lists.Stage.DEPARTMENT).count() == 2


def test_a_refused_approval_and_a_refused_start_are_in_the_access_log(organisation: Organisation) -> None:
    organisation.keeps("JD-1996-0001")
    chosen = organisation.lists_due()
    for act in (lists.approve, lists.start):
        with pytest.raises(lists.NotAllowed):
            act(chosen, by=organisation.amina)
    refused = AccessEvent.objects.filter(outcome=AccessEvent.Outcome.REFUSED, actor_id=organisation.amina.pk)
    assert sorted(refused.values_list("action", "ground")) == [("approve", chosen.name), ("start", chosen.name)]
