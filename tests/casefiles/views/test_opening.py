"""Opening a dossier in the browser: proposed reference, clear errors, nothing lost, and twice is once."""

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from casefiles.forms.opening import HERE, proposed_reference
from casefiles.intake import register
from casefiles.models import Dossier
from retention.models import Clock
from tests.casework import BSN, signed_in
from tests.organisation import Organisation

NEW = "/dossiers/new/"


def form(organisation: Organisation, **changes: Any) -> dict[str, Any]:
    values = {
        "kind": "jeugdhulp",
        "reference": "JD-2026-0042",
        "team": organisation.noord.pk,
        "opened_on": timezone.localdate().isoformat(),
        "given_names": "Noor",
        "infix": "van der",
        "surname": "Veen",
        "birth_date": "2012-04-05",
        "bsn": BSN,
    }
    return values | changes


def test_the_opener_leads_the_dossier_and_its_clock_runs(organisation: Organisation) -> None:
    client = signed_in(organisation.fenna)
    for _ in range(2):  # a double click, or Back and send again
        answer = client.post(NEW, form(organisation))
        dossier = Dossier.objects.get()
        assert answer["Location"] == f"/dossiers/{dossier.pk}/"
    facts = dossier.party_set.get().facts
    assert (facts.given_names, facts.prefix, facts.surname, facts.bsn) == ("Noor", "van der", "Veen", BSN)
    assert Clock.objects.filter(dossier=dossier).count() == 1
    assert "Noor V." in client.get("/dossiers/").content.decode()


def test_another_young_person_under_the_same_reference_is_refused(organisation: Organisation) -> None:
    client = signed_in(organisation.fenna)
    client.post(NEW, form(organisation))
    answer = client.post(NEW, form(organisation, surname="Bakker"))
    assert answer.status_code == 422
    assert "There is a dossier with this reference already." in answer.content.decode()


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"kind": ""}, "Choose the kind of dossier."),
        ({"kind": "fantasy"}, "Choose one of the possibilities."),
        ({"reference": ""}, "Fill in a reference."),
        ({"reference": "Noor Veen"}, "The reference is not one."),
        ({"reference": BSN}, "citizen service number"),
        ({"surname": " "}, "Fill in the surname."),
        ({"bsn": "123456789"}, "check the nine digits"),
        ({"birth_date": "31-2-2012"}, "Fill in a date"),
        ({"opened_on": (timezone.localdate() + timedelta(days=1)).isoformat()}, "in the future"),
        ({"opened_on": ""}, "Fill in a date"),
    ],
)
def test_a_mistake_is_said_and_nothing_typed_is_lost(
    organisation: Organisation, changes: dict[str, Any], words: str
) -> None:
    answer = signed_in(organisation.fenna).post(NEW, form(organisation, **changes))
    page = answer.content.decode()
    assert answer.status_code == 422
    assert words in page
    assert 'value="Noor"' in page
    assert not Dossier.objects.exists()


def test_one_opens_dossiers_in_ones_own_team(organisation: Organisation) -> None:
    answer = signed_in(organisation.fenna).post(NEW, form(organisation, team=organisation.oost.pk))
    assert answer.status_code == 422
    assert not Dossier.objects.exists()


@pytest.mark.parametrize("role", ["samira", "koen", "tineke", "pim"])
def test_roles_on_metadata_open_none(organisation: Organisation, role: str) -> None:
    client = signed_in(getattr(organisation, role))
    assert client.get(NEW).status_code == 403
    assert client.post(NEW, form(organisation)).status_code == 403
    assert not Dossier.objects.exists()


def test_the_proposed_reference_is_the_next_of_the_year(organisation: Organisation) -> None:
    today = timezone.localdate()
    assert proposed_reference(today) == f"JD-{today.year}-0001"
    for number in (f"JD-{today.year}-0009", f"JD-{today.year}-10000", f"JD-{today.year}-X1", "JD-1999-99999"):
        organisation.opens(number)
    assert proposed_reference(today) == f"JD-{today.year}-10001"


def test_the_reference_of_a_destroyed_dossier_does_not_come_back(organisation: Organisation) -> None:
    today = timezone.localdate()
    gone = Dossier(reference=f"JD-{today.year}-0001", source=HERE)
    register.remember([gone])
    assert proposed_reference(today) == f"JD-{today.year}-0002"
    answer = signed_in(organisation.fenna).post(NEW, form(organisation, reference=gone.reference))
    assert "was destroyed" in answer.content.decode()


def test_who_is_in_no_team_reads_what_to_do(organisation: Organisation) -> None:
    organisation.fenna.groups.clear()
    assert "You are in no team yet" in signed_in(organisation.fenna).get(NEW).content.decode()
