"""My dossiers in the browser: rows, filters, orders, saved views, and names only for those who may see them."""

from datetime import date, timedelta
from typing import Any

import pytest
from cachetools import TTLCache
from django.db import connections
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from casefiles.access import Ability
from casefiles.models import Dossier, SavedView
from casefiles.vault import keys
from retention import clockbars, holds
from retention.models import Hold, RequestFacts
from retention.rights.register import Received, receive
from tests.casework import may, signed_in
from tests.organisation import Organisation

LIST = "/dossiers/"


@pytest.fixture
def some(organisation: Organisation) -> Organisation:
    """An open dossier of Noor, a closed one of Sem, and one past its date of Rosa."""
    organisation.opens("JD-2026-0001", given_names="Noor", surname="Vermeulen", birth_date=date(2012, 4, 5))
    organisation.keeps("JD-2015-0002", changed=date(2015, 3, 1))
    organisation.keeps("JD-1996-0003")
    return organisation


def page_of(user: Any, query: str = "") -> str:
    response = signed_in(user).get(f"{LIST}{query}")
    assert response.status_code == 200
    return str(response.content.decode())


def test_a_case_worker_sees_whom_each_dossier_is_about(some: Organisation) -> None:
    page = page_of(some.fenna)
    assert "Noor V." in page
    assert "born 2012" in page
    assert "Vermeulen" not in page
    assert page.count('role="rowheader"') == 3
    assert "1 open dossier, 2 closed" in page


@pytest.mark.parametrize("role", ["samira", "koen", "tineke", "pim"])
def test_roles_on_metadata_see_references_and_no_names(some: Organisation, role: str) -> None:
    page = page_of(getattr(some, role))
    assert page.count('role="rowheader"') == 3
    assert "JD-2026-0001" in page
    for hidden in ("Noor V.", "Julia", "2012", "New dossier", "Fenna"):
        assert hidden not in page


def test_the_keys_of_metadata_are_not_even_opened(some: Organisation) -> None:
    keys.forget()
    client = signed_in(some.samira)
    with CaptureQueriesContext(connections["vault"]) as asked:
        client.get(LIST)
    assert len(asked) == 0


def test_who_has_no_access_reads_what_to_do(some: Organisation) -> None:
    page = page_of(some.amina)
    assert "You have no dossiers yet" in page
    assert "JD-" not in page.partition("<main")[2]


@pytest.mark.parametrize(
    ("query", "references"),
    [
        ("?status=open", ["JD-2026-0001"]),
        ("?status=closed", ["JD-2015-0002", "JD-1996-0003"]),
        ("?term=passed", ["JD-1996-0003"]),
        ("?status=open&term=passed", []),
        ("?kind=ots", []),
        ("?part=lead", ["JD-2026-0001", "JD-2015-0002", "JD-1996-0003"]),
        ("?part=own", ["JD-2026-0001", "JD-2015-0002", "JD-1996-0003"]),
        ("?team=1", ["JD-2026-0001", "JD-2015-0002", "JD-1996-0003"]),
        ("?sort=-status&status=open", ["JD-2026-0001"]),
        ("?sort=lead&status=open", ["JD-2026-0001"]),
        ("?sort=reference", ["JD-1996-0003", "JD-2015-0002", "JD-2026-0001"]),
        ("?sort=term", ["JD-1996-0003", "JD-2015-0002", "JD-2026-0001"]),
    ],
)
def test_filters_and_orders_come_from_the_address(some: Organisation, query: str, references: list[str]) -> None:
    page = page_of(some.fenna, query).partition("<table")[2]
    found = [r for r in ("JD-2026-0001", "JD-2015-0002", "JD-1996-0003") if r in page]
    assert sorted(found, key=page.index) == references


@pytest.mark.parametrize(
    "query",
    ["?status=burnt", "?sort=password", "?at=1~x~y", "?at=", "?term=%00", "?nonsense=1",
     "?at=25~6f2b7b0e-0000-4000-8000-000000000000~never",
     "?sort=reference&at=1~6f2b7b0e-0000-4000-8000-000000000000~%00"],
)  # fmt: skip
def test_an_address_that_makes_no_sense_shows_the_whole_list(some: Organisation, query: str) -> None:
    assert page_of(some.fenna, query).count('role="rowheader"') == 3


def test_signals_say_what_needs_a_person(some: Organisation) -> None:
    some.lists_due()
    dossier = some.opens("JD-2026-0009")
    tomorrow = timezone.localdate() + timedelta(days=1)
    holds.place([dossier.pk], Hold.Reason.COMPLAINT, owner=some.fenna, review_on=tomorrow)
    page = page_of(some.fenna)
    assert "On destruction list" in page
    assert "Held: complaint" in page


def test_a_dossier_without_birth_date_says_so_and_stands_on_a_card(organisation: Organisation) -> None:
    organisation.opens("JD-2026-0001", "leerplicht", birth_date=None)
    page = page_of(organisation.fenna)
    assert "Birth date missing" in page
    assert "1 dossier waits for a date" in page


def queries_of(user: Any, rows: int) -> tuple[int, int]:
    """How many statements a page costs on case files and vault, when keys are cold and the badges were just asked."""
    client = signed_in(user)
    client.get(LIST)
    keys.forget()
    clockbars._rules.clear()
    with CaptureQueriesContext(connections["default"]) as asked, CaptureQueriesContext(connections["vault"]) as opened:
        page = client.get(LIST).content.decode()
    assert page.count('role="rowheader"') == rows
    return len(asked), len(opened)


