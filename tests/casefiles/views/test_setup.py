"""An installation without people leads every page to its set-up, which asks the code of the terminal and works once."""

import threading
from typing import Any

import pytest
from django.db import connections
from django.test import Client
from hypothesis import given
from hypothesis import strategies as st

from casefiles import setup
from casefiles.models import Invitation, Role, User
from casefiles.models import Organisation as Organisations
from tests.casefiles.views.test_people import link_in
from tests.organisation import PASSWORD, Organisation


def form(**changes: Any) -> dict[str, Any]:
    values = {
        "code": setup.code(),
        "organisation": "Jeugdhulp Duin",
        "name": "Koen Verbeek",
        "username": "koen",
        "password": PASSWORD,
        "second_name": "Lieke Smit",
        "second_username": "lieke",
    }
    return values | changes


@pytest.fixture
def browser(stores: None) -> Client:
    """A browser before anyone works here."""
    client = Client()
    client.cookies["django_language"] = "en"
    return client


def test_every_page_leads_to_the_set_up(browser: Client) -> None:
    for address in ("/", "/login/", "/dossiers/", "/people/", "/nowhere/", "/invitation/x/"):
        assert browser.get(address)["Location"] == "/setup/", address
    assert browser.get("/healthz?part=database").status_code == 200
    assert browser.get("/setup/").status_code == 200


def test_two_administrators_begin_and_the_page_is_gone(browser: Client) -> None:
    done = browser.post("/setup/", form())
    assert done.status_code == 200
    assert Organisations.objects.get().name == "Jeugdhulp Duin"
    assert set(User.objects.values_list("username", "role")) == {(n, Role.ADMINISTRATOR) for n in ("koen", "lieke")}
    assert browser.get("/setup/").status_code == 404
    assert browser.post("/setup/", form(username="dief", second_username="dief2")).status_code == 404
    assert browser.get("/dossiers/")["Location"].startswith("/login/")
    browser.post(link_in(done.content.decode()), {"password": PASSWORD})
    for username in ("koen", "lieke"):
        assert Client().login(username=username, password=PASSWORD)


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"code": "AAAA-AAAA-AAAA-AAAA"}, "This is not the set-up code."),
        ({"code": ""}, "Fill in the set-up code."),
        ({"organisation": ""}, "Fill in the name of the organisation."),
        ({"second_username": "koen"}, "The second administrator is another person."),
        ({"password": "kort"}, "12"),
        ({"second_name": ""}, "Fill in the name of the second administrator."),
    ],
)
def test_a_mistake_founds_nothing(browser: Client, changes: dict[str, str], words: str) -> None:
    answer = browser.post("/setup/", form(**changes))
    assert answer.status_code == 422
    assert words in answer.content.decode()
    assert PASSWORD not in answer.content.decode()
    assert not User.objects.exists()


def test_a_passer_by_cannot_try_codes_for_long(browser: Client, settings: Any) -> None:
    settings.LOGIN_FAILURES_OF_ADDRESS = 3
    answers = [browser.post("/setup/", form(code=str(number))).status_code for number in range(5)]
    assert answers == [422, 422, 422, 429, 429]


def test_of_two_who_send_it_at_once_one_is_first(stores: None) -> None:
    outcomes: list[str] = []
    start = threading.Barrier(2)

    def send(number: int) -> None:
        start.wait()
        try:
            setup.found(setup.Founding("Duin", "A", f"a{number}", PASSWORD, "B", f"b{number}"))
            outcomes.append("done")
        except setup.AlreadySetUp:
            outcomes.append("late")
        finally:
            connections.close_all()

    threads = [threading.Thread(target=send, args=(number,)) for number in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(outcomes) == ["done", "late"]
    assert (User.objects.count(), Invitation.objects.count()) == (2, 1)


def test_an_organisation_at_work_has_no_set_up(organisation: Organisation) -> None:
    assert Client().get("/setup/").status_code == 404
    assert Client().get("/login/").status_code == 200


@given(st.text(max_size=30))
def test_only_the_code_is_the_code(text: str) -> None:
    letters = "".join(c for c in text.upper() if c.isalnum())
    assert setup.is_code(text) == (letters == setup.code().replace("-", ""))


def test_the_code_may_be_typed_in_small_letters_and_without_hyphens() -> None:
    assert setup.is_code(f" {setup.code().lower().replace('-', ' ')} ")
