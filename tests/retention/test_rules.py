"""A rule changes by two officers with a reason, from a day on; what is published stays as it is."""

from datetime import date, timedelta
from typing import Any

import msgspec
import pytest
from django.db import IntegrityError
from psycopg import errors

from casefiles.models import AccessEvent
from retention import rules
from retention.lists import NotAllowed
from retention.models import Category, RuleChange, RuleVersion
from retention.schedule import Line, Period, Rule, Trigger
from retention.timing import rule_in_force, today
from tests.organisation import Organisation
from tests.stores import login

CODE = "jeugdhulp"
TOMORROW = timedelta(days=1)


def changed(code: str = CODE, *, term: str = "P15Y", day: date | None = None, **line: Any) -> Rule:
    """The next version of a category's rule, its first line changed, from tomorrow on."""
    before = rules.latest(Category.objects.get(code=code)).rule
    first: Line = msgspec.structs.replace(before.lines[0], term=Period(term), **line)
    return msgspec.structs.replace(
        before,
        version=before.version + 1,
        valid_from=day or today() + TOMORROW,
        lines=(first, *before.lines[1:]),
    )


def drafted(organisation: Organisation, rule: Rule, reason: str = "De wet.", *, back: bool = False) -> RuleChange:
    category = Category.objects.get(code=rule.category)
    return rules.save(category, rules.Draft(rule, reason, retroactive=back), by=organisation.samira)


def published(organisation: Organisation, rule: Rule, *, back: bool = False) -> RuleVersion:
    """Samira writes it and Koen approves it."""
    change = drafted(organisation, rule, back=back)
    rules.propose(change, by=organisation.samira)
    return rules.approve(change, change.digest, by=organisation.koen)


def test_a_second_officer_publishes_exactly_what_the_first_one_wrote(organisation: Organisation) -> None:
    rule = changed()
    version = published(organisation, rule)
    assert (version.rule, version.digest, version.version) == (rule, rule.digest(), 2)
    assert rule_in_force(CODE).version == 1
    assert rule_in_force(CODE, today() + TOMORROW) == version
    change = RuleChange.objects.get()
    assert (change.author, change.approver, change.state) == (organisation.samira, organisation.koen, "published")
    assert (change.shortens, change.works_ahead) == (True, False)
    grounds = (
        AccessEvent.objects.filter(ground__startswith="rule").order_by("occurred_at").values_list("ground", flat=True)
    )
    assert list(grounds) == [f"rule {CODE} v2 {step}" for step in ("drafted", "proposed", "published")]


def test_the_author_cannot_approve_and_the_database_agrees(organisation: Organisation) -> None:
    change = drafted(organisation, changed())
    rules.propose(change, by=organisation.samira)
    with pytest.raises(NotAllowed):
        rules.approve(change, change.digest, by=organisation.samira)
    with pytest.raises(IntegrityError, match="rule_approved_by_a_second_person"):
        RuleChange.objects.update(approver=organisation.samira)
    assert not RuleVersion.objects.filter(category=CODE, version=2).exists()
    assert AccessEvent.objects.filter(outcome="refused", actor_id=organisation.samira.pk).count() == 1


@pytest.mark.parametrize("who", ["fenna", "joost", "tineke", "pim"])
def test_only_officers_change_a_rule(who: str, organisation: Organisation) -> None:
    change = drafted(organisation, changed())
    by = getattr(organisation, who)
    for act in (
        lambda: rules.save(change.category, rules.Draft(changed(term="P1Y"), "x", retroactive=False), by=by),
        lambda: rules.propose(change, by=by),
        lambda: rules.approve(change, change.digest, by=by),
        lambda: rules.withdraw(change, by=by),
    ):
        with pytest.raises(NotAllowed):
            act()
    change.refresh_from_db()
    assert (change.state, change.rule.lines[0].term) == ("draft", Period("P15Y"))
    assert AccessEvent.objects.filter(outcome="refused", actor_id=by.pk).count() == 4


def test_no_change_is_proposed_without_its_reason(organisation: Organisation) -> None:
    change = drafted(organisation, changed(), reason="")
    with pytest.raises(NotAllowed):
        rules.propose(change, by=organisation.samira)
    with pytest.raises(IntegrityError, match="proposed_rule_has_its_reason"):
        RuleChange.objects.update(state="proposed")


def test_what_counts_back_is_said_or_does_not_happen(organisation: Organisation) -> None:
    change = drafted(organisation, changed(day=today()))
    with pytest.raises(NotAllowed):
        rules.propose(change, by=organisation.samira)
    rules.withdraw(change, by=organisation.samira)
    version = published(organisation, changed(day=today()), back=True)
    assert rule_in_force(CODE) == version
    assert version.change.retroactive


def test_an_approval_of_something_else_than_what_was_seen_is_refused(organisation: Organisation) -> None:
    change = drafted(organisation, changed())
    rules.propose(change, by=organisation.samira)
    seen = change.digest
    rules.take_back(change, by=organisation.koen)
    with pytest.raises(NotAllowed):
        rules.approve(change, seen, by=organisation.koen)
    again = drafted(organisation, changed(term="P1Y"))
    rules.propose(again, by=organisation.samira)
    with pytest.raises(NotAllowed):
        rules.approve(again, seen, by=organisation.koen)
    assert rules.approve(again, again.digest, by=organisation.koen).rule.lines[0].term == Period("P1Y")


def test_a_step_that_was_taken_already_is_not_taken_twice(organisation: Organisation) -> None:
    change = drafted(organisation, changed())
    rules.propose(change, by=organisation.samira)
    with pytest.raises(NotAllowed):
        rules.propose(change, by=organisation.samira)
    rules.approve(change, change.digest, by=organisation.koen)
    with pytest.raises(NotAllowed):
        rules.approve(change, change.digest, by=organisation.koen)
    assert RuleVersion.objects.filter(category=CODE).count() == 2


def test_a_category_has_one_open_change_and_versions_follow_each_other_in_time(organisation: Organisation) -> None:
    drafted(organisation, changed())
    drafted(organisation, changed(term="P30Y"))
    assert RuleChange.objects.get().rule.lines[0].term == Period("P30Y")
    assert not RuleChange.objects.get().shortens
    RuleChange.objects.all().delete()
    published(organisation, changed(day=today() + 9 * TOMORROW))
    with pytest.raises(NotAllowed):
        drafted(organisation, changed(day=today() + TOMORROW))


@pytest.mark.usefixtures("stores")
def test_nobody_changes_or_removes_a_published_version() -> None:
    for role in ("owner", "web", "worker", "sweep"):
        for change in ("UPDATE retention_ruleversion SET version = 9", "DELETE FROM retention_ruleversion"):
            with login(role) as connection, pytest.raises(errors.InsufficientPrivilege):  # type: ignore[arg-type] # a role by name
                connection.execute(change)


def test_a_change_that_counts_from_another_event_is_worked_out_ahead(organisation: Organisation) -> None:
    assert drafted(organisation, changed(trigger=Trigger.CLOSURE)).works_ahead
