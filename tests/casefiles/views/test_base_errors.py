"""Error pages: each with its status, in the reader's language, and with what to do."""

import re
from typing import Any

import pytest
from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import PermissionDenied
from django.db import OperationalError
from django.http import HttpRequest, HttpResponse
from django.test import Client
from django.urls import path

from casefiles.access import Refused
from casefiles.views.errors import conflict, too_many
from config.urls import handler400, handler403, handler404, handler500
from config.urls import urlpatterns as house
from tests.organisation import Organisation

__all__ = ["handler400", "handler403", "handler404", "handler500"]


def raising(problem: Exception) -> Any:
    @login_not_required
    def view(request: HttpRequest) -> HttpResponse:
        raise problem

    return view


@login_not_required
def swallows(request: HttpRequest) -> HttpResponse:
    return HttpResponse(str(len(request.POST)))


def stale(request: HttpRequest) -> HttpResponse:
    return conflict(request, yours="wat ik schreef", theirs="wat er nu staat", back="/session/")


@login_not_required
def hurried(request: HttpRequest) -> HttpResponse:
    return too_many(request, 61)


urlpatterns = [
    *house,
    path("test/boom/", raising(RuntimeError("boom"))),
    path("test/away/", raising(OperationalError("the database is away"))),
    path("test/refused/", raising(Refused("Fenna may not do this."))),
    path("test/denied/", raising(PermissionDenied("no"))),
    path("test/swallows/", swallows),
    path("test/stale/", stale),
    path("test/hurried/", hurried),
]


@pytest.fixture(autouse=True)
def failing_addresses(settings: Any) -> None:
    settings.ROOT_URLCONF = __name__


@pytest.fixture
def visitor(organisation: Organisation) -> Client:
    return Client(raise_request_exception=False)


@pytest.fixture
def fenna(organisation: Organisation) -> Client:
    client = Client(raise_request_exception=False)
    client.force_login(organisation.fenna)
    return client


@pytest.mark.parametrize(
    ("address", "status", "words"),
    [
        ("/nowhere/", 404, "This page is not here"),
        ("/test/refused/", 403, "You may not do this"),
        ("/test/denied/", 403, "You may not do this"),
        ("/test/hurried/", 429, "Too many attempts"),
        ("/test/boom/", 500, "Something went wrong here"),
        ("/test/away/", 503, "We are out for a moment"),
    ],
)
def test_a_failure_has_its_page_for_visitors_and_for_staff(
    visitor: Client, fenna: Client, address: str, status: int, words: str
) -> None:
    for client in (visitor, fenna):
        client.cookies["django_language"] = "en"
        answer = client.get(address)
        assert answer.status_code == status
        page = answer.content.decode()
        assert re.search(rf"<h1[^>]*>\s*{words}\s*</h1>", page)
        assert f"Code {status}" in page


@pytest.mark.parametrize("address", ["/test/boom/", "/test/away/"])
def test_the_page_of_a_fault_tells_nothing_of_what_went_wrong(fenna: Client, address: str) -> None:
    page = fenna.get(address).content.decode()
    for secret in ("boom", "OperationalError", "Traceback", "Fenna"):
        assert secret not in page


def test_a_database_that_is_away_says_when_to_try_again(visitor: Client) -> None:
    assert visitor.get("/test/away/")["Retry-After"] == "60"


def test_too_many_attempts_says_how_long_to_wait(visitor: Client) -> None:
    visitor.cookies["django_language"] = "en"
    answer = visitor.get("/test/hurried/")
    assert answer["Retry-After"] == "61"
    assert "Try again in 2 minutes." in answer.content.decode()


def test_a_refusal_does_not_show_who_was_refused(fenna: Client) -> None:
    assert "Fenna may not" not in fenna.get("/test/refused/").content.decode()


def test_what_is_too_big_gets_its_own_page(visitor: Client, settings: Any) -> None:
    settings.DATA_UPLOAD_MAX_MEMORY_SIZE = 10
    answer = visitor.post("/test/swallows/", "a=" + "x" * 100, content_type="application/x-www-form-urlencoded")
    assert answer.status_code == 413
    assert "Code 413" in answer.content.decode()


def test_other_nonsense_is_a_bad_request(visitor: Client, settings: Any) -> None:
    settings.DATA_UPLOAD_MAX_NUMBER_FIELDS = 1
    answer = visitor.post("/test/swallows/", "a=1&b=2&c=3", content_type="application/x-www-form-urlencoded")
    assert answer.status_code == 400


def test_a_stale_edit_loses_neither_text(fenna: Client) -> None:
    answer = fenna.get("/test/stale/")
    page = answer.content.decode()
    assert answer.status_code == 409
    assert ">wat ik schreef</textarea>" in page
    assert ">wat er nu staat</textarea>" in page
    assert 'href="/session/"' in page


def test_a_form_without_its_token_changes_nothing_and_says_what_to_do(organisation: Organisation) -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(organisation.fenna)
    answer = client.post("/session/others/end/", headers={"Accept-Language": "en"})
    assert answer.status_code == 403
    assert "window" not in answer.content.decode()
    assert client.get("/session/").status_code == 200


def test_who_logs_in_from_a_second_old_tab_is_simply_logged_in(organisation: Organisation) -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(organisation.fenna)
    answer = client.post("/login/", {"username": "fenna", "password": "x"})
    assert answer["Location"] == "/"


def test_an_ended_session_answers_htmx_so_that_the_page_keeps_its_text(visitor: Client) -> None:
    answer = visitor.get("/session/", headers={"HX-Request": "true"})
    assert answer.status_code == 401