def test_a_page_costs_fewer_than_ten_queries_however_many_rows_it_has(
    organisation: Organisation, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(clockbars, "_rules", TTLCache(2, 60))  # a slow machine takes longer than the second it lasts
    for number in range(2):
        organisation.opens(f"JD-2026-{number:04}")
    assert queries_of(organisation.fenna, 2) == (9, 1)
    for number in range(2, 27):
        organisation.opens(f"JD-2026-{number:04}")
    assert queries_of(organisation.fenna, 25) == (9, 1)
    assert queries_of(organisation.samira, 25) == (9, 0)  # no names, no keys
    assert "1–25 of 27" in page_of(organisation.fenna)


def test_paging_keeps_the_filters(organisation: Organisation) -> None:
    for number in range(27):
        organisation.opens(f"JD-2026-{number:04}")
    client = signed_in(organisation.fenna)
    following = client.get(f"{LIST}?status=open").context["next"]
    assert following.startswith("?status=open&at=")
    assert "26–27 of 27" in client.get(LIST + following).content.decode()


def test_everybody_has_a_tab_for_their_own_and_for_each_of_their_teams(some: Organisation) -> None:
    dossier = some.opens("JD-2026-0010")
    may(some.joost, Ability.READ, dossier)
    tabs = {tab.label: (tab.query, tab.count) for tab in signed_in(some.joost).get(LIST).context["tabs"]}
    assert tabs["My own"] == ("part=own", "1")
    assert tabs["Team Noord"] == (f"team={some.noord.pk}", "1")
    overseen = signed_in(some.samira)
    labels = [tab.label for tab in overseen.get(LIST).context["tabs"]]
    assert labels == ["All dossiers", "Open", "Closed", "Term nearly over"]
    assert overseen.get(f"{LIST}?team={some.oost.pk}").context["rows"] == []


def test_columns_are_chosen_kept_and_named_in_the_address(some: Organisation) -> None:
    client = signed_in(some.fenna)
    answer = client.post("/dossiers/columns/", {"column": ["team", "status"], "query": "status=open&at=9"})
    assert answer["Location"] == "/dossiers/?status=open&columns=status.team"
    assert list(client.get(LIST).context["heads"]) == ["reference", "status", "team"]
    named = client.get(f"{LIST}?columns=opened.lead.nonsense").context
    assert list(named["heads"]) == ["reference", "lead", "opened"]
    assert "columns=lead.opened" in named["heads"]["reference"].query
    usual = ["reference", "status", "lead", "change", "term", "tasks"]
    assert list(signed_in(some.joost).get(LIST).context["heads"]) == usual
    assert "lead" not in signed_in(some.samira).get(f"{LIST}?columns=lead").context["heads"]
    assert client.post("/dossiers/columns/", {"query": ""})["Location"] == "/dossiers/?"
    assert list(client.get(LIST).context["heads"]) == usual


def test_the_tasks_of_a_dossier_are_counted_and_named(organisation: Organisation) -> None:
    late = organisation.keeps("JD-1996-0001")
    Dossier.objects.filter(pk=late.pk).update(status="open")
    asked = Received("inspect", "youth_act", "self", timezone.localdate(), RequestFacts(requester="Noor Vermeulen"))
    receive(asked, [late.pk], by=organisation.fenna)
    organisation.opens("JD-2026-0002", "leerplicht", birth_date=None)
    page = page_of(organisation.fenna)
    assert "JD-1996-0001: past its date, still open, open request" in page
    assert "JD-2026-0002: birth date missing" in page


def test_a_view_is_saved_shown_as_a_tab_and_removed(some: Organisation) -> None:
    client = signed_in(some.fenna)
    for _ in range(2):
        saved = client.post(
            "/dossiers/views/", {"name": "Oud", "query": "term=passed&q=Noor&status=closed"}, follow=True
        )
    view = SavedView.objects.get()
    assert view.query == "status=closed&term=passed"
    assert '<a href="/dossiers/?status=closed&amp;term=passed" aria-current="page">Oud' in saved.content.decode()
    assert "JD-1996-0003" in saved.content.decode()
    assert signed_in(some.joost).post(f"/dossiers/views/{view.pk}/remove/").status_code == 302
    assert SavedView.objects.exists()
    for _ in range(2):
        assert client.post(f"/dossiers/views/{view.pk}/remove/").status_code == 302
    assert not SavedView.objects.exists()


def test_a_view_without_a_name_says_what_is_missing(some: Organisation) -> None:
    answer = signed_in(some.fenna).post("/dossiers/views/", {"name": " ", "query": "status=open"})
    assert answer.status_code == 422
    assert 'value="status=open"' in answer.content.decode()


def test_the_list_in_dutch_has_no_english_left(some: Organisation) -> None:
    client = signed_in(some.fenna)
    client.cookies["django_language"] = "nl"
    page = client.get(LIST).content.decode()
    for word in ("Mijn dossiers", "Bewaartermijn", "Laatste wijziging", "jeugdhulpdossier"):
        assert word in page
    for word in ("My dossiers", "Retention", "Last change", "left", "until"):
        assert f">{word}" not in page
