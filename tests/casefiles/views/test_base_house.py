"""The rules that hold for every page: closed, in the reader's language, and with nothing inline."""

import re
from typing import Any

import pytest
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver
from django.utils.translation import gettext_lazy

from casefiles import navigation, panels
from casefiles.models import Role
from casefiles.navigation import Item, Section
from tests.organisation import Organisation

# invitations and set-up carry a secret in their address
OPEN = {"/healthz", "/login/", "/language/", "/help/", "/quarantine/"}
PAGES = ["/login/", "/help/", "/session/", "/password/", "/nowhere/"]
INLINE = re.compile(r"<script(?![^>]*\bsrc=)|<style|\sstyle=|\son[a-z]+=|javascript:", re.IGNORECASE)


def addresses(patterns: list[URLPattern | URLResolver], before: str = "/") -> list[str]:
    found = []
    for pattern in patterns:
        if isinstance(pattern, URLResolver):
            found += addresses(pattern.url_patterns, before + str(pattern.pattern))
        else:
            found.append(before + str(pattern.pattern))
    return found


def plain_addresses() -> list[str]:
    return [address for address in addresses(get_resolver().url_patterns) if "<" not in address]


def test_every_address_is_closed_to_who_is_not_logged_in_unless_it_says_so(organisation: Organisation) -> None:
    client = Client()
    reached = {address for address in plain_addresses() if client.get(address).status_code not in {302, 404}}
    assert reached - {"/setup/"} == OPEN - {"/language/", "/quarantine/"}  # both answer a redirect
    for address in (
        set(plain_addresses()) - OPEN - {"/setup/", "/public/schedule/", "/loading/"}
    ):  # not published, nothing loads
        assert client.get(address).get("Location", "").startswith("/login/?next="), address


@pytest.mark.parametrize("address", PAGES)
def test_a_page_has_nothing_inline_and_a_policy_that_would_refuse_it(organisation: Organisation, address: str) -> None:
    for user in (None, organisation.fenna):
        client = Client()
        if user:
            client.force_login(user)
        answer = client.get(address, follow=True)
        assert not INLINE.findall(answer.content.decode()), address
        policy = answer["Content-Security-Policy"]
        assert "default-src 'none'" in policy
        assert "unsafe" not in policy


def test_a_page_about_people_stays_in_no_store(client: Client, organisation: Organisation) -> None:
    client.force_login(organisation.fenna)
    assert "no-store" in client.get("/session/")["Cache-Control"]


def test_pages_are_dutch_whatever_language_the_browser_asks(client: Client, organisation: Organisation) -> None:
    answer = client.get("/login/", headers={"Accept-Language": "en"})
    assert '<html lang="nl">' in answer.content.decode()
    assert answer["Content-Language"] == "nl"


def test_a_chosen_language_lasts_and_brings_back_to_the_page(client: Client, organisation: Organisation) -> None:
    client.force_login(organisation.fenna)
    answer = client.post("/language/", {"language": "en", "next": "/session/"})
    assert answer["Location"] == "/session/"
    assert '<html lang="en">' in client.get("/session/").content.decode()
    assert '<html lang="en">' in client.get("/help/").content.decode()


def test_the_language_switch_leads_to_no_other_house(client: Client, organisation: Organisation) -> None:
    answer = client.post("/language/", {"language": "en", "next": "https://elsewhere.example/"})
    assert answer["Location"] == "/"


def test_an_unknown_language_cookie_gives_dutch(client: Client, organisation: Organisation) -> None:
    client.cookies["django_language"] = "../../etc"
    assert '<html lang="nl">' in client.get("/login/").content.decode()


@pytest.fixture
def two_pages(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(navigation, "_items", [])
    everyone, administrators = navigation.EVERYONE, frozenset({Role.ADMINISTRATOR})
    label = gettext_lazy("Help")
    navigation.register(Item(Section.MANAGEMENT, label, "house", "casefiles:password", administrators))
    navigation.register(Item(Section.WORK, label, "search", "casefiles:help", everyone, count=lambda user: 7))
    navigation.register(Item(Section.WORK, label, "search", "casefiles:session", everyone))


def test_the_navigation_shows_a_role_only_what_it_may_use(organisation: Organisation, two_pages: None) -> None:
    of_fenna = [item.url_name for item in navigation.items_for(organisation.fenna)]
    of_koen = [item.url_name for item in navigation.items_for(organisation.koen)]
    assert of_fenna == ["casefiles:help", "casefiles:session"]
    assert of_koen == ["casefiles:help", "casefiles:session", "casefiles:password"]


def test_the_navigation_marks_the_page_that_is_open(
    client: Client, organisation: Organisation, two_pages: None
) -> None:
    client.force_login(organisation.fenna)
    page = client.get("/session/").content.decode()
    assert page.count('aria-current="page"') == 1
    assert '<a href="/session/" aria-current="page">' in page
    assert '<span class="gv-count">7</span>' in page


def test_the_first_page_is_the_first_of_the_roles_navigation(
    client: Client, organisation: Organisation, two_pages: None
) -> None:
    client.force_login(organisation.fenna)
    assert client.get("/")["Location"] == "/help/"


def test_a_role_without_pages_starts_at_its_own_account(
    client: Client, organisation: Organisation, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(navigation, "_items", [])
    client.force_login(organisation.pim)
    assert client.get("/")["Location"] == "/session/"


def test_registering_the_same_page_twice_shows_it_once(organisation: Organisation, two_pages: None) -> None:
    before = len(navigation.items_for(organisation.koen))
    navigation.register(navigation.items_for(organisation.koen)[0])
    assert len(navigation.items_for(organisation.koen)) == before


def test_a_panel_is_asked_once_for_all_subjects_of_a_page(
    organisation: Organisation, monkeypatch: pytest.MonkeyPatch, rf: Any
) -> None:
    asked: list[list[Any]] = []

    def context(request: Any, subjects: Any) -> dict[Any, Any]:
        asked.append(list(subjects))
        return {organisation.noord.pk: {"text": "noord"}}

    monkeypatch.setattr(panels, "_panels", panels._panels.copy())
    panels.register("test.row", "gv/logo.html", context)
    filled = panels.fill(rf.get("/"), "test.row", [organisation.noord, organisation.oost])
    assert asked == [[organisation.noord, organisation.oost]]
    assert filled.of(organisation.noord) == [("gv/logo.html", {"text": "noord"})]
    assert filled.of(organisation.oost) == []


def test_a_slot_that_nobody_fills_is_empty(organisation: Organisation, rf: Any) -> None:
    assert panels.fill(rf.get("/"), "no.such.slot", [organisation.noord]).of(organisation.noord) == []
