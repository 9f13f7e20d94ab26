"""What people do to a dossier, and that nothing lands in one that is being destroyed."""

import threading
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from datetime import date, timedelta
from io import BytesIO
from typing import TypeVar

import pytest
from django.db import connections, transaction
from django.utils import timezone

from casefiles import access, lifecycle, search, storage
from casefiles.access import Ability
from casefiles.models import AccessEvent, Document, DocumentFacts, Dossier, Entry, EntryFacts, Party, SearchToken, Team
from casefiles.vault import keys
from retention.models import Clock
from tests.organisation import Organisation
from tests.stores import content, orphans, stored_files

Result = TypeVar("Result")
TODAY = timezone.localdate
LONG_AGO = date(1996, 3, 1)
LATE = EntryFacts(text="Te laat.", author="Fenna de Wit")


def entry(*, substantive: bool) -> lifecycle.NewEntry:
    return lifecycle.NewEntry(TODAY(), "contact", "fact", substantive=substantive, text="Gesprek op school.")


def elsewhere(pool: ThreadPoolExecutor, act: Callable[[], Result]) -> Future[Result]:
    """Act on connections of its own, as another process would."""

    def acting() -> Result:
        try:
            return act()
        finally:
            connections.close_all()

    return pool.submit(acting)


def claimed(dossier: Dossier) -> None:
    """What the claim of destruction does to a dossier's row."""
    locked = Dossier.objects.select_for_update().get(pk=dossier.pk)
    Dossier.objects.filter(pk=locked.pk).update(status=Dossier.Status.DESTROYING)


def backdated(dossier: Dossier) -> None:
    Dossier.objects.filter(pk=dossier.pk).update(opened_on=LONG_AGO, last_change_on=LONG_AGO)


def starts_on() -> date:
    """The date on which the term of the one dossier starts."""
    (found,) = {day for day in Clock.objects.get().starts_on if day}
    return found


def test_an_opened_dossier_has_its_people_key_clock_tokens_lead_and_log_line(organisation: Organisation) -> None:
    dossier = organisation.opens("JD-2020-0001")
    dossier.refresh_from_db()
    assert (dossier.status, dossier.closed_on, dossier.last_change_on) == ("open", None, date(2020, 1, 6))
    assert Party.objects.get(dossier=dossier).facts.given_names == "Julia"
    assert len(dossier.facts.subject_secret) == 32
    assert keys.remaining([dossier.pk]) == {dossier.pk}
    assert search.find(search.Purpose.SURNAME, "Luinenburg") == [dossier.pk]
    assert access.can(organisation.fenna, Ability.LEAD, dossier)
    assert Clock.objects.get().dossier_id == dossier.pk
    assert AccessEvent.objects.get(action="open").actor_name == "Fenna de Wit"


def test_a_second_dossier_of_the_same_reference_is_refused_and_leaves_nothing(organisation: Organisation) -> None:
    organisation.opens("JD-2020-0001")
    with pytest.raises(Exception, match="reference"):
        organisation.opens("JD-2020-0001")
    assert Dossier.objects.count() == 1
    assert orphans()["keys"] == set()


def test_a_substantive_entry_moves_the_last_change_and_the_clock(organisation: Organisation) -> None:
    dossier = organisation.opens("JD-2020-0001")
    backdated(dossier)
    lifecycle.add_entry(dossier, entry(substantive=True), by=organisation.fenna)
    dossier.refresh_from_db()
    assert dossier.last_change_on == TODAY()
    assert starts_on() == TODAY()
    stored = Entry.objects.get()
    assert (stored.facts.text, stored.facts.author) == ("Gesprek op school.", "Fenna de Wit")


def test_an_administrative_entry_moves_neither(organisation: Organisation) -> None:
    dossier = organisation.opens("JD-2020-0001")
    before = starts_on()
    lifecycle.add_entry(dossier, entry(substantive=False), by=organisation.fenna)
    dossier.refresh_from_db()
    assert dossier.last_change_on == date(2020, 1, 6)
    assert starts_on() == before
    assert Entry.objects.count() == 1


