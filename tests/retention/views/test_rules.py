"""The rule pages: who sees them, what an officer types, and that nothing typed is lost."""

from datetime import timedelta
from typing import Any

import pytest
from django.urls import reverse

from retention import rules
from retention.models import Category, RuleChange, RuleVersion
from retention.schedule import Period, Trigger
from retention.timing import today
from tests.casework import signed_in
from tests.organisation import Organisation
from tests.retention.test_rules import CODE, changed, drafted

EMPTY = ("bound", "count", "citation", "unit", "trigger", "status", "confirmed")


def at(name: str, code: str = CODE) -> str:
    return reverse(f"retention:{name}", args=[code])


def typed(**values: Any) -> dict[str, Any]:
    """The editor's form as a browser sends it: the shipped line, and an empty one to add."""
    line = {"place": "0", "count": "20", "unit": "Y", "trigger": "last_substantive_change", "status": "statute"}
    line["bound"] = "term"
    lines = {f"line-0-{name}": value for name, value in line.items()}
    lines |= {"line-0-citation": "Jeugdwet art. 7.3.8 lid 3", "line-0-confirmed": "on"}
    management = {"line-TOTAL_FORMS": "2", "line-INITIAL_FORMS": "1"}
    empty = {"line-1-count": "", "line-1-citation": "", "line-1-unit": "Y", "line-1-trigger": "last_substantive_change"}
    empty |= {"line-1-status": "statute", "line-1-confirmed": "on", "line-1-bound": "term"}
    whole = {"combine": "latest_of", "action": "destroy", "rounding": "none", "citation": "", "reason": "De wet."}
    day = (today() + timedelta(days=30)).isoformat()
    return lines | management | empty | whole | {"valid_from": day} | values


def test_a_rule_goes_from_a_form_to_a_version_by_two_browsers(organisation: Organisation) -> None:
    organisation.keeps("JD-1996-0001")
    samira, koen = signed_in(organisation.samira), signed_in(organisation.koen)
    assert samira.post(at("rule-edit"), typed(**{"line-0-count": "30"})).status_code == 302
    page = samira.get(at("rule-edit")).content.decode()
    assert "<del>20 years from last substantive change</del>" in page
    assert "30 years from last substantive change</mark>" in page
    assert "Not a single dossier is destroyed earlier." in page
    assert samira.post(at("rule-step"), {"step": "propose"}).status_code == 302
    assert "Approve and publish" not in samira.get(at("rule")).content.decode()
    change = RuleChange.objects.get()
    assert samira.post(at("rule-step"), {"step": "approve", "digest": change.digest}).status_code == 409
    assert f'value="{change.digest}"' in koen.get(at("rule")).content.decode()
    assert koen.post(at("rule-step"), {"step": "approve", "digest": change.digest}).status_code == 302
    assert RuleVersion.objects.get(category=CODE, version=2).rule.lines[0].term == Period("P30Y")
    koen.post(at("rule-step"), {"step": "approve", "digest": change.digest})
    assert RuleVersion.objects.filter(category=CODE).count() == 2
    assert "Version 2 is published" in koen.get(at("rule")).content.decode()


def test_a_second_line_is_added_and_left_out_again(organisation: Organisation) -> None:
    samira = signed_in(organisation.samira)
    more = {
        "line-1-count": "19",
        "line-1-trigger": "birth",
        "line-1-citation": "Lijst 11.1.8",
        "line-1-confirmed": "on",
    }
    assert samira.post(at("rule-edit"), typed(combine="earliest_of", **more)).status_code == 302
    rule = RuleChange.objects.get().rule
    assert [line.trigger for line in rule.applied] == [Trigger.LAST_SUBSTANTIVE_CHANGE, Trigger.BIRTH]
    two = typed(**more) | {
        "line-INITIAL_FORMS": "2",
        "line-TOTAL_FORMS": "3",
        "line-1-place": "1",
        "line-1-DELETE": "on",
    }
    third = {f"line-2-{name}": typed()[f"line-1-{name}"] for name in EMPTY}
    assert samira.post(at("rule-edit"), two | third).status_code == 302
    assert [line.trigger for line in RuleChange.objects.get().rule.applied] == [Trigger.LAST_SUBSTANTIVE_CHANGE]


@pytest.mark.parametrize(
    "wrong",
    [
        {"line-0-count": ""},
        {"line-0-count": "0"},
        {"line-0-count": "-1"},
        {"line-0-citation": " "},
        {"line-0-trigger": "moon"},
        {"line-0-confirmed": ""},
        {"valid_from": "2026-02-30"},
        {"valid_from": "2020-01-01"},
        {"action": "burn"},
        {"action": "keep"},
    ],
)
def test_what_is_typed_wrong_is_said_and_kept(wrong: dict[str, str], organisation: Organisation) -> None:
    response = signed_in(organisation.samira).post(at("rule-edit"), typed(reason="Omdat het moet.", **wrong))
    assert response.status_code == 422
    page = response.content.decode()
    assert "Omdat het moet." in page
    assert "gv-fielderr" in page or "error" in page
    assert not RuleChange.objects.exists()


@pytest.mark.parametrize("who", ["fenna", "joost", "tineke", "pim"])
def test_who_is_no_officer_finds_no_editor_and_whose_role_has_no_part_finds_no_rule(
    who: str, organisation: Organisation
) -> None:
    drafted(organisation, changed())
    client = signed_in(getattr(organisation, who))
    assert client.get(at("rule-edit")).status_code == 404
    assert client.post(at("rule-edit"), typed()).status_code == 404
    assert client.post(at("rule-step"), {"step": "propose"}).status_code in (404, 409)
    assert client.get(at("rule")).status_code == (404 if who == "fenna" else 200)
    assert client.get(at("rule-dossiers")).status_code == (200 if who in ("tineke", "pim") else 404)
    assert client.get(at("rule", "onbekend")).status_code == 404
    assert RuleChange.objects.get().state == "draft"


def test_the_dossiers_concerned_are_shown_by_reference_alone(organisation: Organisation) -> None:
    organisation.keeps("JD-2010-0001", changed=today() - timedelta(days=365 * 16))
    drafted(organisation, changed(term="P15Y"))
    page = signed_in(organisation.samira).get(at("rule-dossiers") + "?show=newly_due").content.decode()
    assert "JD-2010-0001" in page
    assert "Luinenburg" not in page


def test_a_list_under_review_says_that_its_rule_ends(organisation: Organisation) -> None:
    organisation.keeps("JD-1996-0001")
    chosen = organisation.lists_due()
    change = drafted(organisation, changed(term="P40Y"))
    samira = signed_in(organisation.samira)
    assert f"List {chosen.name} loses 1 dossier." in samira.get(at("rule-edit")).content.decode()
    rules.propose(change, by=organisation.samira)
    rules.approve(change, change.digest, by=organisation.koen)
    page = samira.get(reverse("retention:list", args=[chosen.name])).content.decode()
    assert "Version 2 of this rule takes over on" in page
    assert Category.objects.get(code=CODE).rules.count() == 2
