"""The care team in the browser: the lead gives access, takes it back, and confirms it."""

from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.core import mail
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from casefiles import access, recertification
from casefiles.access import Ability
from casefiles.models import AccessEvent, AccessNote, Dossier, DossierUserGrant, Organisation, User
from tests.casework import address, may, noor, signed_in
from tests.organisation import Organisation as House

DAY = timedelta(days=1)


@pytest.fixture
def dossier(organisation: House) -> Dossier:
    """Fenna leads the dossier of Noor."""
    return noor(organisation)


def form(to: Any, **changes: str) -> dict[str, str]:
    sort = "person" if isinstance(to, User) else "team"
    day = (timezone.localdate() + 30 * DAY).isoformat()
    return {"to": f"{sort}-{to.pk}", "ability": "read_dossier", "until": day, "reason": "works", "note": ""} | changes


def test_the_lead_gives_access_until_a_day_with_a_reason_and_a_sealed_explanation(
    organisation: House, dossier: Dossier
) -> None:
    client = signed_in(organisation.fenna)
    given = form(organisation.amina, note="Werkt mee aan het plan voor Noor.")
    assert client.post(address("give-access", dossier), given).status_code == 302
    assert access.can(organisation.amina, Ability.READ, dossier)
    assert not access.can(organisation.amina, Ability.CONTRIBUTE, dossier)
    page = client.get(address("dossier-access", dossier)).content.decode()
    assert "Werkt mee aan het plan" in page
    assert b"Werkt" not in bytes(AccessNote.objects.values_list("facts", flat=True).get())
    line = AccessEvent.objects.filter(action="grant", actor_id=organisation.fenna.pk).latest("occurred_at")
    assert (line.ground, line.detail["to"], line.dossier_id) == ("works", "Amina Bakkali", dossier.pk)
    assert "Werkt" not in str(line.detail)
    with time_machine.travel(timezone.now() + 31 * DAY):
        assert not access.can(organisation.amina, Ability.READ, dossier)


@pytest.mark.parametrize(
    ("who", "changes", "words"),
    [
        ("fenna", {}, "Choose one of the possibilities."),
        ("samira", {}, "Choose one of the possibilities."),
        ("joost", {"ability": "treat_dossier"}, "registered treating professional"),
        ("joost", {"until": "2020-01-01"}, "Choose a day after today"),
        ("joost", {"until": "2099-01-01"}, "at most a year"),
        ("joost", {"reason": ""}, "Choose a reason."),
        ("noord", {"ability": "lead_dossier"}, "Leading a case and treating are for one person"),
    ],
)
def test_what_cannot_be_given_is_said(
    organisation: House, dossier: Dossier, who: str, changes: dict[str, str], words: str
) -> None:
    before = DossierUserGrant.objects.count()
    answer = signed_in(organisation.fenna).post(
        address("give-access", dossier), form(getattr(organisation, who), **changes)
    )
    assert answer.status_code == 422
    assert words in answer.content.decode()
    assert DossierUserGrant.objects.count() == before


def test_who_does_not_lead_changes_no_team(organisation: House, dossier: Dossier) -> None:
    may(organisation.joost, Ability.CONTRIBUTE, dossier)
    for user, status in ((organisation.joost, 403), (organisation.amina, 404), (organisation.koen, 404)):
        client = signed_in(user)
        for name in ("give-access", "withdraw-access", "confirm-team"):
            answer = client.post(address(name, dossier), form(organisation.amina) | {"of": "person-1"})
            assert answer.status_code == status, (user, name)
    assert not access.can(organisation.amina, Ability.READ, dossier)