def test_a_document_is_stored_sealed_and_reads_back_and_moves_the_clock(organisation: Organisation) -> None:
    dossier = organisation.opens("JD-2020-0001")
    plain = b"Verslag van het gesprek. " * 40_000
    lifecycle.add_document(dossier, BytesIO(plain), "verslag.txt", "report", by=organisation.fenna)
    document = Document.objects.get()
    assert (document.stored, document.size) == (True, len(plain))
    assert (document.facts.title, document.facts.filename) == ("verslag", "verslag.txt")
    assert content(document) == plain
    with storage.store().open(document.storage_key) as sealed:
        assert b"gesprek" not in sealed.read()
    assert starts_on() == TODAY()


def test_a_closed_dossier_takes_nothing_until_it_is_reopened(organisation: Organisation) -> None:
    dossier = organisation.opens("JD-2020-0001")
    lifecycle.close(dossier, date(2020, 9, 1), by=organisation.fenna)
    dossier.refresh_from_db()
    assert (dossier.status, dossier.closed_on) == ("closed", date(2020, 9, 1))
    with pytest.raises(lifecycle.NotWritable):
        lifecycle.add_entry(dossier, entry(substantive=True), by=organisation.fenna)
    with pytest.raises(lifecycle.NotWritable):
        lifecycle.add_document(dossier, BytesIO(b"x"), "x.txt", "report", by=organisation.fenna)
    with pytest.raises(lifecycle.NotWritable):
        lifecycle.close(dossier, date(2020, 9, 2), by=organisation.fenna)
    assert not stored_files()
    lifecycle.reopen(dossier, "new_request", by=organisation.fenna)
    dossier.refresh_from_db()
    assert (dossier.status, dossier.closed_on, dossier.last_change_on) == ("open", None, TODAY())
    assert starts_on() == TODAY()
    lifecycle.add_entry(dossier, entry(substantive=True), by=organisation.fenna)
    lines = AccessEvent.objects.filter(dossier_id=dossier.pk).values_list("action", "ground")
    assert {("close", ""), ("reopen", "new_request")} <= set(lines)


def test_an_open_dossier_is_not_reopened(organisation: Organisation) -> None:
    dossier = organisation.opens("JD-2020-0001")
    with pytest.raises(lifecycle.NotWritable):
        lifecycle.reopen(dossier, "new_request", by=organisation.fenna)


def test_only_its_lead_closes_and_reopens_and_only_a_contributor_writes(organisation: Organisation) -> None:
    dossier = organisation.opens("JD-2020-0001")
    until = timezone.now() + timedelta(days=1)
    access.grant(organisation.amina, Ability.READ, dossier, until=until, reason="test", by=organisation.fenna)
    access.grant(organisation.joost, Ability.CONTRIBUTE, dossier, until=until, reason="test", by=organisation.fenna)
    with pytest.raises(access.Refused):
        lifecycle.add_entry(dossier, entry(substantive=True), by=organisation.amina)
    with pytest.raises(access.Refused):
        lifecycle.close(dossier, TODAY(), by=organisation.joost)
    lifecycle.add_entry(dossier, entry(substantive=True), by=organisation.joost)
    dossier.refresh_from_db()
    assert dossier.status == "open"


def test_a_writer_that_comes_after_the_claim_waits_for_it_and_then_writes_nothing(organisation: Organisation) -> None:
    dossier = organisation.opens("JD-2020-0001")
    with ThreadPoolExecutor(1) as pool:
        with transaction.atomic():
            claimed(dossier)
            writer = elsewhere(pool, lambda: write_past_the_permission(dossier))
            with pytest.raises(TimeoutError):
                writer.result(timeout=0.5)
        with pytest.raises(lifecycle.NotWritable):
            writer.result(timeout=30)
    assert not Entry.objects.exists()


def write_past_the_permission(dossier: Dossier) -> None:
    """Write as a process that was allowed to, a moment before the claim."""
    with transaction.atomic():
        locked = lifecycle.fence(dossier.pk)
        Entry.objects.create(
            dossier=locked, occurred_on=TODAY(), kind="contact", source="fact", substantive=True, facts=LATE
        )


