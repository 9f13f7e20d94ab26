"""Rotating the root key: what lives stays open, what was destroyed stays shut, in every backup from before."""

import shutil
import threading
from pathlib import Path
from uuid import UUID, uuid4

import pytest
from cryptography.exceptions import InvalidTag
from django.conf import settings
from django.db import connections, transaction

from casefiles.vault import backup, drill, epochs, escrow, keys
from casefiles.vault.models import DossierKey, KeyEpoch
from casefiles.vault.roots import RootKeyMissing, provider

pytestmark = pytest.mark.usefixtures("stores")


def made(count: int = 3) -> dict[UUID, bytes]:
    ids = [uuid4() for _ in range(count)]
    keys.create(ids)
    return keys.open_many(ids)


def rotate() -> None:
    epochs.begin()
    list(epochs.rewrap())
    list(epochs.open_all())
    for epoch in epochs.behind():
        epochs.destroy(epoch.number)
    keys.forget()


def test_every_living_key_opens_after_a_rotation_and_is_the_same_key() -> None:
    before = made(5)
    rotate()
    assert keys.open_many(list(before)) == before
    assert set(DossierKey.objects.values_list("epoch_id", "first_epoch")) == {(2, 1)}


def test_a_wrapped_key_from_before_opens_nothing_after_the_rotation() -> None:
    [dossier_id] = made(1)
    stolen = DossierKey.objects.get(pk=dossier_id)
    keys.shred([dossier_id])
    made()
    rotate()
    stolen.save(force_insert=True)  # as the restore of a backup of the vault would do
    with pytest.raises(RootKeyMissing):
        keys.open_many([dossier_id])


def test_the_destroyed_root_key_is_gone_from_its_folder_with_evidence() -> None:
    made()
    root = provider().export(1)
    rotate()
    epoch = KeyEpoch.objects.get(pk=1)
    assert (epoch.state, epoch.evidence) == ("destroyed", "file of epoch 1 overwritten and unlinked")
    assert epoch.destroyed_at is not None
    assert root not in b"".join(path.read_bytes() for path in Path(settings.KEYS_DIR).iterdir() if path.is_file())


def test_an_epoch_with_one_key_left_and_the_current_epoch_are_not_destroyed() -> None:
    made()
    with pytest.raises(epochs.StillNeeded):
        epochs.destroy(1)
    epochs.begin()
    with pytest.raises(epochs.StillNeeded):
        epochs.destroy(1)
    assert provider().open(1)


def test_a_second_rotation_does_not_begin_while_the_first_is_under_way() -> None:
    made()
    assert epochs.begin().number == 2
    assert epochs.begin().number == 2
    assert KeyEpoch.objects.count() == 2


def test_a_key_that_does_not_open_stops_the_rotation_and_keeps_the_root_key() -> None:
    [one, two] = made(2)
    epochs.begin()
    DossierKey.objects.filter(pk=one).update(wrapped=bytes(DossierKey.objects.get(pk=two).wrapped))
    with pytest.raises(epochs.KeyDoesNotOpen, match=str(one)):
        list(epochs.rewrap())
    assert provider().open(1)
    assert keys.remaining([one, two]) == {one, two}


def test_a_root_key_that_is_another_than_recorded_stops_the_rotation() -> None:
    made()
    KeyEpoch.objects.filter(pk=1).update(fingerprint="0" * 64)
    epochs.begin()
    with pytest.raises(epochs.KeyDoesNotOpen, match="epoch 1"):
        list(epochs.rewrap())


def test_a_rotation_waits_for_a_key_that_is_being_made() -> None:
    """Else that key would be wrapped under an epoch that the rotation already emptied, and die with it."""
    made()
    late, began = uuid4(), threading.Event()

    def begin() -> None:
        epochs.begin()
        began.set()
        connections.close_all()

    rotation = threading.Thread(target=begin)
    with transaction.atomic(using="vault"):
        keys.create([late])
        rotation.start()
        assert not began.wait(0.5)
    rotation.join()
    list(epochs.rewrap())
    assert DossierKey.objects.get(pk=late).epoch_id == 2


def test_a_backup_of_the_vault_is_opened_whole_and_one_with_a_foreign_key_is_refused() -> None:
    made(4)
    path = backup.make()
    assert path.stat().st_mode & 0o777 == 0o600
    assert backup.opens(path) == 4
    DossierKey.objects.create(dossier_id=uuid4(), epoch_id=1, first_epoch=1, wrapped=b"\x00" * 60)
    with pytest.raises(epochs.KeyDoesNotOpen):
        backup.make()
    assert backup.opens(path) == 4  # the good one stays


def test_a_backup_from_before_the_rotation_opens_nothing() -> None:
    made()
    path = backup.make()
    rotate()
    with pytest.raises(RootKeyMissing):
        backup.opens(path)


def test_any_three_of_five_shares_bring_a_lost_root_key_back() -> None:
    before = made()
    shares = drill.make(3, 5)
    rotate()
    assert escrow.holds(2)
    assert not escrow.holds(1)
    lost = Path(settings.KEYS_DIR) / "epoch-2.key"
    lost.unlink()
    assert [line.verdict for line in drill.run(shares[1:4])] == [drill.Verdict.LOST]
    assert [line.verdict for line in drill.run(shares[2:], restore=True)] == [drill.Verdict.RESTORED]
    assert keys.open_many(list(before)) == before
    assert [line.verdict for line in drill.run(shares[:3])] == [drill.Verdict.OPENS]


def test_too_few_mistyped_or_foreign_shares_open_nothing() -> None:
    made()
    shares = drill.make(2, 3)
    for wrong in (shares[:1], [shares[0], shares[1] + "x"], ["academic acid", "acrobat romp"], []):
        assert [line.verdict for line in drill.run(wrong)] == [drill.Verdict.WRONG_SHARES], wrong
    shutil.rmtree(settings.ESCROW_DIR)
    assert [line.verdict for line in drill.run(shares[:2])] == [drill.Verdict.NO_ESCROW]
    drill.make(2, 2)
    assert [line.verdict for line in drill.run(shares[:2])] == [drill.Verdict.WRONG_SHARES]


def test_a_second_recovery_key_is_refused_and_the_first_keeps_working() -> None:
    made()
    shares = drill.make(2, 3)
    with pytest.raises(escrow.AlreadyMade):
        drill.make(2, 3)
    assert [line.verdict for line in drill.run(shares[1:])] == [drill.Verdict.OPENS]


def test_an_escrow_file_of_another_epoch_does_not_pass_for_this_one() -> None:
    made()
    shares = drill.make(2, 2)
    epochs.begin()
    folder = Path(settings.ESCROW_DIR)
    shutil.copy(folder / "epoch-1.escrow", folder / "epoch-2.escrow")
    assert [line.verdict for line in drill.run(shares)] == [drill.Verdict.OPENS, drill.Verdict.WRONG_SHARES]


def test_a_blob_of_another_dossier_never_unwraps() -> None:
    [one, two] = made(2)
    row = DossierKey.objects.get(pk=one)
    with pytest.raises(InvalidTag):
        keys.unwrap(provider().open(1), two, row.version, bytes(row.wrapped))
