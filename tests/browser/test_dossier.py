"""The dossier page in a real browser: accessible, masked again in time, and useful with and without JavaScript."""

from pathlib import Path

import pytest
from playwright.sync_api import expect

from casefiles.models import Document, Dossier
from tests.browser.conftest import Opening, log_in
from tests.casework import BSN, address, noor, says
from tests.chromium import overflow, violations
from tests.organisation import Organisation

pytestmark = pytest.mark.browser

SIZES = [(1440, "nl"), (390, "en")]  # the journeys judge every page in each of the four
NAMES = (
    *("dossier", "documents", "parties", "add-party", "record-authority", "dossier-access"),
    *("close-dossier", "reopen-dossier", "reveal"),
)


def pages_of(dossier: Dossier, organisation: Organisation) -> list[str]:
    entry = says(dossier, organisation.fenna)
    more = [address(name, dossier, entry.pk) for name in ("change-entry", "entry-versions")]
    return [*(address(name, dossier) for name in NAMES), *more]


@pytest.mark.parametrize(("width", "language"), SIZES)
def test_axe_finds_nothing_on_the_pages_of_a_dossier(
    opening: Opening, organisation: Organisation, width: int, language: str
) -> None:
    dossier = noor(organisation)
    found: dict[str, list[str]] = {}
    with opening(width, language, bypass_csp=True) as page:
        log_in(page)
        for place in pages_of(dossier, organisation):
            page.goto(place)
            found[place] = violations(page)
        page.goto(address("dossier", dossier))
        page.click(".gv-why summary")
        page.click(".gv-compose button[type=submit]")
        found["errors"] = violations(page)
        page.click("#bsn a")
        found["dialog"] = violations(page)
    assert {place: what for place, what in found.items() if what} == {}


@pytest.mark.parametrize("width", [320, 390, 1440])
def test_no_page_of_a_dossier_is_wider_than_its_window(
    opening: Opening, organisation: Organisation, width: int
) -> None:
    dossier = noor(organisation)
    wide = {}
    with opening(width) as page:
        log_in(page)
        for place in pages_of(dossier, organisation):
            page.goto(place)
            wide[place] = overflow(page)
    assert {place: by for place, by in wide.items() if by > 0} == {}


def test_the_bsn_appears_in_its_place_and_goes_when_the_window_loses_the_focus(
    opening: Opening, organisation: Organisation
) -> None:
    dossier = noor(organisation)
    with opening() as page:
        log_in(page)
        page.goto(address("dossier", dossier))
        page.click("#bsn a")
        page.check("#reveal input[value=referral]")
        page.click("#reveal button[type=submit]")
        expect(page.locator("#bsn")).to_contain_text(BSN)
        expect(page.locator("#reveal")).not_to_be_visible()
        page.evaluate("window.dispatchEvent(new Event('blur'))")
        expect(page.locator("#bsn")).not_to_contain_text(BSN)
        assert BSN not in page.content()


def test_the_bsn_goes_by_itself_after_thirty_seconds(opening: Opening, organisation: Organisation) -> None:
    dossier = noor(organisation)
    with opening() as page:
        page.clock.install()
        log_in(page)
        page.goto(address("dossier", dossier))
        page.click("#bsn a")
        page.check("#reveal input[value=referral]")
        page.click("#reveal button[type=submit]")
        expect(page.locator("#bsn")).to_contain_text(BSN)
        page.clock.run_for(29_000)
        expect(page.locator("#bsn")).to_contain_text(BSN)
        page.clock.run_for(2_000)
        expect(page.locator("#bsn")).not_to_contain_text(BSN)


def test_files_come_in_one_by_one_and_each_says_how_it_went(
    opening: Opening, organisation: Organisation, tmp_path: Path
) -> None:
    dossier = noor(organisation)
    (tmp_path / "plan.pdf").write_bytes(b"%PDF" + b"x" * 3_000_000)
    (tmp_path / "leeg.txt").write_bytes(b"")
    with opening(language="en") as page:
        log_in(page)
        page.goto(address("documents", dossier))
        page.set_input_files("#id_documents", [tmp_path / "plan.pdf", tmp_path / "leeg.txt"])
        page.click("form[data-upload] button[type=submit]")
        lines = page.locator("[data-progress] li")
        expect(lines.nth(0)).to_contain_text("added")
        expect(lines.nth(1)).to_contain_text("This file is empty.")
    assert [d.facts.filename for d in Document.objects.filter(dossier=dossier, stored=True)] == ["plan.pdf"]


def test_without_javascript_people_write_upload_and_see_the_bsn(
    opening: Opening, organisation: Organisation, tmp_path: Path
) -> None:
    dossier = noor(organisation)
    (tmp_path / "brief.txt").write_bytes(b"een brief")
    with opening(390, "en", java_script_enabled=False) as page:
        log_in(page)
        page.goto(address("dossier", dossier))
        page.fill("#id_text", "Zonder script geschreven.")
        page.check("input[name=source][value=fact]")
        page.check("input[name=substantive][value=no]")
        page.click(".gv-compose button[type=submit]")
        expect(page.locator("#months")).to_contain_text("Zonder script geschreven.")
        page.click("#bsn a")
        page.check("input[value=request]")
        page.click("main button[type=submit]")
        expect(page.locator("main")).to_contain_text(BSN)
        page.goto(address("documents", dossier))
        page.set_input_files("#id_documents", tmp_path / "brief.txt")
        page.click("form[data-upload] button[type=submit]")
        expect(page.locator("table")).to_contain_text("brief.txt")
