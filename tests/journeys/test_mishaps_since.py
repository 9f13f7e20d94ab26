"""What goes wrong with holds, requests, emergencies, rules and selections: wrong inputs, double clicks, two tabs."""

import sys
from datetime import timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from tests.journeys.conftest import Entering
from tests.journeys.test_mishaps import sends
from tests.journeys.visit import Visit

pytestmark = [pytest.mark.browser, pytest.mark.real, pytest.mark.xdist_group("product")]

FORM = "Object.fromEntries(new FormData(document.querySelector('main form')))"
EVIDENCE = "brief van de klachtencommissie"


def errors(page: Page) -> str:
    return page.locator(".gv-errors").inner_text().replace("\n", " ")


def typed_by_a_worker(page: Page) -> dict[str, tuple[int, str]]:
    """Do wrong what a case worker can; what was typed stays where it was."""
    got = {}
    page.goto("/holds/new/")
    page.fill("#id_evidence", EVIDENCE)
    page.fill("#id_references", "JD-0000-0000")
    got["a hold without reason on a dossier that is not there"] = (sends(page, "main form"), errors(page))
    assert page.input_value("#id_evidence") == EVIDENCE
    page.goto("/requests/new/")
    page.fill("#id_requester", "Mevrouw Onbekend")
    got["a request without kind, law or day"] = (sends(page, "main form"), errors(page))
    assert page.input_value("#id_requester") == "Mevrouw Onbekend"
    page.goto("/emergency/")
    got["an emergency without a number"] = (sends(page, "main form"), errors(page))
    page.goto("/dossiers/")
    page.fill("#within", "niemand 31-02-2012")
    got["a search in the list for nobody"] = (sends(page, "main form"), page.locator("main h1").inner_text())
    answer = page.goto("/dossiers/selected/access/?dossier=nonsense")
    assert answer
    got["access to nothing"] = (answer.status, page.locator(".gv-messages").inner_text())
    return got


def typed_by_an_officer(page: Page) -> dict[str, tuple[int, str]]:
    got = {}
    page.goto("/rules/klacht/edit/")
    page.fill("#id_line-0-citation", "")
    page.fill("#id_line-0-count", "")
    page.fill("#id_reason", "Een reden die blijft staan")
    got["a rule without a term or a ground"] = (sends(page, "main form"), errors(page))
    assert page.input_value("#id_reason") == "Een reden die blijft staan"
    return got


def test_wrong_inputs_on_the_later_pages_get_an_answer_that_helps(entering: Entering) -> None:
    with entering("worker5", "en") as person:
        got = typed_by_a_worker(person.page)
    with entering("privacy", "en") as person:
        got |= typed_by_an_officer(person.page)
    for name, (status, words) in got.items():
        sys.stdout.write(f"{name:54} {status} {words[:120]}\n")  # shown by pytest -rP
    assert [name for name, (status, words) in got.items() if status not in (200, 422) or len(words) < 8] == []


def reference_of(person: Visit, team: str) -> str:
    """A dossier of a team, as somebody who works on metadata reads it."""
    person.page.goto("/dossiers/?status=open")
    person.page.select_option("select[name=team]", label=team)
    expect(person.page.locator(".gv-chip--link >> nth=1")).to_contain_text(team)
    return person.page.locator(".gv-table--dossiers tbody th a >> nth=0").inner_text()


def fills_a_hold(page: Page, reference: str) -> None:
    page.goto("/holds/new/")
    page.select_option("#id_reason", "complaint")
    page.fill("#id_references", reference)
    page.fill("#id_evidence", EVIDENCE)
    page.fill("#id_review_on", (timezone.localdate() + timedelta(days=200)).isoformat())
    page.click("main form button[value=preview]")
    page.wait_for_selector("button[value=place]")


def numbered(page: Page, address: str, row: str) -> int:
    page.goto(address)
    return page.locator(f"main tbody tr:has-text('{row}')").count()


