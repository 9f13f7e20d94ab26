"""Holds in the browser: a preview before, nothing typed is lost, and each reader sees what is theirs to see."""

from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest

from casefiles.models import Dossier
from retention.models import Clock, Hold
from retention.timing import today
from tests.casework import signed_in
from tests.organisation import Organisation

LATER = (today() + timedelta(days=60)).isoformat()


@pytest.fixture
def dossier(organisation: Organisation) -> Dossier:
    return organisation.opens("JD-1")


def form(**changes: str) -> dict[str, str]:
    values = {"once": str(uuid4()), "reason": "complaint", "scope": "dossiers", "references": "jd-1", "then": "place"}
    return values | {"review_on": LATER, "evidence": "brief 12", "text": "Ouders klagen."} | changes


def sends(user: Any, **changes: str) -> Any:
    return signed_in(user).post("/holds/new/", form(**changes))


def test_a_preview_says_what_a_hold_will_cover_and_places_nothing(organisation: Organisation, dossier: Dossier) -> None:
    page = sends(organisation.fenna, then="preview").content.decode()
    assert "What it will cover" in page
    assert "Ouders klagen." in page  # what was typed is still there
    assert dossier.reference in page
    page = sends(organisation.samira, then="preview", scope="class", references="", kind="jeugdhulp").content.decode()
    assert "opened or imported later is held as well" in page
    assert not Hold.objects.exists()


def test_a_case_worker_holds_a_dossier_and_a_double_click_is_one_hold(
    organisation: Organisation, dossier: Dossier
) -> None:
    opened = signed_in(organisation.fenna).get("/holds/new/", {"dossier": dossier.pk}).content.decode()
    assert "JD-1</textarea>" in opened
    assert 'name="scope"' not in opened  # a class is for officers to hold
    sent = form()
    for _click in range(2):
        response = signed_in(organisation.fenna).post("/holds/new/", sent)
        assert response.status_code == 302
    hold = Hold.objects.get()
    assert Clock.objects.get().held == 1
    page = signed_in(organisation.fenna).get(response["Location"]).content.decode()
    for words in ("Complaint", "Ouders klagen.", "brief 12", "JD-1", "ask a colleague"):
        assert words in page
    banner = signed_in(organisation.fenna).get(f"/dossiers/{dossier.pk}/").content.decode()
    assert f"Look at hold {hold.name}" in banner


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"reason": ""}, "Choose the reason of the hold."),
        ({"references": ""}, "Fill in the number of a dossier"),
        ({"references": "JD-1, JD-999"}, "There is no dossier JD-999 that you may hold"),
        ({"review_on": "2020-01-01"}, "The review date must lie in the future."),
        ({"review_on": "2099-01-01"}, "Choose a date within two years"),
        ({"scope": "class"}, "Say at least one thing"),
        ({"scope": "class", "kind": "jgz", "reason": "good_care"}, "by its own professionals"),
        ({"scope": "class", "opened_from": "2026-02-01", "opened_until": "2026-01-01"}, "before the first day"),
        ({"once": "no uuid", "reason": ""}, "Choose the reason of the hold."),
    ],
)
def test_what_is_wrong_is_said_and_what_was_typed_stays(
    organisation: Organisation, dossier: Dossier, changes: dict[str, str], words: str
) -> None:
    response = sends(organisation.samira, **changes)
    page = response.content.decode()
    assert response.status_code == 422
    assert words in page
    assert "Ouders klagen." in page
    assert not Hold.objects.exists()


def test_a_hold_is_lifted_by_a_second_person_after_a_question(organisation: Organisation, dossier: Dossier) -> None:
    place = sends(organisation.fenna)["Location"]
    refused = signed_in(organisation.fenna).post(f"{place}lift/")
    assert refused.status_code == 409
    assert "second person" in refused.content.decode()
    assert "Lift this hold?" in signed_in(organisation.joost).get(f"{place}lift/").content.decode()
    assert Clock.objects.get().held == 1
    signed_in(organisation.joost).post(f"{place}lift/")
    assert Clock.objects.get().held == 0
    page = signed_in(organisation.samira).get("/holds/", {"show": "lifted"}).content.decode()
    assert "Joost Terpstra" in page


def test_a_hold_is_lifted_for_one_dossier(organisation: Organisation, dossier: Dossier) -> None:
    other = organisation.opens("JD-2")
    place = sends(organisation.samira, scope="class", references="", kind="jeugdhulp")["Location"]
    address = f"{place}lift/?dossier={dossier.pk}"
    assert "Lift the hold for JD-1?" in signed_in(organisation.koen).get(address).content.decode()
    signed_in(organisation.koen).post(address)
    assert [Clock.objects.get(dossier=d).held for d in (dossier, other)] == [0, 1]
    for broken in (uuid4(), "x"):
        assert signed_in(organisation.koen).get(f"{place}lift/?dossier={broken}").status_code == 404


def test_a_review_keeps_a_hold_until_a_new_date(organisation: Organisation, dossier: Dossier) -> None:
    place = sends(organisation.fenna)["Location"]
    Hold.objects.update(review_on=today())
    assert "JD" not in signed_in(organisation.koen).get("/holds/").content.decode()  # no reference in the list
    assert "The review date of 1 hold has come." in signed_in(organisation.koen).get("/holds/").content.decode()
    assert signed_in(organisation.fenna).post(f"{place}review/", {"review_on": "gisteren"}).status_code == 422
    assert signed_in(organisation.fenna).post(f"{place}review/", {"review_on": LATER}).status_code == 302
    assert Hold.objects.get().review_on.isoformat() == LATER
    assert signed_in(organisation.pim).post(f"{place}review/", {"review_on": LATER}).status_code == 403


def test_a_reader_sees_only_holds_that_are_theirs_to_see(organisation: Organisation, dossier: Dossier) -> None:
    place = sends(organisation.fenna)["Location"]
    page = signed_in(organisation.samira).get(place).content.decode()
    assert "JD-1" in page
    assert "Ouders klagen." not in page  # words about a dossier are for who reads that dossier
    assert signed_in(organisation.amina).get(place).status_code == 404
    assert "There are no holds" in signed_in(organisation.amina).get("/holds/").content.decode()
    assert signed_in(organisation.joost).get(place).status_code == 200
    assert signed_in(organisation.pim).get("/holds/new/").status_code == 404
