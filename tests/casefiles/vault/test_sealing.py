"""Sealed fields: what went in comes out, in its own row alone, and nowhere in a repr."""

from datetime import date
from typing import Any
from uuid import uuid4

import pytest
from cryptography.exceptions import InvalidTag
from django.db import connection
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from casefiles.models import Document, DossierFacts, Entry, EntryFacts, Party, PartyFacts
from casefiles.vault import keys
from casefiles.vault.sealing import seal, unseal
from tests.organisation import Organisation

pytestmark = pytest.mark.usefixtures("stores")
TABLE = "casefiles_party"
HOUSE = settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])

people = st.builds(
    PartyFacts,
    given_names=st.text(),
    surname=st.text(),
    birth_date=st.none() | st.dates(),
    bsn=st.text(),
    authority=st.none() | st.booleans(),
    secret_address=st.booleans(),
)
secrets = st.builds(DossierFacts, subject_secret=st.binary())
entries = st.builds(EntryFacts, text=st.text(), author=st.text())
dossier_ids = st.shared(st.just(uuid4()))


@pytest.fixture
def dossier_id() -> Any:
    """A dossier that has its key."""
    found = uuid4()
    keys.create([found])
    return found


@HOUSE
@given(facts=people | secrets | entries)
def test_what_is_sealed_opens_as_it_was(facts: Any, dossier_id: Any) -> None:
    row = uuid4()
    assert unseal(seal(facts, TABLE, row, dossier_id), type(facts), TABLE, row, dossier_id) == facts


@HOUSE
@given(facts=people, data=st.data())
def test_a_blob_of_which_any_bit_was_flipped_does_not_open(facts: PartyFacts, data: Any, dossier_id: Any) -> None:
    row = uuid4()
    blob = bytearray(seal(facts, TABLE, row, dossier_id))
    position = data.draw(st.integers(0, len(blob) * 8 - 1))
    blob[position // 8] ^= 1 << position % 8
    with pytest.raises(InvalidTag):
        unseal(bytes(blob), PartyFacts, TABLE, row, dossier_id)


@HOUSE
@given(facts=people, cut=st.integers(0, 40))
def test_a_blob_that_was_cut_off_does_not_open(facts: PartyFacts, cut: int, dossier_id: Any) -> None:
    row = uuid4()
    with pytest.raises((InvalidTag, ValueError)):
        unseal(seal(facts, TABLE, row, dossier_id)[:cut], PartyFacts, TABLE, row, dossier_id)


def test_a_blob_opens_in_no_other_table_row_or_dossier(dossier_id: Any) -> None:
    row, other = uuid4(), uuid4()
    keys.create([other])
    blob = seal(PartyFacts(surname="Luinenburg"), TABLE, row, dossier_id)
    for table, place, owner in (
        ("casefiles_entry", row, dossier_id),
        (TABLE, uuid4(), dossier_id),
        (TABLE, row, other),
    ):
        with pytest.raises(InvalidTag):
            unseal(blob, PartyFacts, table, place, owner)


def test_the_same_facts_are_sealed_differently_each_time(dossier_id: Any) -> None:
    row = uuid4()
    assert len({seal(PartyFacts(), TABLE, row, dossier_id) for _ in range(100)}) == 100


def test_nothing_opens_or_is_sealed_after_shredding(dossier_id: Any) -> None:
    row = uuid4()
    blob = seal(PartyFacts(), TABLE, row, dossier_id)
    keys.shred([dossier_id])
    with pytest.raises(keys.KeyShredded):
        unseal(blob, PartyFacts, TABLE, row, dossier_id)
    with pytest.raises(keys.KeyShredded):
        seal(PartyFacts(), TABLE, row, dossier_id)


def column(table: str) -> dict[Any, bytes]:
    with connection.cursor() as cursor:
        cursor.execute(f'SELECT id, facts FROM "{table}"')
        return {row: bytes(blob) for row, blob in cursor.fetchall()}


def test_in_the_database_stands_only_the_sealed_form(organisation: Organisation) -> None:
    organisation.keeps("JD-2020-0001", documents=1)
    for table in (TABLE, "casefiles_entry", "casefiles_document", "casefiles_dossier"):
        for blob in column(table).values():
            for word in (b"Julia", b"Luinenburg", b"school", b"verslag", b"subject_secret"):
                assert word not in blob


def test_a_column_that_was_copied_to_another_row_does_not_open(organisation: Organisation) -> None:
    one, two = organisation.opens("JD-2020-0001"), organisation.opens("JD-2020-0002")
    mine, theirs = Party.objects.get(dossier=one), Party.objects.get(dossier=two)
    with connection.cursor() as cursor:
        cursor.execute(f"UPDATE {TABLE} SET facts = %s WHERE id = %s", [column(TABLE)[theirs.pk], mine.pk])
    with pytest.raises(InvalidTag):
        _ = Party.objects.get(pk=mine.pk).facts
    assert Party.objects.get(pk=theirs.pk).facts.surname == "Luinenburg"


def test_a_deferred_field_is_fetched_and_opened_when_it_is_read(organisation: Organisation) -> None:
    organisation.opens("JD-2020-0001")
    for party in (Party.objects.defer("facts").get(), Party.objects.only("role").get()):
        assert party.get_deferred_fields() >= {"facts"}
        assert party.facts.given_names == "Julia"


def test_a_field_that_was_not_read_goes_back_as_it_came(organisation: Organisation) -> None:
    organisation.opens("JD-2020-0001")
    before = column(TABLE)
    Party.objects.get().save()
    assert column(TABLE) == before
    party = Party.objects.get()
    party.facts = PartyFacts(surname="Anders")
    party.save(update_fields=["facts"])
    assert column(TABLE) != before
    assert Party.objects.get().facts == PartyFacts(surname="Anders")


def test_no_repr_or_str_shows_what_is_sealed(organisation: Organisation) -> None:
    dossier = organisation.keeps("JD-2020-0001", documents=1)
    secret = dossier.facts.subject_secret
    for row in (dossier, Party.objects.get(), Entry.objects.get(), Document.objects.get()):
        shown = f"{row!r} {row} {row.facts!r} {row.facts} {row.__dict__}"
        for word in ("Julia", "Luinenburg", "2008", "school", "verslag", "Fenna", secret.hex(), repr(secret)):
            assert word not in shown, word
    assert PartyFacts(birth_date=date(2008, 3, 7)) == PartyFacts(birth_date=date(2008, 3, 7))