def test_a_double_click_and_the_back_button_place_one_hold(entering: Entering) -> None:
    with entering("worker5", "nl") as person:
        page = person.page
        before = numbered(page, "/holds/", "Klacht")
        page.goto("/dossiers/?part=lead&status=open")
        reference = page.locator(".gv-table--dossiers .gv-cellsub >> nth=0").inner_text().split(" · ")[0]
        fills_a_hold(page, reference)
        form = page.evaluate("Object.fromEntries(new FormData(document.querySelector('main form')))") | {
            "then": "place"
        }
        page.dblclick("button[value=place]")
        page.wait_for_url("**/holds/*/")
        page.wait_for_load_state("networkidle")  # the second click's answer leads here too
        again = page.request.post("/holds/new/", form=form, headers={"Referer": page.url})  # Back, and sent again
        assert again.ok
        assert numbered(page, "/holds/", "Klacht") == before + 1


def test_an_emergency_that_is_asked_twice_and_in_two_tabs_is_one(entering: Entering) -> None:
    with entering("privacy", "nl") as officer:
        reference = reference_of(officer, "Team Specialistisch")
    with entering("worker3", "nl") as person:
        first, second = person.page, person.page.context.new_page()
        for page in (first, second):
            page.goto("/emergency/")
            page.fill("#id_reference", reference)
            page.click("main form button[type=submit]")
            page.check("input[name=reason] >> nth=0", force=True)
            page.fill("#id_text", "Een ouder dreigt, en de regievoerder neemt niet op.")
        first.dblclick(".gv-card button:has-text('openen')")
        expect(first.locator(".gv-identity")).to_be_visible()
        second.click(".gv-card button:has-text('openen')")
        second.wait_for_load_state()
        assert second.locator("main h1").inner_text()
        assert numbered(first, "/emergency/", reference) == 1


def test_a_draft_of_a_rule_that_another_tab_gave_up_does_no_harm(entering: Entering) -> None:
    with entering("privacy", "nl") as person:
        first = person.page
        first.goto("/rules/klacht/edit/")
        first.fill("#id_line-0-count", "7")
        first.fill("#id_reason", "Nieuwe selectielijst")
        assert sends(first, "main form") == 302
        second = first.context.new_page()
        second.goto(first.url)
        first.click("button[value=withdraw]")
        first.wait_for_load_state()
        second.click("button[value=propose]")
        second.wait_for_load_state()
        assert second.url.endswith("/rules/klacht/")
        expect(second.locator("main h1")).to_be_visible()
        Visit(second, "privacy", "nl", person.wrong).looks_at("rule-given-up")


def test_a_selection_sent_from_two_tabs_gives_access_once(entering: Entering) -> None:
    with entering("worker6", "nl") as person:
        page = person.page
        page.goto("/dossiers/?part=lead&status=open")
        for number in (0, 1):
            page.locator(".gv-table--dossiers tbody input[type=checkbox]").nth(number).check()
        expect(page.locator(".gv-bulk")).to_contain_text("2 geselecteerd")
        person.looks_at("list-selection")
        page.click(".gv-bulk button[formaction*='access']")
        expect(page.locator("main tbody tr")).to_have_count(2)
        person.looks_at("give-access-to-many")
        assert sends(page, "main form") == 422
        assert len(errors(page)) > 8
        second = page.context.new_page()
        second.goto(page.url)
        for tab in (page, second):
            tab.select_option("#id_to", index=1)
            tab.check("input[name=reason] >> nth=0", force=True)
            assert sends(tab, "main form") == 302
            expect(tab.locator(".gv-messages")).to_contain_text("2 dossiers")
        page.goto("/dossiers/?part=lead&status=open")
        with page.expect_download() as download:
            page.locator(".gv-table--dossiers tbody input[type=checkbox]").nth(0).check()
            page.click(".gv-bulk button:not([formaction])[type=submit]")
        assert download.value.suggested_filename.endswith(".csv")
