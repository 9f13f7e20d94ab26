"""Whatever is left in any store is found by the verification sweep, and blocks the receipt."""

from collections.abc import Callable, Iterator
from datetime import timedelta
from io import BytesIO
from uuid import UUID

import pytest
import time_machine
from django.db import connections
from django.utils import timezone

from casefiles import lifecycle, storage
from casefiles.models import AccessEvent, Dossier
from casefiles.vault import keys
from retention.destruction import late, run, verification
from retention.models import Clock, DestructionList, Execution, ListItem, Receipt
from retention.states import ItemStep
from retention.timing import recompute
from tests.conftest import as_superuser
from tests.organisation import LONG_AGO, Organisation


@pytest.fixture
def deleted(organisation: Organisation) -> tuple[DestructionList, UUID]:
    """A list whose one dossier went through every step up to the sweep."""
    dossier = organisation.keeps("JD-1996-0001", documents=1)
    chosen = organisation.starts(organisation.lists_due())
    run.run(chosen.pk)
    assert ListItem.objects.get().step == ItemStep.DELETED
    return chosen, dossier.pk


@pytest.fixture
def new_table() -> Iterator[str]:
    """A table that somebody added later and forgot to tie to the dossier."""
    with as_superuser("casefiles") as connection:
        connection.execute("CREATE TABLE casefiles_forgotten (dossier_id uuid, note text)")
        connection.execute("GRANT SELECT ON casefiles_forgotten TO gv_sweep")
        yield "casefiles_forgotten"
        connections.close_all()
        connection.execute("DROP TABLE casefiles_forgotten")


def plant_key(dossier_id: UUID) -> None:
    keys.create([dossier_id])


def plant_opened_key(dossier_id: UUID) -> None:
    keys.create([dossier_id])
    keys.open_many([dossier_id])
    with connections["vault"].cursor() as cursor:  # gone from the vault, but still open in this process
        cursor.execute("DELETE FROM vault_dossierkey WHERE dossier_id = %s", [dossier_id])


def plant_file(dossier_id: UUID) -> None:
    storage.store().save(storage.new_key(dossier_id), BytesIO(b"sealed remains"))


def plant_preview(dossier_id: UUID) -> None:
    """A later version may keep previews in a folder of their own, below the dossier's."""
    storage.store().save(f"{dossier_id.hex}/previews/{dossier_id.hex}", BytesIO(b"a sealed preview"))


@pytest.mark.parametrize(
    ("store", "plant"),
    [
        ("vault", plant_key),
        ("key cache", plant_opened_key),
        ("documents", plant_file),
        ("documents", plant_preview),
    ],
)
def test_a_leftover_is_found_and_nothing_is_called_destroyed(
    store: str, plant: Callable[[UUID], None], deleted: tuple[DestructionList, UUID]
) -> None:
    chosen, dossier_id = deleted
    plant(dossier_id)
    refuse_and_recover(chosen, f"left over: {store}")


def test_a_row_in_a_table_that_nobody_told_the_sweep_about_is_found(
    new_table: str, deleted: tuple[DestructionList, UUID]
) -> None:
    chosen, dossier_id = deleted
    with as_superuser("casefiles") as connection:
        connection.execute(f"INSERT INTO {new_table} VALUES (%s, 'x')", [dossier_id])
        passed, failed = verification.verify(chosen.pk)
        assert (passed, [item.failure for item in failed]) == (0, ["left over: rows of casefiles_forgotten"])
        connection.execute(f"DELETE FROM {new_table}")


def test_a_search_token_is_found(deleted: tuple[DestructionList, UUID]) -> None:
    """PostgreSQL takes none without its dossier; one comes back only behind its back."""
    chosen, dossier_id = deleted
    with as_superuser("casefiles") as connection:
        connection.execute("SET session_replication_role = replica")
        connection.execute(
            "INSERT INTO casefiles_searchtoken (purpose, token, epoch, dossier_id) VALUES (1, 1, 1, %s)", [dossier_id]
        )
        passed, failed = verification.verify(chosen.pk)
        assert (passed, [item.failure for item in failed]) == (0, ["left over: rows of casefiles_searchtoken"])


def test_a_file_that_arrives_late_from_a_slow_upload_is_found_and_after_the_receipt_as_well(
    organisation: Organisation,
) -> None:
    """The upload began while the dossier was open; an object store shows its file only when it is whole."""
    dossier = organisation.opens("JD-1996-0002")
    upload = lifecycle.Upload(dossier, "traag.txt", by=organisation.fenna)
    upload.write(b"x" * 100_000)
    Dossier.objects.filter(pk=dossier.pk).update(opened_on=LONG_AGO, last_change_on=LONG_AGO)
    lifecycle.close(dossier, LONG_AGO, by=organisation.fenna)
    recompute(Dossier.objects.get())
    chosen = organisation.starts(organisation.lists_due())
    run.run(chosen.pk)
    late_file = upload.document.storage_key
    upload.abandon()  # it erases what there is, but a store may show a file only after that
    storage.store().save(late_file, BytesIO(b"sealed remains"))
    refuse_and_recover(chosen, "left over: documents")
    storage.store().save(late_file, BytesIO(b"sealed remains"))
    assert late.look_again() == 0  # uploads may still be under way
    with time_machine.travel(timezone.now() + timedelta(days=3)):
        assert (late.look_again(), late.look_again()) == (1, 0)
    assert storage.listed(dossier.pk) == []
    assert Execution.objects.get().late_files == 1
    assert AccessEvent.objects.filter(ground="late file", dossier_id=dossier.pk).count() == 1


def refuse_and_recover(chosen: DestructionList, reason: str) -> None:
    """The sweep refuses with its reason, the clock says FAILED; the retry takes the leftover away and passes."""
    passed, failed = verification.verify(chosen.pk)
    assert (passed, [item.failure for item in failed]) == (0, [reason])
    for item in failed:
        run.mark_failed(item)
    run.run(chosen.pk)
    assert Clock.objects.get().state == "failed"
    assert not Receipt.objects.filter(type="destroyed").exists()
    ListItem.objects.update(retry_at=timezone.now())
    run.run(chosen.pk)
    assert verification.verify(chosen.pk)[0] == 1
    run.run(chosen.pk)
    assert Clock.objects.get().state == "destroyed"
    assert Receipt.objects.filter(type="destroyed").count() == 1
