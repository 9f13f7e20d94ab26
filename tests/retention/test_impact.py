"""A preview tells exactly what a change does: counted by the database, beside each dossier derived one by one."""

from datetime import date, timedelta

import pytest
from dateutil.relativedelta import relativedelta

from casefiles.models import Dossier
from retention import ahead, impact
from retention.gathering import facts_of
from retention.impact import Compared
from retention.models import Clock, RuleChange
from retention.schedule import Rule, Trigger, derive
from retention.timing import rule_in_force, today
from tests.organisation import Organisation
from tests.retention.test_rules import CODE, changed, drafted

DAYS = (date(1996, 3, 1), date(2004, 2, 29), date(2006, 12, 31), date(2010, 6, 15), date(2012, 8, 31), date(2020, 1, 1))


@pytest.fixture
def kept(organisation: Organisation) -> Organisation:
    """Six closed dossiers of long ago and not so long ago, one still open, and one list under review."""
    for number, day in enumerate(DAYS):
        organisation.keeps(f"JD-{day.year}-{number:04}", changed=day)
    organisation.opens("JD-2026-0001")
    organisation.opens("TD-2026-0001", kind="toegang")
    organisation.lists_due()
    return organisation


def one_by_one(rule: Rule) -> dict[str, date | None]:
    """Every dossier's last day, derived in Python from its facts."""
    found = Dossier.objects.filter(kind=CODE)
    return {each.reference: derive(rule, facts_of(each, rule)).due_on for each in found}


def check(change: RuleChange) -> impact.Impact:
    """The counts of a preview are those of all dossiers derived one by one."""
    before = rule_in_force(CODE).rule
    compared = Compared.of(change, before)
    told = impact.assess(compared)
    was, becomes = one_by_one(before), one_by_one(change.rule)
    day, soon = change.rule.valid_from, today() + relativedelta(months=12)
    assert told.total == len(was) == len(DAYS) + 1
    far = date.max
    assert told.earlier == sum((becomes[r] or far) < (was[r] or far) for r in was)
    assert told.later == sum((becomes[r] or far) > (was[r] or far) for r in was)
    assert told.past == tuple(sum((dates[r] or far) < day for r in was) for dates in (was, becomes))
    assert told.within_year == tuple(sum((dates[r] or far) < soon for r in was) for dates in (was, becomes))
    assert told.without_date == tuple(sum(dates[r] is None for r in was) for dates in (was, becomes))
    assert sum(now for _year, now, _then in told.years) == told.total - told.without_date[0]
    assert sum(then for _year, _now, then in told.years) == told.total - told.without_date[1]
    moved = {row.reference: (row.was, row.becomes) for row in impact.moved(compared, "changed", 0)}
    assert moved == {r: (was[r], becomes[r]) for r in was if was[r] != becomes[r]}
    for show, count in (("earlier", told.earlier), ("later", told.later), ("newly_due", told.newly_due)):
        assert len(impact.moved(compared, show, 0)) == count, show
    return told


@pytest.mark.parametrize("term", ["P1Y", "P15Y", "P20Y", "P21Y", "P40Y", "P42D", "P18Y6M"])
def test_a_changed_term_is_told_exactly(term: str, kept: Organisation) -> None:
    told = check(drafted(kept, changed(term=term)))
    (listed,) = told.lists
    assert listed.leaving + listed.staying == 2
    assert listed.leaving == {"P40Y": 2, "P21Y": 1 if today() < date(2025, 3, 1) else 0}.get(term, 0)


@pytest.mark.parametrize("trigger", [Trigger.CLOSURE, Trigger.BIRTH])
def test_a_changed_trigger_is_told_exactly_once_it_is_worked_out(trigger: Trigger, kept: Organisation) -> None:
    change = drafted(kept, changed(term="P5Y", trigger=trigger))
    assert impact.assess(Compared.of(change, rule_in_force(CODE).rule)).total == 0
    assert change.job
    ahead.work(change.job.pk)
    check(change)


def test_a_preview_writes_nothing_and_a_page_has_one_more_to_say_that_there_is_more(
    kept: Organisation, monkeypatch: pytest.MonkeyPatch
) -> None:
    change = drafted(kept, changed(term="P1Y"))
    before = list(Clock.objects.order_by("pk").values_list("pk", "state", "starts_on"))
    monkeypatch.setattr(impact, "PER_PAGE", 2)
    compared = Compared.of(change, rule_in_force(CODE).rule)
    pages = [impact.moved(compared, "changed", offset) for offset in (0, 2, 4, 6)]
    assert [len(page) for page in pages] == [3, 3, 3, 1]
    assert list(Clock.objects.order_by("pk").values_list("pk", "state", "starts_on")) == before
    assert timedelta(0) < (pages[0][0].was or date.min) - (pages[0][0].becomes or date.min)
