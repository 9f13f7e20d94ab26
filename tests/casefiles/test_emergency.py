"""Emergency access: by exact reference, for a short time, told at once, and reviewed afterwards."""

from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.core import mail
from django.test import Client
from django.utils import timezone

from casefiles import access, emergency
from casefiles.access import Ability
from casefiles.models import AccessEvent, Dossier, EmergencyAccess, Organisation, User
from tests.casework import address, noor, signed_in
from tests.organisation import Organisation as House

WORDS = "Moeder belt in paniek, niemand van het team neemt op."


@pytest.fixture
def dossier(organisation: House) -> Dossier:
    """Fenna leads the dossier of Noor; Amina has nothing to do with it."""
    User.objects.filter(username__in=["fenna", "samira"]).update(email="post@example.org")
    return noor(organisation)


def opens(client: Client, reference: str = "JD-1", **changes: str) -> Any:
    sent = {"reference": reference, "reason": "unreachable", "text": WORDS} | changes
    return client.post("/emergency/open/", sent)


def test_the_door_shows_lead_and_team_and_then_opens_for_reading_alone(organisation: House, dossier: Dossier) -> None:
    client = signed_in(organisation.amina)
    assert client.get(address("dossier", dossier)).status_code == 404
    shown = client.post("/emergency/find/", {"reference": "jd-1"}).content.decode()
    assert "Fenna de Wit" in shown
    assert "Noor V" not in shown
    assert "Vermeulen" not in shown
    assert not access.can(organisation.amina, Ability.READ, dossier)
    assert opens(client)["Location"] == address("dossier", dossier)
    page = client.get(address("dossier", dossier)).content.decode()
    assert "Noor V." in page
    assert "Emergency access used" in page
    assert client.post(address("add-entry", dossier), {"text": "x"}).status_code in {403, 422}
    assert not access.can(organisation.amina, Ability.CONTRIBUTE, dossier)
    reads = AccessEvent.objects.filter(actor_id=organisation.amina.pk, action="read", ground="timeline")
    assert ("emergency", "127.0.0.1") in reads.values_list("basis", "address")


def test_it_ends_by_itself_after_the_organisation_s_minutes(organisation: House, dossier: Dossier) -> None:
    Organisation.objects.create(name="Waterkant", emergency_minutes=20)
    opens(signed_in(organisation.amina))
    for minutes, sees in ((19, True), (21, False)):
        with time_machine.travel(timezone.now() + timedelta(minutes=minutes)):
            assert access.can(organisation.amina, Ability.READ, dossier) is sees


def test_lead_and_privacy_officer_are_told_at_once_without_a_word_about_anyone(
    organisation: House, dossier: Dossier
) -> None:
    opens(signed_in(organisation.amina))
    assert len(mail.outbox) == 2
    for message in mail.outbox:
        for word in ("JD-1", "Noor", "Amina", "paniek"):
            assert word not in message.subject + message.body
    assert "JD-1" in signed_in(organisation.samira).get("/emergency/").content.decode()
    assert "JD-1" in signed_in(organisation.fenna).get("/emergency/").content.decode()
    assert "JD-1" not in signed_in(organisation.joost).get("/emergency/").content.decode()
    assert b"paniek" not in bytes(EmergencyAccess.objects.values_list("facts", flat=True).get())


@pytest.mark.parametrize("who", ["samira", "koen", "tineke", "pim"])
def test_roles_that_see_no_content_have_no_such_door(organisation: House, dossier: Dossier, who: str) -> None:
    client = signed_in(getattr(organisation, who))
    assert client.post("/emergency/find/", {"reference": "JD-1"}).status_code == 403
    assert opens(client).status_code == 403
    assert not EmergencyAccess.objects.exists()


def test_no_reason_no_words_no_such_number_and_a_double_click(organisation: House, dossier: Dossier) -> None:
    client = signed_in(organisation.amina)
    assert client.post("/emergency/find/", {"reference": "JD-9"}).status_code == 422
    assert client.post("/emergency/find/", {"reference": "JD"}).status_code == 422
    assert opens(client, reason="").status_code == 422
    answer = opens(client, text="kort")
    assert (answer.status_code, "kort" in answer.content.decode()) == (422, True)
    assert not EmergencyAccess.objects.exists()
    opens(client)
    opens(client)
    assert EmergencyAccess.objects.count() == 1
    assert AccessEvent.objects.filter(action="search", ground="emergency").count() >= 4


def test_who_has_access_already_is_sent_there(organisation: House, dossier: Dossier) -> None:
    assert opens(signed_in(organisation.fenna))["Location"] == address("dossier", dossier)
    assert not EmergencyAccess.objects.exists()


def test_the_officer_reviews_once_and_an_unjustified_use_ends(organisation: House, dossier: Dossier) -> None:
    opens(signed_in(organisation.amina))
    used = EmergencyAccess.objects.get()
    page = f"/emergency/{used.pk}/"
    officer = signed_in(organisation.samira)
    assert WORDS in officer.get(page).content.decode()
    for other in (organisation.tineke, organisation.fenna):
        assert signed_in(other).post(page, {"verdict": "justified"}).status_code == 403
    assert signed_in(organisation.joost).get(page).status_code == 404
    assert officer.post(page, {"verdict": "unjustified", "remark": "Fenna was bereikbaar."}).status_code == 302
    assert not access.can(organisation.amina, Ability.READ, dossier)
    officer.post(page, {"verdict": "justified"})
    used.refresh_from_db()
    assert (used.verdict, used.reviewed_by) == ("unjustified", organisation.samira)
    assert (
        "Emergency access reviewed" in signed_in(organisation.fenna).get(address("dossier", dossier)).content.decode()
    )


def test_it_can_be_given_back(organisation: House, dossier: Dossier) -> None:
    client = signed_in(organisation.amina)
    opens(client)
    used = EmergencyAccess.objects.get()
    assert signed_in(organisation.fenna).post(f"/emergency/{used.pk}/stop/").status_code == 404
    for _again in range(2):
        client.post(f"/emergency/{used.pk}/stop/")
    assert not access.can(organisation.amina, Ability.READ, dossier)
    assert AccessEvent.objects.filter(action="revoke", ground="emergency").count() == 1


def test_guessing_references_is_slowed_down(organisation: House, dossier: Dossier, settings: Any) -> None:
    client = signed_in(organisation.amina)
    codes = [client.post("/emergency/find/", {"reference": f"X-{n}"}).status_code for n in range(10)]
    assert codes[-1] == 429
    assert emergency.minutes() == 60
