"""A day of a case worker: find the dossier, write what happened, see what it does to the clock, close, reopen."""

from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.journeys.conftest import Entering
from tests.journeys.visit import Visit

pytestmark = [pytest.mark.browser, pytest.mark.real, pytest.mark.xdist_group("product")]

# A worker per language: what one writes must not stand in the way of the other.
WORKERS = [("nl", "worker1"), ("en", "worker3")]
CHANGED_LONG_AGO = "?status=open&kind=jeugdhulp&sort=change"


def opens_a_dossier(person: Visit) -> None:
    """Filter the list, and open the dossier that was changed longest ago and that this person leads."""
    page = person.page
    page.click("#nav a[href='/dossiers/']")
    person.looks_at("dossiers", menus=True)
    page.select_option("#id_status", "open")
    page.wait_for_url("**/dossiers/?*status=open*")
    page.select_option("#id_kind", "jeugdhulp")
    page.wait_for_url("**/dossiers/?*kind=jeugdhulp*")
    person.looks_at("dossiers-filtered", menus=True)
    page.goto(f"/dossiers/{CHANGED_LONG_AGO}")
    for link in [row.get_attribute("href") for row in page.locator(".gv-table--dossiers tbody th a").all()]:
        page.goto(str(link))
        if page.locator("a[href$='/close/']").count():
            return
    pytest.fail("this person leads no open dossier")


def clock(person: Visit) -> str:
    return person.page.locator(".gv-clock__big").inner_text()


def writes_an_entry(person: Visit) -> None:
    page = person.page
    page.click(".gv-compose button[type=submit]")
    expect(page.locator(".gv-errors")).to_be_focused()
    person.looks_at("entry-errors")
    page.fill("#id_text", "Huisbezoek: het gaat beter op school, de afspraken zijn nagelopen.")
    page.check("input[name=source][value=fact]", force=True)
    page.check("input[name=substantive][value=yes]", force=True)
    page.click(".gv-compose button[type=submit]")
    expect(page.locator(".gv-messages")).to_be_visible()
    expect(page.locator("#months")).to_contain_text("de afspraken zijn nagelopen")


def uploads_a_document(person: Visit, folder: Path) -> None:
    page = person.page
    plan = folder / "plan van aanpak.txt"
    plan.write_text("Samen afgesproken.")
    page.click("nav.gv-tabs a[href$='/documents/']")
    person.looks_at("documents")
    page.set_input_files("#id_documents", plan)
    page.click("form[data-upload] button[type=submit]")
    expect(page.locator("table")).to_contain_text("plan van aanpak.txt")
    with page.expect_download() as download:
        page.click("table a >> nth=0")
    assert Path(download.value.path()).read_text() == "Samen afgesproken."


def closes_with_the_checklist(person: Visit) -> None:
    page = person.page
    page.click("a[href$='/close/']")
    page.check("input[name=confirmed] >> nth=0")
    page.click("main form button[type=submit]")
    expect(page.locator(".gv-errors")).to_be_focused()
    assert page.locator("input[name=confirmed]:checked").count() == 1
    person.looks_at("close-errors")
    for box in page.locator("input[name=confirmed]").all():
        box.check()
    page.click("main form button[type=submit]")
    expect(page.locator("a[href$='/reopen/']")).to_be_visible()
    person.looks_at("dossier-closed")
    assert page.locator("#id_text").count() == 0


def reopens_with_a_reason(person: Visit) -> None:
    page = person.page
    page.click("a[href$='/reopen/']")
    person.looks_at("reopen")
    page.check("input[name=reason][value=new_question]")
    page.click("main form button[type=submit]")
    expect(page.locator("#id_text")).to_be_visible()


@pytest.mark.parametrize(("language", "username"), WORKERS)
def test_a_day_of_a_case_worker(entering: Entering, tmp_path: Path, language: str, username: str) -> None:
    with entering(username, language) as person:
        opens_a_dossier(person)
        before = clock(person)
        person.looks_at("dossier", menus=True)
        writes_an_entry(person)
        assert clock(person) != before
        uploads_a_document(person, tmp_path)
        closes_with_the_checklist(person)
        reopens_with_a_reason(person)
        for part in ("people", "access"):
            person.page.click(f"nav.gv-tabs a[href$='/{part}/']")
            person.looks_at(part)
        person.logs_out()


@pytest.mark.parametrize(("language", "username"), WORKERS)
def test_a_case_worker_opens_a_dossier_and_finds_it_again(entering: Entering, language: str, username: str) -> None:
    surname = f"Zevenhuizen-{language}"
    with entering(username, language) as person:
        page = person.page
        page.goto("/dossiers/new/")
        page.fill("#id_surname", surname)
        page.fill("#id_bsn", "123456789")
        page.click("main form button[type=submit]")
        expect(page.locator(".gv-errors")).to_be_focused()
        assert page.input_value("#id_surname") == surname
        person.looks_at("new-dossier-errors")
        page.select_option("#id_kind", "jeugdhulp")
        page.fill("#id_bsn", "999900006")
        page.fill("#id_birth_date", "2012-03-07")
        page.click("main form button[type=submit]")
        expect(page.locator(".gv-identity")).to_be_visible()
        page.click("#bsn a")
        person.looks_at("reveal-dialog")
        page.check("#reveal input[value=referral]")
        page.click("#reveal button[type=submit]")
        expect(page.locator("#bsn")).to_contain_text("999900006")
        page.fill("#search", surname)
        page.press("#search", "Enter")
        expect(page.locator(".gv-table--dossiers tbody tr")).to_have_count(1)
        person.looks_at("search-results")
        page.fill("#search", "niemand heet zo")
        page.press("#search", "Enter")
        expect(page.locator("#again")).to_be_visible()
        person.looks_at("nothing-found")
        assert surname not in page.url
