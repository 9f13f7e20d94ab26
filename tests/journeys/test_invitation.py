"""A new colleague: invited by the administrator, let in by a one-time link that works once."""

import pytest
from playwright.sync_api import Browser, expect

from tests.journeys.conftest import Entering, Product
from tests.journeys.visit import LANGUAGES, Visit, visit

pytestmark = [pytest.mark.browser, pytest.mark.real, pytest.mark.xdist_group("product")]

CHOSEN = "een zelf bedachte lange zin"


def invites(person: Visit, username: str) -> str:
    """Invite a case worker of Team Noord; gives the link that is shown once."""
    page = person.page
    page.click("#nav a[href='/people/']")
    person.looks_at("colleagues", menus=True)
    page.click("main a[href='/people/invite/'] >> nth=0")
    page.click("main form button[type=submit]")
    expect(page.locator(".gv-errors")).to_be_focused()
    person.looks_at("invite-errors")
    page.fill("#id_name", "Sanne Nieuwkoop")
    page.fill("#id_username", username)
    page.select_option("#id_role", "case_worker")
    page.check("label:has-text('Team Noord') input")
    page.click("main form button[type=submit]")
    link = page.input_value("#link")
    person.looks_at("invitation-link")
    return link


@pytest.mark.parametrize("language", LANGUAGES)
def test_an_invited_colleague_chooses_a_password_and_works(
    entering: Entering, chromium: Browser, product: Product, language: str
) -> None:
    username = f"sanne-{language}"
    with entering("beheer", language) as person:
        link = invites(person, username)
        person.page.goto("/people/")
        expect(person.page.locator("main")).to_contain_text("Sanne Nieuwkoop")
    with visit(chromium, product.address, username, language) as colleague:
        page = colleague.page
        page.goto("/login/")
        page.click(f".gv-login .gv-language button[value={language}]")
        page.goto(link)
        page.fill("#id_password", "kort")
        page.click("main form button[type=submit]")
        expect(page.locator(".gv-errors")).to_be_focused()
        colleague.looks_at("choose-password-errors")
        page.fill("#id_password", CHOSEN)
        page.click("main form button[type=submit]")
        page.wait_for_load_state()
        assert colleague.status_of(link) == 404
        colleague.looks_at("link-ended")
        colleague.logs_in(CHOSEN)
        expect(page.locator("main h1")).to_be_visible()
        colleague.looks_at("no-dossiers-yet")
