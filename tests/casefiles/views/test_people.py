"""People, teams and the organisation in the browser."""

import re
from typing import Any

import pytest
from django.core import mail
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from casefiles.models import Invitation, Role, Team, User
from tests.casework import noor, signed_in
from tests.organisation import PASSWORD, Organisation

LINK = re.compile(r"http://testserver(/invitation/[\w-]+/)")


def form(**changes: Any) -> dict[str, Any]:
    return {"name": "Hanna Prins", "username": "hanna", "role": "case_worker", "email": ""} | changes


def link_in(page: str) -> str:
    found = LINK.search(page)
    assert found
    return found.group(1)


@pytest.mark.parametrize("role", ["fenna", "joost", "samira", "tineke", "pim"])
def test_the_pages_are_for_administrators(organisation: Organisation, role: str) -> None:
    client = signed_in(getattr(organisation, role))
    koen = organisation.koen.pk
    for address in ("/people/", "/people/invite/", f"/people/{koen}/", "/teams/new/", "/organisation/"):
        assert client.get(address).status_code == 403, address
    for address in (f"/people/{koen}/link/", f"/people/{koen}/deactivate/"):
        assert client.post(address).status_code == 403, address
    assert "/people/" not in client.get("/help/").content.decode()
    assert User.objects.get(pk=koen).is_active


def test_the_overview_shows_everyone_with_few_queries(organisation: Organisation) -> None:
    noor(organisation)
    client = signed_in(organisation.koen)
    client.get("/help/")
    with CaptureQueriesContext(connection) as asked:
        page = client.get("/people/").content.decode()
    assert len(asked) < 10
    for word in ("Fenna de Wit", "Team Noord", "Privacy officer", "Active", "never"):
        assert word in page
    assert "Vermeulen" not in page


def test_an_invited_person_comes_in_by_the_link_and_only_once(organisation: Organisation) -> None:
    page = signed_in(organisation.koen).post("/people/invite/", form(teams=[organisation.noord.pk]))
    link = link_in(page.content.decode())
    guest = Client(headers={"accept-language": "en"})
    assert "Hanna Prins" in guest.get(link).content.decode()
    assert guest.post(link, {"password": "kort"}).status_code == 422
    assert guest.post(link, {"password": PASSWORD})["Location"] == "/login/"
    for answer in (guest.get(link), guest.post(link, {"password": "een ander lang wachtwoord"})):
        assert answer.status_code == 404
    assert guest.login(username="hanna", password=PASSWORD)


def test_a_link_is_mailed_without_any_name(organisation: Organisation) -> None:
    signed_in(organisation.koen).post("/people/invite/", form(email="hanna@example.org"))
    (message,) = mail.outbox
    assert LINK.fullmatch(message.body.strip())
    assert "Hanna" not in message.subject + message.body


def test_a_mail_server_that_is_away_does_not_cost_the_link(
    organisation: Organisation, monkeypatch: pytest.MonkeyPatch
) -> None:
    def away(*_args: object) -> int:
        raise ConnectionRefusedError

    monkeypatch.setattr("casefiles.views.people.send_mail", away)
    page = signed_in(organisation.koen).post("/people/invite/", form(email="hanna@example.org")).content.decode()
    assert "could not be mailed" in page
    assert Client().get(link_in(page)).status_code == 200


def test_inviting_twice_makes_one_person(organisation: Organisation) -> None:
    client = signed_in(organisation.koen)
    client.post("/people/invite/", form())
    again = client.post("/people/invite/", form(username="HANNA".lower()))
    assert again.status_code == 422
    assert "Somebody has this username already." in again.content.decode()
    assert Invitation.objects.count() == 1


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"name": ""}, "Fill in the name."),
        ({"username": "Hanna Prins"}, "Use 3 to 60 small letters"),
        ({"username": "fenna"}, "Somebody has this username already."),
        ({"role": ""}, "Choose a role."),
        ({"role": "superuser"}, "Choose one of the possibilities."),
        ({"email": "hanna@"}, "This is no e-mail address."),
    ],
)
def test_a_mistake_is_said_and_nothing_typed_is_lost(
    organisation: Organisation, changes: dict[str, str], words: str
) -> None:
    answer = signed_in(organisation.koen).post("/people/invite/", form(**changes))
    assert answer.status_code == 422
    assert words in answer.content.decode()
    assert User.objects.count() == 7


def test_a_role_on_metadata_is_in_no_team(organisation: Organisation) -> None:
    answer = signed_in(organisation.koen).post("/people/invite/", form(role="auditor", teams=[organisation.noord.pk]))
    assert answer.status_code == 422
    assert "This role is in no team" in answer.content.decode()


def test_a_person_is_changed_and_the_own_role_is_not(organisation: Organisation) -> None:
    client = signed_in(organisation.koen)
    changed = {"name": "Fenna Wit", "role": "team_lead", "teams": [organisation.oost.pk], "whole_team": "on"}
    assert client.post(f"/people/{organisation.fenna.pk}/", changed).status_code == 302
    fenna = User.objects.get(username="fenna")
    assert (fenna.name, fenna.role) == ("Fenna Wit", Role.TEAM_LEAD)
    assert Team.objects.get(group__user=fenna) == organisation.oost
    client.post(f"/people/{organisation.koen.pk}/", {"name": "Koen V.", "role": "case_worker"})
    koen = User.objects.get(username="koen")
    assert (koen.name, koen.role) == ("Koen V.", Role.ADMINISTRATOR)


def test_the_only_administrator_is_not_offered_leaving_and_cannot(organisation: Organisation) -> None:
    client = signed_in(organisation.koen)
    page = client.get(f"/people/{organisation.koen.pk}/").content.decode()
    assert "deactivate" not in page
    answer = client.post(f"/people/{organisation.koen.pk}/deactivate/")
    assert answer.status_code == 422
    assert "Ask another administrator" in answer.content.decode()


def test_who_left_can_be_let_in_again(organisation: Organisation) -> None:
    client = signed_in(organisation.koen)
    for _ in range(2):
        assert client.post(f"/people/{organisation.fenna.pk}/deactivate/").status_code == 302
    assert not Client().login(username="fenna", password=PASSWORD)
    assert "Has left" in client.get("/people/").content.decode()
    link = link_in(client.post(f"/people/{organisation.fenna.pk}/link/").content.decode())
    assert Client().post(link, {"password": PASSWORD}).status_code == 302
    assert Client().login(username="fenna", password=PASSWORD)


def test_teams_are_made_and_renamed_and_no_two_are_called_the_same(organisation: Organisation) -> None:
    client = signed_in(organisation.koen)
    assert client.post("/teams/new/", {"name": "Team West"}).status_code == 302
    assert client.post("/teams/new/", {"name": "team west"}).status_code == 422
    assert client.post(f"/teams/{organisation.noord.pk}/", {"name": "Team Oost"}).status_code == 422
    assert client.post(f"/teams/{organisation.noord.pk}/", {"name": "Team Noordkop"}).status_code == 302
    assert sorted(Team.objects.values_list("name", flat=True)) == ["Team Noordkop", "Team Oost", "Team West"]


def test_the_organisation_gets_its_name(organisation: Organisation) -> None:
    client = signed_in(organisation.koen)
    assert client.post("/organisation/", {"name": ""}).status_code == 422
    page = client.post("/organisation/", {"name": "Jeugdhulp Duin"}, follow=True).content.decode()
    assert 'value="Jeugdhulp Duin"' in page
