"""A working day without a mouse: every control is reached by Tab, and where one stands can be seen."""

from datetime import timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import Browser, Page, expect

from tests.journeys.conftest import Product
from tests.journeys.visit import LANGUAGES, visit

pytestmark = [pytest.mark.browser, pytest.mark.real, pytest.mark.xdist_group("product")]

MOST_STOPS = 120
FOCUS_IS_SEEN = """() => {
  const seen = part => { const style = getComputedStyle(part);
    return style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) > 0 || style.boxShadow !== 'none'; };
  const part = document.activeElement;
  return [part, part.nextElementSibling, part.parentElement].some(one => one && seen(one));
}"""


def reach(page: Page, selector: str) -> None:
    """Press Tab until the control has the focus; the focus is seen at every stop."""
    for _stop in range(MOST_STOPS):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement === document.body"):
            continue  # from the last control Tab goes to the browser's own, and back to the first
        assert page.evaluate(FOCUS_IS_SEEN), page.evaluate("document.activeElement.outerHTML.slice(0, 200)")
        if page.evaluate("selector => document.activeElement.matches(selector)", selector):
            return
    pytest.fail(f"Tab never reaches {selector}")


def enter(page: Page) -> None:
    """Press Enter, and wait for the page that it leads to."""
    with page.expect_navigation():
        page.keyboard.press("Enter")


@pytest.mark.parametrize("language", LANGUAGES)
def test_somebody_without_a_mouse_logs_in_writes_an_entry_and_logs_out(
    chromium: Browser, product: Product, language: str
) -> None:
    with visit(chromium, product.address, "worker7", language) as person:
        page = person.page
        page.goto("/login/")
        reach(page, f".gv-language button[value={language}]")
        enter(page)
        reach(page, "#id_username")
        page.keyboard.type("worker7")
        reach(page, "#id_password")
        page.keyboard.type(product.password)
        enter(page)
        reach(page, "nav.gv-tabs a[href*='open']")
        enter(page)
        reach(page, ".gv-table--dossiers tbody a")
        reference = page.evaluate("document.activeElement.parentElement.innerText").split("\n")[-1].split(" · ")[0]
        page.keyboard.press("/")
        expect(page.locator("#search")).to_be_focused()
        page.keyboard.type(reference)
        enter(page)
        reach(page, "#id_text")
        page.keyboard.type(f"Geschreven zonder muis ({language}).")
        reach(page, "input[name=source]")
        page.keyboard.press("Space")
        reach(page, "input[name=substantive]")
        page.keyboard.press("ArrowRight")
        reach(page, ".gv-compose button[type=submit]")
        enter(page)
        expect(page.locator("#months")).to_contain_text(f"Geschreven zonder muis ({language}).")
        reach(page, "header details.gv-menu > summary")
        page.keyboard.press("Enter")
        reach(page, "header form[action='/logout/'] button")
        enter(page)
        expect(page.locator("#id_username")).to_be_visible()


def test_somebody_without_a_mouse_selects_a_dossier_and_places_a_hold(chromium: Browser, product: Product) -> None:
    with visit(chromium, product.address, "worker7", "en") as person:
        person.logs_in(product.password)
        page = person.page
        page.goto("/dossiers/?part=lead&status=open")
        reach(page, ".gv-table--dossiers tbody input[type=checkbox]")
        page.keyboard.press("Space")
        reach(page, ".gv-bulk button[formaction*=hand-over]")
        enter(page)
        reference = page.locator("main tbody th span >> nth=0").inner_text()
        reach(page, "#nav a[href='/holds/']")
        enter(page)
        reach(page, "main a[href='/holds/new/']")
        enter(page)
        reach(page, "#id_reason")
        page.keyboard.type("complaint")
        reach(page, "#id_references")
        page.keyboard.type(reference)
        reach(page, "#id_review_on")
        page.keyboard.type((timezone.localdate() + timedelta(days=200)).strftime("%m%d%Y"))
        reach(page, "button[value=preview]")
        enter(page)
        expect(page.locator("#preview")).to_be_focused()
        reach(page, "button[value=place]")
        enter(page)
        expect(page.locator("main")).to_contain_text(reference)
