"""The register in the browser."""

from typing import Any
from uuid import uuid4

import pytest

from casefiles.models import Dossier
from retention.models import Clock, RightsRequest
from retention.timing import today
from tests.casework import signed_in
from tests.organisation import Organisation


@pytest.fixture
def dossier(organisation: Organisation) -> Dossier:
    return organisation.opens("JD-1")


def form(**changes: str) -> dict[str, str]:
    values = {"once": str(uuid4()), "kind": "destroy", "regime": "youth_act", "capacity": "self", "references": "JD-1"}
    return values | {"received_on": today().isoformat(), "requester": "Petra Dam", "contact": "", "text": ""} | changes


def registers(user: Any, **changes: str) -> Any:
    return signed_in(user).post("/requests/new/", form(**changes))


def decision(**changes: str) -> dict[str, str]:
    values = {"decision": "refused", "decided_on": today().isoformat(), "ground": "law", "scope": "alles"}
    return values | {"whose_interest": "Awr 52", "why": "Facturen", "review_on": "2027-06-01"} | changes


def test_a_request_is_registered_once_and_shown_to_each_reader_as_far_as_it_is_theirs(
    organisation: Organisation, dossier: Dossier
) -> None:
    page = signed_in(organisation.fenna).get(f"/requests/new/?dossier={dossier.pk}").content.decode()
    assert "Who may ask?" in page
    assert "JD-1</textarea>" in page
    sent = form()
    for _click in range(2):
        place = signed_in(organisation.fenna).post("/requests/new/", sent)["Location"]
    request = RightsRequest.objects.get()
    assert Clock.objects.get().held == 1
    assert "Petra Dam" in signed_in(organisation.fenna).get(place).content.decode()
    for overseer in (organisation.samira, organisation.pim):
        page = signed_in(overseer).get(place).content.decode()
        assert request.name in page
        assert "Petra Dam" not in page
    assert signed_in(organisation.amina).get(place).status_code == 404
    assert request.name in signed_in(organisation.pim).get("/requests/").content.decode()


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"kind": ""}, "Choose what is asked."),
        ({"references": "JD-9"}, "There is no dossier JD-9"),
        ({"received_on": "2099-01-01"}, "in the future"),
        ({"kind": "third_party"}, "Only Veilig Thuis"),
    ],
)
def test_what_is_wrong_is_said(
    organisation: Organisation, dossier: Dossier, changes: dict[str, str], words: str
) -> None:
    response = registers(organisation.fenna, **changes)
    assert response.status_code == 422
    assert words in response.content.decode()
    assert "Petra Dam" in response.content.decode()
    assert not RightsRequest.objects.exists()


def test_the_form_refuses_a_refusal_that_only_names_the_term(organisation: Organisation, dossier: Dossier) -> None:
    place = registers(organisation.fenna)["Location"]
    client = signed_in(organisation.fenna)
    page = client.get(place).content.decode()
    assert "unfounded" not in page  # no ground for destruction
    for changes, words in (
        ({"why": "De bewaartermijn van 20 jaar is niet voorbij"}, "no ground to refuse"),
        ({"whose_interest": "artikel 7.3.8 Jeugdwet"}, "no ground to refuse"),
        ({"ground": "", "scope": ""}, "Say what is refused."),
        ({"ground": "unfounded"}, "Choose one of the possibilities."),
        ({"decision": ""}, "Choose the decision."),
    ):
        response = client.post(f"{place}decide/", decision(**changes))
        assert response.status_code == 422
        assert words in response.content.decode()
    assert client.post(f"{place}decide/", decision()).status_code == 302
    assert client.post(f"{place}decide/", decision()).status_code == 409
    page = client.get(place).content.decode()
    assert "The requester can go to court or object until" in page
    client.post(f"{place}contest/")
    assert "stay held until that is over" in client.get(place).content.decode()
    client.post(f"{place}contest/", {"then": "ended"})
    assert not RightsRequest.objects.get().contested


def test_an_extension_that_the_law_does_not_allow_comes_back_with_its_reason(
    organisation: Organisation, dossier: Dossier
) -> None:
    place = registers(organisation.fenna)["Location"]
    client, told = signed_in(organisation.fenna), today().isoformat()
    response = client.post(f"{place}extend/", {"until": "2099-01-01", "told_on": told})
    assert response.status_code == 422
    assert "within what the law allows" in response.content.decode()
    until = RightsRequest.objects.get().deadline.replace(day=28)
    while until <= RightsRequest.objects.get().deadline:
        until = until.replace(month=until.month % 12 + 1, year=until.year + until.month // 12)
    assert client.post(f"{place}extend/", {"until": until.isoformat(), "told_on": told}).status_code == 302
    assert RightsRequest.objects.get().extended_until == until
    assert signed_in(organisation.pim).post(f"{place}decide/", decision()).status_code == 403
