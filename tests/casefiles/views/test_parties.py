"""People and authority: changed with care for who is looking, and never overwritten unseen."""

from datetime import date
from typing import Any
from uuid import uuid4

import pytest

from casefiles import lifecycle, search
from casefiles.access import Ability
from casefiles.models import Authority, AuthorityFacts, Party, SearchToken
from retention.models import Clock
from tests.casework import BSN, address, may, noor, signed_in
from tests.organisation import Organisation


def party_form(**changes: Any) -> dict[str, Any]:
    values = {"role": "parent", "given_names": "Ali", "surname": "Kaya", "once": str(uuid4())}
    return values | changes


def test_a_person_is_added_once_and_found_by_name(organisation: Organisation) -> None:
    dossier = noor(organisation)
    client, form = signed_in(organisation.fenna), party_form()
    for _ in range(2):
        assert client.post(address("add-party", dossier), form).status_code == 302
    assert Party.objects.filter(dossier=dossier).count() == 3
    assert search.find(SearchToken.Purpose.SURNAME, "Kaya") == [dossier.pk]


def test_a_secret_address_is_shown_and_sent_to_who_leads_and_to_nobody_else(organisation: Organisation) -> None:
    dossier = noor(organisation)
    parent = dossier.party_set.get(role="parent")
    may(organisation.amina, Ability.CONTRIBUTE, dossier)
    pages = [address("parties", dossier), address("change-party", dossier, parent.pk)]
    fenna, amina = signed_in(organisation.fenna), signed_in(organisation.amina)
    assert ["Geheimweg" in fenna.get(page).content.decode() for page in pages] == [True, True]
    assert ["Geheimweg" in amina.get(page).content.decode() for page in pages] == [False, False]


def test_who_does_not_see_a_secret_address_does_not_erase_it_either(organisation: Organisation) -> None:
    dossier = noor(organisation)
    parent = dossier.party_set.get(role="parent")
    may(organisation.amina, Ability.CONTRIBUTE, dossier)
    form = party_form(surname="Dam-Visser", version=parent.version, address="", city="Hier")
    signed_in(organisation.amina).post(address("change-party", dossier, parent.pk), form)
    parent.refresh_from_db()
    facts = parent.facts
    assert (facts.surname, facts.address, facts.city, facts.secret_address) == (
        "Dam-Visser",
        "Geheimweg 1",
        "Elders",
        True,
    )


def test_an_empty_bsn_field_keeps_the_number_and_a_false_one_is_refused(organisation: Organisation) -> None:
    dossier = noor(organisation)
    youth = dossier.party_set.get(role="youth")
    client, page = signed_in(organisation.fenna), address("change-party", dossier, youth.pk)
    seen = youth.version
    false = client.post(page, party_form(role="youth", version=seen, bsn="999900007"))
    assert false.status_code == 422
    assert client.post(page, party_form(role="youth", version=seen, bsn="")).status_code == 302
    youth.refresh_from_db()
    assert (youth.facts.bsn, youth.facts.surname) == (BSN, "Kaya")


def test_two_people_who_change_one_person_overwrite_nothing_unseen(organisation: Organisation) -> None:
    dossier = noor(organisation)
    youth = dossier.party_set.get(role="youth")
    client, page = signed_in(organisation.fenna), address("change-party", dossier, youth.pk)
    seen = youth.version
    client.post(page, party_form(role="youth", version=seen, surname="Eerste"))
    second = client.post(page, party_form(role="youth", version=seen, surname="Tweede"))
    youth.refresh_from_db()
    assert (second.status_code, youth.facts.surname) == (409, "Eerste")
    assert all(word in second.content.decode() for word in ("Eerste", "Tweede"))
    assert BSN not in second.content.decode()


def test_a_birth_date_that_becomes_known_moves_the_clock(organisation: Organisation) -> None:
    dossier = organisation.opens("JD-9", kind="leerplicht", birth_date=None)
    assert Clock.objects.get(dossier=dossier).state == "waiting"
    youth = dossier.party_set.get()
    form = party_form(role="youth", version=youth.version, birth_date="2010-04-05")
    signed_in(organisation.fenna).post(address("change-party", dossier, youth.pk), form)
    assert Clock.objects.get(dossier=dossier).state == "running"


def test_who_someone_is_does_not_count_as_a_substantive_change(organisation: Organisation) -> None:
    dossier = noor(organisation)
    before = dossier.last_change_on
    signed_in(organisation.fenna).post(address("add-party", dossier), party_form())
    dossier.refresh_from_db()
    assert dossier.last_change_on == before


def test_an_authority_is_recorded_with_dates_and_evidence_and_changed(organisation: Organisation) -> None:
    dossier = noor(organisation)
    adult, child = dossier.party_set.get(role="parent"), dossier.party_set.get(role="youth")
    form = {
        "adult": str(adult.pk),
        "child": str(child.pk),
        "since": "2012-05-03",
        "evidence": "uittreksel gezagsregister",
        "once": str(uuid4()),
    }
    client = signed_in(organisation.fenna)
    for _ in range(2):
        assert client.post(address("record-authority", dossier), form).status_code == 302
    authority = Authority.objects.get(dossier=dossier)
    assert authority.facts == AuthorityFacts("uittreksel gezagsregister", date(2012, 5, 3), None)
    page, seen = address("change-authority", dossier, authority.pk), authority.version
    ended = {"since": "2012-05-03", "until": "2025-01-01", "evidence": "beschikking", "version": seen}
    assert client.post(page, ended).status_code == 302
    assert client.post(page, ended | {"evidence": "iets anders"}).status_code == 409
    authority.refresh_from_db()
    assert (authority.facts.until, authority.facts.evidence) == (date(2025, 1, 1), "beschikking")
    assert "Petra Dam over Noor Vermeulen" in client.get(address("parties", dossier)).content.decode()


@pytest.mark.parametrize("wrong", [{"evidence": ""}, {"until": "2011-01-01"}, {"adult": str(uuid4())}])
def test_an_authority_that_cannot_be_is_not_recorded(organisation: Organisation, wrong: dict[str, str]) -> None:
    dossier = noor(organisation)
    adult, child = dossier.party_set.get(role="parent"), dossier.party_set.get(role="youth")
    form = {"adult": str(adult.pk), "child": str(child.pk), "since": "2012-05-03", "evidence": "x"}
    answer = signed_in(organisation.fenna).post(
        address("record-authority", dossier), form | {"once": str(uuid4())} | wrong
    )
    assert answer.status_code == 422
    assert not Authority.objects.exists()


def test_people_of_a_closed_dossier_stay_as_they_are(organisation: Organisation) -> None:
    dossier = noor(organisation)
    lifecycle.close(dossier, date(2026, 3, 3), by=organisation.fenna)
    answer = signed_in(organisation.fenna).post(address("add-party", dossier), party_form())
    assert answer.status_code == 409
    assert "Kaya" in answer.content.decode()
    assert Party.objects.filter(dossier=dossier).count() == 2
