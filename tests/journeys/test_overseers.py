"""A day of those who read along: the data protection officer and the auditor see facts, and change nothing."""

import pytest
from playwright.sync_api import Page, expect

from tests.journeys.conftest import Entering
from tests.journeys.visit import LANGUAGES

pytestmark = [pytest.mark.browser, pytest.mark.real, pytest.mark.xdist_group("product")]

CHANGING = "main form[method=post]:not([action='/search/'])"


def closed_to(page: Page, dossier: str, chosen: str) -> dict[str, int]:
    """How the product answers to what these roles may not see or do."""
    addresses = {
        "/import/": "import", "/dossiers/new/": "new", f"{dossier}documents/": "documents",
        f"{dossier}people/": "people", f"{dossier}access/": "access", f"{dossier}bsn/": "bsn",
        f"{chosen}start/": "start", f"{chosen}conclude/": "conclude",
    }  # fmt: skip
    return {name: page.request.get(address).status for address, name in addresses.items()}


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("username", ["fg", "auditor"])
def test_a_day_of_somebody_who_reads_along(entering: Entering, username: str, language: str) -> None:
    with entering(username, language) as person:
        page = person.page
        person.looks_at("read-dossiers")
        page.click(".gv-table--dossiers tbody th a >> nth=0")
        expect(page.locator("#known")).to_be_visible()
        person.looks_at("read-dossier")
        dossier, reference = page.url.split("/dossiers/")[1], page.title().split(",")[0]
        page.fill("#search", reference)
        page.press("#search", "Enter")
        page.wait_for_url(f"**/dossiers/{dossier}")
        page.click("#nav a[href='/lists/']")
        page.click("main tbody tr:has-text('Team Oost') th a >> nth=0")
        person.looks_at("read-list")
        assert page.locator(f"{CHANGING} button, .gv-decide").count() == 0
        refused = closed_to(page, f"/dossiers/{dossier}", page.url)
        assert set(refused.values()) <= {403, 404}, refused
        page.click("#nav a[href='/receipts/']")
        page.click("main tbody th a >> nth=0")
        assert page.locator(".gv-verify--false").count() == 0
        person.looks_at("read-receipt")
        assert person.status_of("/import/") == 403
        person.looks_at("refused")
        assert person.status_of(f"/dossiers/{dossier}documents/") == 404
        person.looks_at("not-found")
