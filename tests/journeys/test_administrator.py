"""A day of an administrator: a package from an older system is judged first, and then taken in by the worker."""

from pathlib import Path
from zipfile import ZipFile

import pytest
from playwright.sync_api import Page, expect

from tests.casefiles.intake.packages import Sketch
from tests.journeys.conftest import Entering, Product

pytestmark = [pytest.mark.browser, pytest.mark.real, pytest.mark.xdist_group("product")]

YEARS = [("nl", 2001), ("en", 2002)]
UNTIL_DONE = 60_000  # milliseconds


def package(folder: Path, year: int) -> Path:
    """A package of three dossiers, one of them with a BSN that cannot be."""
    sketch = Sketch()
    sketch.manifest["exported_on"] = "2020-01-01"
    for number in range(3):
        sketch.add_dossier(f"JE-{year}-0000{number}")
    sketch.tables["parties.csv"][-1]["bsn"] = "123456789"
    return sketch.write(folder)


def zipped(folder: Path, target: Path) -> Path:
    with ZipFile(target, "w") as archive:
        for file in sorted(each for each in folder.rglob("*") if each.is_file()):
            archive.write(file, file.relative_to(folder))
    return target


def shows(page: Page, numbers: list[str]) -> None:
    """Wait for the result: how many came in, were there already, and were refused."""
    expect(page.locator("#result")).to_be_visible(timeout=UNTIL_DONE)
    assert page.locator(".gv-stat__n").all_inner_texts() == numbers


@pytest.mark.parametrize(("language", "year"), YEARS)
def test_a_day_of_an_administrator(
    entering: Entering, product: Product, tmp_path: Path, language: str, year: int
) -> None:
    package(product.home / "intake" / f"old-{language}", year)
    upload = zipped(package(tmp_path / "package", year), tmp_path / "export.zip")
    with entering("beheer", language) as person:
        page = person.page
        page.click("#nav a[href='/import/']")
        page.click("form[action='/import/upload/'] button[type=submit]")
        expect(page.locator(".gv-errors")).to_be_focused()
        person.looks_at("import-errors")
        page.set_input_files("#id_package", upload)
        page.click("form[action='/import/upload/'] button[type=submit]")
        shows(page, ["2", "0", "1"])
        person.looks_at("import-checked")
        with page.expect_download() as download:
            page.click("a[href$='/problems.csv']")
        assert "123456789" not in Path(download.value.path()).read_text()
        page.click("form[action$='/start/'] button")
        page.goto("/import/")  # leaving the page stops nothing
        page.click("main tbody th a >> nth=0")
        shows(page, ["2", "0", "1"])
        person.looks_at("imported")
        page.goto("/import/")
        page.check(f"input[name=folder][value=old-{language}]")
        page.click("form[action='/import/pick/'] button[type=submit]")
        shows(page, ["0", "2", "1"])
        page.goto("/import/")
        person.looks_at("imports", menus=True)
        assert person.status_of("/dossiers/new/") == 403
        person.looks_at("refused")