def test_access_is_taken_back_and_the_only_lead_stays(organisation: House, dossier: Dossier) -> None:
    client = signed_in(organisation.fenna)
    client.post(address("give-access", dossier), form(organisation.noord))
    client.post(address("withdraw-access", dossier), {"of": f"team-{organisation.noord.pk}"})
    assert not access.can(organisation.joost, Ability.READ, dossier)
    answer = client.post(address("withdraw-access", dossier), {"of": f"person-{organisation.fenna.pk}"}, follow=True)
    assert access.can(organisation.fenna, Ability.LEAD, dossier)
    assert client.post(address("withdraw-access", dossier), {"of": "person-x"}).status_code == 404
    assert answer.status_code == 200


def test_an_unconfirmed_team_lapses_and_a_confirmed_one_goes_on(organisation: House, dossier: Dossier) -> None:
    Organisation.objects.create(name="Waterkant", recertify_months=3)
    for user, days in ((organisation.joost, 300), (organisation.amina, 60)):
        until = timezone.now() + days * DAY
        access.grant(user, Ability.LEAD, dossier, until=until, reason="works", by=organisation.fenna)
    with time_machine.travel(timezone.now() + 80 * DAY):
        assert recertification.waiting_for(organisation.joost).get() == dossier
        client = signed_in(organisation.joost)
        page = client.get("/case-load/").content.decode()
        assert "JD-1" in page
        client.post("/case-load/confirm/", {"dossier": [str(dossier.pk)]})
        assert not recertification.waiting_for(organisation.joost).exists()
    with time_machine.travel(timezone.now() + 165 * DAY):
        assert access.can(organisation.joost, Ability.LEAD, dossier)
        assert not access.can(organisation.amina, Ability.READ, dossier)  # her own end is not moved
    with time_machine.travel(timezone.now() + 175 * DAY):
        assert not access.can(organisation.joost, Ability.READ, dossier)  # nobody confirmed again


def test_who_is_not_ticked_leaves_at_the_confirmation(organisation: House, dossier: Dossier) -> None:
    may(organisation.joost, Ability.READ, dossier)
    may(organisation.amina, Ability.READ, dossier)
    sent = {"shown": [organisation.joost.pk, organisation.amina.pk], "stays": [organisation.joost.pk]}
    signed_in(organisation.fenna).post(address("confirm-team", dossier), sent)
    assert access.can(organisation.joost, Ability.READ, dossier)
    assert not access.can(organisation.amina, Ability.READ, dossier)
    assert AccessEvent.objects.get(action="confirm").detail == {"kept": 2, "ended": 1}


def test_a_lead_is_reminded_once_a_week_without_a_word_about_anyone(organisation: House, dossier: Dossier) -> None:
    User.objects.filter(pk=organisation.fenna.pk).update(email="fenna@example.org")
    DossierUserGrant.objects.update(until=timezone.now() + 20 * DAY)
    today = timezone.localdate()
    assert [recertification.remind(today), recertification.remind(today)] == [1, 0]
    (message,) = mail.outbox
    for word in ("Fenna", "Noor", "JD-1", "Vermeulen"):
        assert word not in message.subject + message.body


def test_a_shorter_term_of_the_organisation_counts_at_once(organisation: House, dossier: Dossier) -> None:
    sent = {"name": "Waterkant", "recertify_months": "2", "emergency_minutes": "30", "access_log_years": "6"}
    assert signed_in(organisation.koen).post("/organisation/", sent).status_code == 302
    with time_machine.travel(timezone.now() + 70 * DAY):
        assert not access.can(organisation.fenna, Ability.READ, dossier)


def test_the_page_of_a_large_team_asks_few_queries(organisation: House, dossier: Dossier) -> None:
    for number in range(8):
        may(User.objects.enrol(f"w{number}", f"Werker {number}", organisation.fenna.role), Ability.READ, dossier)
    client = signed_in(organisation.fenna)
    client.get(address("dossier-access", dossier))
    with CaptureQueriesContext(connection) as asked:
        page = client.get(address("dossier-access", dossier)).content.decode()
    assert "Werker 7" in page
    assert len(asked) < 16, [query["sql"][:90] for query in asked]
