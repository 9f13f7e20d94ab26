"""The search box: what people type is in no address, log or session, and Back works."""

import logging
from datetime import date

import pytest
from django.contrib.sessions.models import Session
from django.urls import reverse

from casefiles.access import revoke
from casefiles.models import SearchToken
from tests.casework import BSN, noor, signed_in
from tests.organisation import Organisation


def test_a_reference_leads_to_the_dossier_itself(organisation: Organisation) -> None:
    dossier = noor(organisation)
    answer = signed_in(organisation.fenna).post("/search/", {"q": " jd-1 "})
    assert answer["Location"] == reverse("casefiles:dossier", args=[dossier.pk])


@pytest.mark.parametrize("typed", ["Vermeulen", "Noor Vermeulen", BSN, "7-3-2008"])
def test_what_is_typed_stays_out_of_address_session_and_log(
    organisation: Organisation, typed: str, caplog: pytest.LogCaptureFixture
) -> None:
    noor(organisation)
    client = signed_in(organisation.fenna)
    with caplog.at_level(logging.DEBUG):
        answer = client.post("/search/", {"q": typed})
    assert answer.status_code == 302
    assert typed not in answer["Location"]
    assert typed not in caplog.text
    stored = [str(session.get_decoded()) for session in Session.objects.all()]
    assert stored
    assert not any(typed in text or "Vermeulen" in text for text in stored)
    for _ in range(2):  # reload, Back, a second tab
        page = client.get(answer["Location"]).content.decode()
        assert "1 dossier found" in page
        assert "Noor V." in page


def test_a_kept_result_shows_only_what_may_be_seen_now(organisation: Organisation) -> None:
    dossier = noor(organisation)
    client = signed_in(organisation.fenna)
    where = client.post("/search/", {"q": "Vermeulen"})["Location"]
    revoke(organisation.fenna, dossier, by=organisation.joost)
    assert "Noor V." not in client.get(where).content.decode()


def test_a_result_is_of_one_session_alone(organisation: Organisation) -> None:
    noor(organisation)
    where = signed_in(organisation.fenna).post("/search/", {"q": "Vermeulen"})["Location"]
    page = signed_in(organisation.fenna).get(where, follow=True).content.decode()
    assert "Noor V." not in page
    assert "Type a reference" in page


def test_nothing_found_keeps_what_was_typed_and_says_what_can_be_typed(organisation: Organisation) -> None:
    noor(organisation)
    page = signed_in(organisation.fenna).post("/search/", {"q": "Nobody <b>"}).content.decode()
    assert 'value="Nobody &lt;b&gt;"' in page
    assert "No dossier that you may see fits" in page
    assert "a BSN: nine digits" in page


def test_a_lost_index_is_not_called_not_found(organisation: Organisation) -> None:
    noor(organisation)
    SearchToken.objects.all().delete()
    page = signed_in(organisation.fenna).post("/search/", {"q": "Vermeulen"}).content.decode()
    assert "being rebuilt" in page
    assert "No dossier that you may see fits" not in page


def test_an_empty_search_and_a_plain_visit_ask_what_is_wanted(organisation: Organisation) -> None:
    client = signed_in(organisation.fenna)
    for answer in (client.get("/search/"), client.post("/search/", {"q": "  "})):
        assert answer.status_code == 200
        assert "Type a reference" in answer.content.decode()


def test_a_privacy_officer_searches_by_reference(organisation: Organisation) -> None:
    noor(organisation)
    client = signed_in(organisation.samira)
    assert client.post("/search/", {"q": "JD-1"}).status_code == 302
    page = client.post("/search/", {"q": "Vermeulen"}).content.decode()
    assert "Your role searches by reference" in page


def test_searching_in_the_list_keeps_its_filters(organisation: Organisation) -> None:
    noor(organisation)
    organisation.keeps("JD-2", changed=date(2015, 3, 1))
    client = signed_in(organisation.fenna)
    where = client.post("/search/", {"q": "7-3-2008", "within": "status=closed&nonsense=1&sort=reference"})["Location"]
    assert where.startswith("/dossiers/?status=closed&sort=reference&found=")
    page = client.get(where)
    assert [row.dossier.reference for row in page.context["rows"]] == ["JD-2"]
    assert "Search results" in page.content.decode()
    without = [chip["without"] for chip in page.context["chips"]]
    assert without[0].startswith("sort=reference&found=")
    assert without[1] == "status=closed&sort=reference"
    found = client.get(f"/dossiers/?{without[0]}").context["rows"]
    assert [row.dossier.reference for row in found] == ["JD-1", "JD-2"]
