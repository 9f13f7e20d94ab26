"""A destruction list goes through three people (lead, privacy officer, administrator) to its receipts."""

from datetime import date, timedelta
from pathlib import Path
from zipfile import ZipFile

import pytest
from playwright.sync_api import expect

from tests.journeys.conftest import Entering, Product
from tests.journeys.visit import Visit

pytestmark = [pytest.mark.browser, pytest.mark.real, pytest.mark.xdist_group("product")]

LEADS = [("nl", "lead-zuid", "Team Zuid"), ("en", "lead-specialistisch", "Team Specialistisch")]
UNTIL_DONE = 60_000  # milliseconds


def it_is_really_them(person: Visit, password: str) -> None:
    """Give the password again; what was decided goes along."""
    person.looks_at("password-again")
    person.page.fill("#id_password_again", password)
    person.page.click("main form button[type=submit]")


def the_lead_decides(person: Visit, name: str, password: str) -> None:
    page = person.page
    page.click("#nav a[href='/lists/']")
    person.looks_at("lists", menus=True)
    page.click(f"main a[href='/lists/{name}/']")
    page.check(".gv-decide input[value=exempt] >> nth=0", force=True)
    page.click("button[name=then][value=save]")
    expect(page.locator(".gv-errors")).to_be_focused()
    person.looks_at("first-approval-errors")
    for agree in page.locator(".gv-decide input[value=agree]").all():
        agree.check(force=True)
    page.click("button[name=then][value=save]")
    it_is_really_them(person, password)
    expect(page.locator(".gv-messages")).to_be_visible()
    person.looks_at("first-approval-given")
    assert person.status_of(f"/lists/{name}/start/") == 404


def the_officer_exempts_one(person: Visit, name: str) -> None:
    page = person.page
    page.goto(f"/lists/{name}/")
    person.looks_at("second-approval")
    page.click("main tbody th a >> nth=0")
    person.looks_at("list-item")
    page.select_option("#id_reason", index=1)
    page.fill("#id_review_on", (date.today() + timedelta(days=365)).isoformat())  # noqa: DTZ011 - the person's own day
    page.click("main form button[type=submit]")
    expect(page.locator(".gv-messages")).to_be_visible()


def the_officer_approves(person: Visit, name: str, password: str) -> None:
    page = person.page
    for row in page.locator("fieldset.gv-decide").all():
        if not row.locator("input[value=exempt]").is_checked():
            row.locator("input[value=agree]").check(force=True)
    page.click("button[name=then][value=conclude]")
    it_is_really_them(person, password)
    page.wait_for_url("**/conclude/")
    person.looks_at("second-approval-asked")
    page.click("main form button[type=submit]")
    page.wait_for_url(f"**/lists/{name}/")
    person.looks_at("cooling-off")


def the_administrator_starts(person: Visit, name: str, password: str) -> None:
    page = person.page
    page.goto(f"/lists/{name}/")
    page.click(f"main a[href='/lists/{name}/start/']")
    page.fill("#id_name", "VL-1900-001")
    page.click("main form button[type=submit]")
    expect(page.locator(".gv-errors")).to_be_focused()
    person.looks_at("start-errors")
    page.fill("#id_name", name)
    page.click("main form button[type=submit]")
    it_is_really_them(person, password)
    page.wait_for_url(f"**/lists/{name}/")
    person.looks_at("execution")


def it_ends_with_receipts(person: Visit, destroyed: int) -> None:
    page = person.page
    receipts = page.locator("main a[href^='/receipts/']:not([href*='?'])")
    expect(receipts).to_have_count(destroyed, timeout=UNTIL_DONE)
    expect(page.locator("#job[hx-get]")).to_have_count(0, timeout=UNTIL_DONE)
    person.looks_at("executed")
    receipts.first.click()
    expect(page.locator(".gv-verify")).to_be_visible()
    assert page.locator(".gv-verify--false").count() == 0
    person.looks_at("receipt", menus=True)
    with page.expect_download() as download:
        page.click("a[href$='/bundle.zip']")
    with ZipFile(Path(download.value.path())) as bundle:
        assert {"receipt.json", "VERIFY.txt"} <= {Path(each).name for each in bundle.namelist()}
    page.click("#nav a[href='/receipts/']")
    person.looks_at("receipts")


@pytest.mark.parametrize(("language", "lead", "team"), LEADS)
def test_a_list_goes_from_the_lead_to_its_receipts(
    entering: Entering, product: Product, language: str, lead: str, team: str
) -> None:
    chosen = product.lists_of(team)[0]
    name, dossiers = chosen["list"], chosen["dossiers"]
    assert dossiers > 1
    with entering(lead, language) as person:
        the_lead_decides(person, name, product.password)
    with entering("privacy", language) as person:
        the_officer_exempts_one(person, name)
        the_officer_approves(person, name, product.password)
    with entering("beheer", language) as person:
        the_administrator_starts(person, name, product.password)
        it_ends_with_receipts(person, dossiers - 1)
