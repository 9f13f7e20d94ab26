"""The first hour of an organisation: `up --empty`, the set-up page, a team, a case worker, a dossier. In two languages.

One set-up of one product: what comes before it is looked at in both languages, after it each person has their own.
"""

import signal
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from tests.journeys.conftest import LOADED_WITHIN
from tests.journeys.visit import LANGUAGES, Visit, visit
from tests.product import Up, environment_of_its_own, free_port

pytestmark = [pytest.mark.browser, pytest.mark.real, pytest.mark.xdist_group("product")]

PASSWORD = "een zelf bedachte lange zin"
CODE = "Set-up code: "


@pytest.fixture
def beginning(tmp_path: Path) -> Iterator[Up]:
    """A product in which nobody works yet."""
    own = {"DATA_DIR": str(tmp_path / "var"), "MIRROR_DIR": str(tmp_path / "mirror"), "EMBEDDED_FSYNC": "off"}
    up = Up(free_port(), environment_of_its_own(**own, LANGUAGE="en"), "--empty")
    try:
        up.wait_for("Ready", patience=LOADED_WITHIN)
        yield up
    finally:
        if up.process.poll() is None:
            up.ended(signal.SIGTERM)
    assert "Traceback" not in up.said, up.said


def sets_up(person: Visit, code: str) -> str:
    """Fill in the set-up page, first too little and then all of it; gives the second administrator's link."""
    page = person.page
    page.goto("/dossiers/")
    expect(page).to_have_url("/setup/")
    for language in LANGUAGES:
        page.click(f".gv-language button[value={language}]")
        page.click("main form button[type=submit]")
        expect(page.locator(".gv-errors")).to_be_focused()
        Visit(page, person.username, language, person.wrong).looks_at("set-up-errors")
    page.click(f".gv-language button[value={person.language}]")
    names = {"organisation": "Jeugdhulp Duin", "name": "Koen Verbeek", "username": "koen", "password": PASSWORD}
    filled = {"code": code, **names, "second_name": "Lieke Smit", "second_username": "lieke"}
    for name, value in filled.items():
        page.fill(f"#id_{name}", value)
    page.click("main form button[type=submit]")
    link = page.input_value("#link")
    person.looks_at("set-up-done")
    return link


def accepts(person: Visit, link: str) -> None:
    """Choose a password by a one-time link, and log in with it."""
    page = person.page
    page.goto("/login/")
    page.click(f".gv-language button[value={person.language}]")
    page.goto(link)
    page.fill("#id_password", PASSWORD)
    page.click("main form button[type=submit]")
    page.wait_for_url("**/login/**")
    person.logs_in(PASSWORD)


def makes_a_team_and_invites(person: Visit) -> str:
    """Make the first team and invite its first case worker; gives the link."""
    page = person.page
    page.goto("/people/")
    person.looks_at("people-of-a-new-organisation")
    page.goto("/teams/new/")
    page.fill("#id_name", "Team Duin")
    page.click("main form button[type=submit]")
    expect(page.locator("main")).to_contain_text("Team Duin")
    page.goto("/people/invite/")
    page.fill("#id_name", "Sanne Nieuwkoop")
    page.fill("#id_username", "sanne")
    page.select_option("#id_role", "case_worker")
    page.check("label:has-text('Team Duin') input")
    page.click("main form button[type=submit]")
    return page.input_value("#link")


def opens_the_first_dossier(person: Visit) -> None:
    page = person.page
    page.goto("/dossiers/")
    person.looks_at("no-dossiers-yet")
    page.goto("/dossiers/new/")
    page.select_option("#id_kind", "jeugdhulp")
    page.fill("#id_surname", "Eerste")
    page.fill("#id_birth_date", "2012-03-07")
    page.click("main form button[type=submit]")
    expect(page.locator(".gv-identity")).to_be_visible()
    person.looks_at("first-dossier")


def test_an_empty_installation_becomes_an_organisation_with_a_dossier(chromium: Browser, beginning: Up) -> None:
    address, code = f"http://127.0.0.1:{beginning.port}", beginning.said.split(CODE)[1].split()[0]
    with visit(chromium, address, "koen", "nl") as first:
        link = sets_up(first, code)
        assert first.status_of("/setup/") == 404
        first.logs_in(PASSWORD)
        first.looks_at("first-login")
    with visit(chromium, address, "lieke", "en") as second:
        accepts(second, link)
        link = makes_a_team_and_invites(second)
    with visit(chromium, address, "sanne", "en") as worker:
        accepts(worker, link)
        opens_the_first_dossier(worker)
