"""Logging in and out: what helps a colleague, and what a guesser meets."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import time_machine
from django.db import connections
from django.test import Client
from django.utils import timezone

from casefiles.models import AccessEvent, User
from casefiles.views import throttle
from tests.organisation import PASSWORD, Organisation

RIGHT = {"username": "fenna", "password": PASSWORD}
WRONG = {"username": "fenna", "password": "helaas pindakaas"}


def test_who_knows_name_and_password_is_let_in(client: Client, organisation: Organisation) -> None:
    answer = client.post("/login/", RIGHT)
    assert answer["Location"] == "/"
    assert "Fenna de Wit" in client.get("/session/").content.decode()


def test_the_page_that_was_asked_for_opens_after_logging_in(client: Client, organisation: Organisation) -> None:
    asked = client.get("/password/")
    assert asked["Location"] == "/login/?next=/password/"
    assert client.post("/login/", RIGHT | {"next": "/password/"})["Location"] == "/password/"


@pytest.mark.parametrize("elsewhere", ["https://elsewhere.example/", "//elsewhere.example", "javascript:alert(1)"])
def test_logging_in_leads_to_no_other_house(client: Client, organisation: Organisation, elsewhere: str) -> None:
    assert client.post("/login/", RIGHT | {"next": elsewhere})["Location"] == "/"


def test_a_wrong_password_is_refused_with_the_name_kept_and_the_password_not(
    client: Client, organisation: Organisation
) -> None:
    answer = client.post("/login/", WRONG)
    page = answer.content.decode()
    assert answer.status_code == 422
    assert 'value="fenna"' in page
    assert "pindakaas" not in page
    assert client.get("/session/").status_code == 302


def test_a_name_that_does_not_exist_gets_the_same_words(client: Client, organisation: Organisation) -> None:
    def words(username: str) -> str:
        page = client.post("/login/", WRONG | {"username": username}).content.decode()
        return page[page.index('id="errors"') : page.index("<form", page.index('id="errors"'))]

    assert words("niemand") == words("fenna")


def test_who_was_deactivated_is_not_let_in(client: Client, organisation: Organisation) -> None:
    User.objects.filter(username="fenna").update(is_active=False)
    assert client.post("/login/", RIGHT).status_code == 422


def test_deactivating_somebody_ends_their_session(client: Client, organisation: Organisation) -> None:
    client.force_login(organisation.fenna)
    User.objects.filter(username="fenna").update(is_active=False)
    assert client.get("/session/").status_code == 302


def test_a_refused_login_is_in_the_access_log_without_the_name_that_was_typed(
    client: Client, organisation: Organisation
) -> None:
    client.post("/login/", WRONG | {"username": "geheim@voorbeeld"})
    event = AccessEvent.objects.get(outcome=AccessEvent.Outcome.REFUSED)
    assert event.ground == "name or password"
    assert "geheim" not in f"{event.actor_name}{event.detail}"


def test_too_many_wrong_passwords_make_the_name_wait_even_with_the_right_one(
    client: Client, organisation: Organisation, settings: Any
) -> None:
    settings.LOGIN_FAILURES = 3
    assert [client.post("/login/", WRONG).status_code for _ in range(4)] == [422, 422, 422, 429]
    answer = client.post("/login/", RIGHT | {"username": " FENNA "})
    assert answer.status_code == 429
    assert 0 < int(answer["Retry-After"]) <= 15 * 60


def test_waiting_is_over_after_a_quarter_of_an_hour(client: Client, organisation: Organisation, settings: Any) -> None:
    settings.LOGIN_FAILURES = 1
    client.post("/login/", WRONG)
    assert client.post("/login/", RIGHT).status_code == 429
    with time_machine.travel(timezone.now() + timedelta(minutes=15, seconds=1)):
        assert client.post("/login/", RIGHT).status_code == 302


def test_a_colleague_at_another_address_does_not_wait_for_a_guesser(
    client: Client, organisation: Organisation, settings: Any
) -> None:
    settings.LOGIN_FAILURES = 1
    for _ in range(3):
        client.post("/login/", WRONG, REMOTE_ADDR="192.0.2.1")
    assert client.post("/login/", RIGHT, REMOTE_ADDR="192.0.2.2").status_code == 302


def test_one_address_that_tries_many_names_waits(client: Client, organisation: Organisation, settings: Any) -> None:
    settings.LOGIN_FAILURES_OF_ADDRESS = 3
    tried = [client.post("/login/", WRONG | {"username": f"naam{n}"}).status_code for n in range(4)]
    assert tried == [422, 422, 422, 429]


def test_a_guesser_with_a_login_of_their_own_does_not_start_the_count_of_the_address_anew(
    client: Client, organisation: Organisation, settings: Any
) -> None:
    settings.LOGIN_FAILURES_OF_ADDRESS = 3
    for number in range(2):
        client.post("/login/", WRONG | {"username": f"naam{number}"})
    assert Client().post("/login/", RIGHT).status_code == 302
    tried = [client.post("/login/", WRONG | {"username": f"ander{n}"}).status_code for n in range(2)]
    assert tried == [422, 429]


def test_a_whole_office_behind_one_address_can_log_in(organisation: Organisation, settings: Any) -> None:
    settings.LOGIN_FAILURES_OF_ADDRESS = 3
    assert [Client().post("/login/", RIGHT).status_code for _ in range(5)] == [302] * 5


def test_a_login_that_succeeds_starts_the_count_anew(client: Client, organisation: Organisation, settings: Any) -> None:
    settings.LOGIN_FAILURES = 2
    client.post("/login/", WRONG)
    Client().post("/login/", RIGHT)
    assert [client.post("/login/", WRONG).status_code for _ in range(3)] == [422, 422, 429]


def test_attempts_at_the_same_moment_are_all_counted(organisation: Organisation) -> None:
    def attempt(number: int) -> int:
        try:
            return throttle.attempt("somebody", limit=5)
        finally:
            connections.close_all()

    with ThreadPoolExecutor(max_workers=8) as pool:
        waits = list(pool.map(attempt, range(16)))
    assert sum(wait == 0 for wait in waits) == 5


def test_logging_out_ends_the_session_and_empties_the_browsers_store(
    client: Client, organisation: Organisation
) -> None:
    client.force_login(organisation.fenna)
    assert client.get("/logout/").status_code == 405
    answer = client.post("/logout/")
    assert answer["Clear-Site-Data"] == '"cache"'
    assert client.get("/session/").status_code == 302


def test_logging_out_twice_is_harmless(client: Client, organisation: Organisation) -> None:
    client.force_login(organisation.fenna)
    client.post("/logout/")
    assert client.post("/logout/").status_code == 302


def test_who_is_logged_in_does_not_see_the_login_page(client: Client, organisation: Organisation) -> None:
    client.force_login(organisation.fenna)
    assert client.get("/login/")["Location"] == "/"


@pytest.fixture
def demonstration(settings: Any, tmp_path: Path) -> Any:
    settings.DEMONSTRATION_PASSWORD_FILE = tmp_path / "demonstration"
    settings.DEMONSTRATION_PASSWORD_FILE.write_text("zeven-nachten\n")
    return settings


def test_the_demonstration_shows_its_logins(client: Client, organisation: Organisation, demonstration: Any) -> None:
    demonstration.DEMONSTRATION = True
    page = client.get("/login/").content.decode()
    assert "zeven-nachten" in page
    assert page.index("fenna") < page.index("joost") < page.index("samira") < page.index("pim") < page.index("amina")


def test_outside_the_demonstration_the_login_page_names_nobody(
    client: Client, organisation: Organisation, demonstration: Any
) -> None:
    demonstration.DEMONSTRATION = False
    page = client.get("/login/").content.decode()
    assert "zeven-nachten" not in page
    assert "fenna" not in page.lower()
