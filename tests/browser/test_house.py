"""The base in a real browser: accessible at every width, nothing blocked, useful without JavaScript, nothing lost."""

from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Opening, log_in
from tests.chromium import overflow, violations
from tests.organisation import PASSWORD

pytestmark = pytest.mark.browser

SIZES = [(1440, "nl"), (390, "en")]  # the journeys judge every page in each of the four
PAGES = ["/session/", "/password/", "/help/", "/nowhere/"]


@pytest.mark.parametrize(("width", "language"), SIZES)
def test_axe_finds_nothing_on_the_pages_of_the_house(opening: Opening, width: int, language: str) -> None:
    found: dict[str, list[str]] = {}
    with opening(width, language, bypass_csp=True) as page:
        for address in ("/login/", "/help/", "/nowhere/"):
            page.goto(address)
            found[f"visitor {address}"] = violations(page)
        page.goto("/login/")
        page.fill("#id_username", "fenna")
        page.click("main form button[type=submit]")
        found["login refused"] = violations(page)
        log_in(page)
        for address in PAGES:
            page.goto(address)
            found[address] = violations(page)
        page.click("details.gv-menu > summary")
        found["menu open"] = violations(page)
        page.goto("/password/")
        page.click("main form button[type=submit]")
        found["errors"] = violations(page)
        page.evaluate("document.getElementById('session-warning').showModal()")
        found["session warning"] = violations(page)
    assert {place: what for place, what in found.items() if what} == {}


@pytest.mark.parametrize("width", [320, 390, 768, 1024, 1440])
def test_no_page_is_wider_than_its_window(opening: Opening, width: int) -> None:
    with opening(width) as page:
        page.goto("/login/")
        wide = {"/login/": overflow(page)}
        log_in(page)
        for address in PAGES:
            page.goto(address)
            wide[address] = overflow(page)
    assert {address: by for address, by in wide.items() if by > 0} == {}


def test_the_policy_blocks_nothing_that_our_pages_need(opening: Opening) -> None:
    said: list[str] = []
    with opening() as page:
        page.on("console", lambda message: said.append(message.text) if message.type == "error" else None)
        page.on("pageerror", lambda error: said.append(str(error)))
        log_in(page)
        for address in ("/session/", "/password/", "/help/"):
            page.goto(address)
        fonts = page.evaluate("document.fonts.ready.then(() => [...document.fonts].map(f => f.status))")
    assert said == []
    assert fonts
    assert set(fonts) == {"loaded"}


def test_the_house_works_without_javascript(opening: Opening) -> None:
    with opening(390, java_script_enabled=False) as page:
        log_in(page)
        page.goto("/session/")
        page.click("details.gv-menu > summary")
        page.locator(".gv-menu__panel button[value=en]").click()
        assert page.locator("html").get_attribute("lang") == "en"
        page.click("[data-nav]")
        expect(page.locator("#nav")).to_be_visible()
        page.click("details.gv-menu > summary")
        page.locator(".gv-menu__panel form[action='/logout/'] button").click()
        expect(page.locator("#id_username")).to_be_visible()


def test_the_keyboard_reaches_the_content_first_and_escape_closes_the_menu(opening: Opening) -> None:
    with opening() as page:
        log_in(page)
        page.goto("/session/")
        page.keyboard.press("Tab")
        page.keyboard.press("Enter")
        assert page.evaluate("document.activeElement.id") == "main"
        page.focus("details.gv-menu > summary")
        page.keyboard.press("Enter")
        expect(page.locator(".gv-menu__panel")).to_be_visible()
        page.keyboard.press("Escape")
        expect(page.locator(".gv-menu__panel")).to_be_hidden()
        assert page.evaluate("document.activeElement.tagName") == "SUMMARY"


def test_errors_take_the_focus_and_lead_to_their_field(opening: Opening) -> None:
    with opening() as page:
        log_in(page)
        page.goto("/password/")
        page.click("main form button[type=submit]")
        assert page.evaluate("document.activeElement.className").startswith("gv-errors")
        page.click(".gv-errors a >> nth=0")
        assert page.evaluate("document.activeElement.id") == "id_old"


def test_a_double_click_sends_a_form_once(opening: Opening) -> None:
    sent: list[str] = []
    with opening() as page:
        log_in(page)
        page.goto("/session/")
        page.on("request", lambda request: sent.append(request.url) if request.method == "POST" else None)
        page.dblclick("form[action='/session/shortcuts/'] button")
        page.wait_for_load_state()
        page.wait_for_timeout(300)
    assert len(sent) == 1


@pytest.fixture
def short_sessions(settings: Any) -> None:
    settings.SESSION_COOKIE_AGE = 5
    settings.SESSION_WARNING_SECONDS = 3


def typing(page: Page) -> None:
    log_in(page)
    page.goto("/password/")
    page.fill("#id_old", PASSWORD)
    page.fill("#id_new", "wat ik net bedacht had")


def test_who_stopped_working_is_warned_and_can_stay(opening: Opening, short_sessions: None) -> None:
    with opening() as page:
        typing(page)
        stay = page.locator("[data-session-stay]")
        expect(stay).to_be_visible(timeout=8000)
        stay.click()
        expect(stay).to_be_hidden()
        assert page.input_value("#id_new") == "wat ik net bedacht had"
        page.click("main form button[type=submit]")
        expect(page.locator(".gv-messages")).to_be_visible()


def test_what_was_typed_survives_the_end_of_the_session(opening: Opening, short_sessions: None, settings: Any) -> None:
    with opening() as page:
        typing(page)
        back = page.locator("[data-session-back]")
        expect(back).to_be_visible(timeout=12000)
        back.click()
        expect(page.locator("[data-session-problem]")).to_be_visible()
        settings.SESSION_COOKIE_AGE = 600
        other = page.context.new_page()
        log_in(other)
        back.click()
        expect(back).to_be_hidden()
        assert page.input_value("#id_new") == "wat ik net bedacht had"
        page.click("main form button[type=submit]")
        expect(page.locator(".gv-messages")).to_be_visible()
        assert "bedacht" not in page.evaluate("JSON.stringify({...localStorage, ...sessionStorage})")
