"""Many dossiers at once end up exactly as one that a person opens."""

from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from functools import partial
from io import BytesIO

import pytest
from django.utils import timezone

from casefiles import access, bulk, search, storage
from casefiles.access import Ability
from casefiles.bulk import Arrival, Incoming
from casefiles.models import (
    AccessEvent,
    Document,
    DocumentFacts,
    Dossier,
    DossierUserGrant,
    Entry,
    EntryFacts,
    Party,
    PartyFacts,
    SearchToken,
)
from casefiles.vault import keys
from tests.organisation import Organisation

DAY = date(2020, 1, 6)
LONG_AGO = datetime(2020, 1, 6, 12, tzinfo=UTC)


class Killed(BaseException):
    """What a kill is to a test."""


def arrival(organisation: Organisation, reference: str, status: Dossier.Status = Dossier.Status.OPEN) -> Arrival:
    dossier = Dossier(
        reference=reference, kind="jeugdhulp", team=organisation.noord, opened_on=DAY, last_change_on=DAY,
        closed_on=DAY if status == Dossier.Status.CLOSED else None,
    )  # fmt: skip
    youth = PartyFacts(given_names="Julia", surname="Luinenburg", birth_date=date(2008, 3, 7), bsn="999990019")
    entry = EntryFacts(text="Gesprek op school.", author="Fenna de Wit", title="Gesprek")
    document = Document(
        dossier=dossier,
        storage_key=storage.new_key(dossier.pk),
        category="report",
        created_on=DAY,
        facts=DocumentFacts(title="Verslag", filename="verslag.txt"),
    )
    grant = DossierUserGrant(
        content_object=dossier,
        user=organisation.fenna,
        permission=access.permission(Ability.LEAD),
        until=timezone.now() + timedelta(days=9),
        reason="test",
        granted_by=organisation.joost,
    )
    entries = [
        Entry(
            dossier=dossier,
            occurred_on=DAY,
            kind="contact",
            source="fact",
            substantive=True,
            facts=entry,
            written_at=LONG_AGO,
        )
    ]
    rows = {Party: [Party(dossier=dossier, role="youth", facts=youth)], Entry: entries, DossierUserGrant: [grant]}
    return Arrival(dossier, status, rows, [Incoming(document, partial(BytesIO, b"verslag"))])


def bring(*arrivals: Arrival) -> None:
    bulk.bring_in(arrivals, ground="test")


def test_who_was_granted_a_dossier_can_read_all_of_it(organisation: Organisation) -> None:
    bring(arrival(organisation, "JD-1"), arrival(organisation, "JD-2"))
    keys.forget()
    mine = access.visible_to(organisation.fenna).order_by("reference")
    assert [d.reference for d in mine] == ["JD-1", "JD-2"]
    dossier = mine[0]
    assert Party.objects.get(dossier=dossier).facts.surname == "Luinenburg"
    assert Entry.objects.get(dossier=dossier).facts.text == "Gesprek op school."
    document = Document.objects.get(dossier=dossier)
    assert b"".join(storage.read(dossier.pk, document.storage_key)) == b"verslag"
    assert (document.stored, document.size) == (True, 7)
    assert len(dossier.facts.subject_secret) == 32
    assert Entry.objects.get(dossier=dossier).written_at == LONG_AGO
    assert not access.visible_to(organisation.amina).exists()


def test_the_blind_index_is_that_of_a_dossier_opened_by_hand(organisation: Organisation) -> None:
    new = arrival(organisation, "JD-1")
    bring(new)
    by_bulk = set(SearchToken.objects.values_list("purpose", "token"))
    assert search.find(SearchToken.Purpose.SURNAME, "luinenburg") == [new.dossier.pk]
    search.index(new.dossier.pk, [party.facts for party in new.people])
    assert set(SearchToken.objects.values_list("purpose", "token")) == by_bulk


def test_every_arrival_and_nothing_else_is_in_the_access_log(organisation: Organisation) -> None:
    new = [arrival(organisation, f"JD-{n}") for n in range(3)]
    bring(*new)
    lines = AccessEvent.objects.filter(action="import", ground="test", actor_name="Goed Vertrouwen")
    assert set(lines.values_list("dossier_id", flat=True)) == {a.dossier.pk for a in new}
    assert AccessEvent.objects.count() == 3


def test_a_grant_gets_the_date_by_which_lists_are_sorted(organisation: Organisation) -> None:
    bring(arrival(organisation, "JD-1", Dossier.Status.CLOSED))
    assert DossierUserGrant.objects.get().last_change_on == DAY


def test_what_a_killed_run_left_is_invisible_and_replaced_by_the_next(organisation: Organisation) -> None:
    def killed(_arrivals: Sequence[Arrival]) -> None:
        raise Killed

    first = arrival(organisation, "JD-1")
    with pytest.raises(Killed):
        bulk.bring_in([first], ground="test", within=killed)
    assert not Dossier.objects.present().exists()
    assert not Entry.objects.exists()
    bring(arrival(organisation, "JD-1"))
    assert Dossier.objects.present().count() == Dossier.objects.count() == 1
    assert keys.remaining([first.dossier.pk]) == set()
    assert storage.listed(first.dossier.pk) == []


def test_nothing_is_brought_in_for_no_arrivals(organisation: Organisation) -> None:
    bring()
    assert not Dossier.objects.exists()
