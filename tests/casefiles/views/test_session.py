"""One's own session and password: how long it lasts, and that others of it can be ended."""

from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from tests.organisation import PASSWORD, Organisation

NEW = "een heel ander wachtwoord"


@pytest.fixture
def fenna(organisation: Organisation) -> Client:
    client = Client()
    client.force_login(organisation.fenna)
    client.get("/session/")
    return client


def test_a_session_ends_when_nobody_works(fenna: Client) -> None:
    with time_machine.travel(timezone.now() + timedelta(minutes=15, seconds=5)):
        assert fenna.get("/session/")["Location"] == "/login/?next=/session/"


def test_a_session_goes_on_while_somebody_works(fenna: Client) -> None:
    start = timezone.now()
    for minutes in (10, 20, 30, 40):
        with time_machine.travel(start + timedelta(minutes=minutes)):
            assert fenna.get("/session/").status_code == 200


def test_work_without_sending_anything_prolongs_the_session_too(fenna: Client) -> None:
    start = timezone.now()
    with time_machine.travel(start + timedelta(minutes=10)):
        assert fenna.post("/session/alive/").json()["seconds"] == 15 * 60
    with time_machine.travel(start + timedelta(minutes=20)):
        assert fenna.get("/session/").status_code == 200


def test_asking_how_long_it_lasts_does_not_prolong_it(fenna: Client) -> None:
    start = timezone.now()
    with time_machine.travel(start + timedelta(minutes=10)):
        assert 290 <= fenna.get("/session/left/").json()["seconds"] <= 300
    with time_machine.travel(start + timedelta(minutes=16)):
        assert fenna.get("/session/").status_code == 302


def test_no_session_lasts_longer_than_the_longest_working_day(fenna: Client) -> None:
    start = timezone.now()
    for minutes in range(10, 12 * 60, 10):
        with time_machine.travel(start + timedelta(minutes=minutes)):
            assert fenna.post("/session/alive/").status_code == 200
    with time_machine.travel(start + timedelta(hours=12, seconds=5)):
        assert fenna.get("/session/").status_code == 302


def test_the_page_of_ones_session_says_who_one_is_in_few_queries(fenna: Client) -> None:
    with CaptureQueriesContext(connection) as queries:
        page = fenna.get("/session/").content.decode()
    assert len(queries) < 10
    assert "Fenna de Wit" in page
    assert "Team Noord" in page


def test_the_state_of_a_session_names_its_person_so_that_anothers_is_not_taken_for_it(
    fenna: Client, organisation: Organisation
) -> None:
    assert fenna.get("/session/left/").json()["person"] == organisation.fenna.pk


def test_ending_the_other_sessions_ends_ones_own_others_alone(fenna: Client, organisation: Organisation) -> None:
    elsewhere, amina = Client(), Client()
    elsewhere.force_login(organisation.fenna)
    amina.force_login(organisation.amina)
    assert fenna.post("/session/others/end/")["Location"] == "/session/"
    assert elsewhere.get("/session/").status_code == 302
    assert fenna.get("/session/").status_code == 200
    assert amina.get("/session/").status_code == 200


def test_ending_the_others_twice_is_harmless(fenna: Client) -> None:
    fenna.post("/session/others/end/")
    assert fenna.post("/session/others/end/").status_code == 302


def test_a_changed_password_works_at_once_and_ends_other_sessions(fenna: Client, organisation: Organisation) -> None:
    elsewhere = Client()
    elsewhere.force_login(organisation.fenna)
    assert fenna.post("/password/", {"old": PASSWORD, "new": NEW})["Location"] == "/session/"
    assert fenna.get("/session/").status_code == 200
    assert elsewhere.get("/session/").status_code == 302
    assert Client().post("/login/", {"username": "fenna", "password": PASSWORD}).status_code == 422
    assert Client().post("/login/", {"username": "fenna", "password": NEW}).status_code == 302


@pytest.mark.parametrize(
    ("old", "new", "place"),
    [
        ("niet het mijne", NEW, "id_old"),
        ("", NEW, "id_old"),
        (PASSWORD, "kort", "id_new"),
        (PASSWORD, "", "id_new"),
        (PASSWORD, "fenna de wit", "id_new"),
    ],
)
def test_a_password_that_cannot_be_changed_says_where_it_is_wrong_and_stays(
    fenna: Client, old: str, new: str, place: str
) -> None:
    answer = fenna.post("/password/", {"old": old, "new": new})
    page = answer.content.decode()
    assert answer.status_code == 422
    assert f'href="#{place}"' in page
    assert f'aria-describedby="{place}_' in page
    assert Client().post("/login/", {"username": "fenna", "password": PASSWORD}).status_code == 302


def test_guessing_the_old_password_in_an_open_session_is_throttled(fenna: Client, settings: Any) -> None:
    settings.LOGIN_FAILURES = 2
    tried = [fenna.post("/password/", {"old": "gok", "new": NEW}).status_code for _ in range(3)]
    assert tried == [422, 422, 429]


def test_the_single_key_shortcut_can_be_switched_off_and_on(fenna: Client) -> None:
    assert 'data-shortcuts="on"' in fenna.get("/session/").content.decode()
    fenna.post("/session/shortcuts/", {"shortcuts": "off"})
    assert 'data-shortcuts="off"' in fenna.get("/session/").content.decode()
    fenna.post("/session/shortcuts/", {"shortcuts": "on"})
    assert 'data-shortcuts="on"' in fenna.get("/session/").content.decode()


@pytest.mark.parametrize("address", ["/session/others/end/", "/session/shortcuts/", "/session/alive/"])
def test_what_changes_something_is_not_done_by_a_link(fenna: Client, address: str) -> None:
    assert fenna.get(address).status_code == 405