def test_a_claim_that_comes_after_a_writer_waits_for_it_and_sees_what_it_wrote(organisation: Organisation) -> None:
    dossier = organisation.opens("JD-2020-0001")
    inside, go_on = threading.Event(), threading.Event()

    def write() -> None:
        with transaction.atomic():
            lifecycle.fence(dossier.pk)
            Dossier.objects.filter(pk=dossier.pk).update(last_change_on=TODAY())
            inside.set()
            assert go_on.wait(30)

    def claim() -> date:
        with transaction.atomic():
            return Dossier.objects.select_for_update().get(pk=dossier.pk).last_change_on

    with ThreadPoolExecutor(2) as pool:
        writer = elsewhere(pool, write)
        assert inside.wait(30)
        claimer = elsewhere(pool, claim)
        with pytest.raises(TimeoutError):
            claimer.result(timeout=0.5)
        go_on.set()
        writer.result(timeout=30)
        assert claimer.result(timeout=30) == TODAY()


def test_two_writers_in_one_dossier_both_get_through(organisation: Organisation) -> None:
    dossier = organisation.opens("JD-2020-0001")

    def write() -> Entry:
        return lifecycle.add_entry(dossier, entry(substantive=True), by=organisation.fenna)

    with ThreadPoolExecutor(4) as pool:
        for done in [elsewhere(pool, write) for _ in range(8)]:
            done.result(timeout=30)
    assert Entry.objects.count() == 8


class ClaimedWhileReading(BytesIO):
    """A slow upload, during which the dossier is claimed by another process."""

    dossier: Dossier

    def read(self, amount: int | None = -1) -> bytes:
        claimed_elsewhere = not Dossier.objects.filter(pk=self.dossier.pk, status=Dossier.Status.DESTROYING).exists()
        if claimed_elsewhere:
            with transaction.atomic():
                claimed(self.dossier)
        return super().read(amount)


def test_a_file_that_is_stored_after_the_claim_erases_itself(organisation: Organisation) -> None:
    dossier = organisation.opens("JD-2020-0001")
    document = Document.objects.create(
        dossier=dossier,
        storage_key=storage.new_key(dossier.pk),
        category="report",
        created_on=TODAY(),
        facts=DocumentFacts(title="t", filename="t"),
    )
    plain = ClaimedWhileReading(b"te laat")
    plain.dossier = dossier
    with pytest.raises(lifecycle.NotWritable):
        lifecycle.store_document(document, plain, dossier.facts.subject_secret)
    assert stored_files() == set()
    assert not Document.objects.get().stored


def test_an_upload_that_ends_after_the_claim_erases_itself(organisation: Organisation) -> None:
    dossier = organisation.opens("JD-2020-0001")
    plain = ClaimedWhileReading(b"te laat")
    plain.dossier = dossier
    with pytest.raises(lifecycle.NotWritable):
        lifecycle.add_document(dossier, plain, "t.txt", "report", by=organisation.fenna)
    assert stored_files() == set()


def test_what_a_killed_run_left_of_a_dossier_is_discarded_when_it_comes_again(organisation: Organisation) -> None:
    left_over = arriving("JD-2020-0001", organisation.noord)
    lifecycle.reserve(left_over)
    storage.put(BytesIO(b"half"), left_over.pk, storage.new_key(left_over.pk), b"secret")
    again = arriving("JD-2020-0001", organisation.noord)
    lifecycle.reserve(again)
    assert Dossier.objects.get().pk == again.pk
    assert keys.remaining([left_over.pk, again.pk]) == {again.pk}
    assert stored_files() == set()


def arriving(reference: str, team: Team) -> Dossier:
    return Dossier(reference=reference, kind="jeugdhulp", team=team, opened_on=TODAY(), last_change_on=TODAY())


def test_a_dossier_that_is_there_is_never_discarded(organisation: Organisation) -> None:
    dossier = organisation.opens("JD-2020-0001")
    with pytest.raises(Exception, match="reference"):
        lifecycle.reserve(arriving("JD-2020-0001", organisation.noord))
    assert Dossier.objects.get().pk == dossier.pk
    assert keys.remaining([dossier.pk]) == {dossier.pk}
    assert SearchToken.objects.filter(dossier=dossier).exists()


def test_the_clock_and_the_change_are_undone_together(organisation: Organisation) -> None:
    dossier = organisation.opens("JD-2020-0001")
    Dossier.objects.filter(pk=dossier.pk).update(kind="no-rule")
    with pytest.raises(Exception, match="no-rule"):
        lifecycle.add_entry(dossier, entry(substantive=True), by=organisation.fenna)
    assert not Entry.objects.exists()
    assert not AccessEvent.objects.filter(action="change").exists()
