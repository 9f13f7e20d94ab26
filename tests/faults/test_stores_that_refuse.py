"""A store that refuses stops the destruction where it is: nothing is lost, nothing is called destroyed."""

from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.core.files.storage import FileSystemStorage, storages
from django.utils import timezone

from casefiles.models import Dossier
from casefiles.vault import keys
from retention import mirror
from retention.destruction import brakes, run, verification
from retention.models import Clock, ListItem, Receipt
from retention.states import ItemStep
from tests.faults.invariants import check_all_destroyed, check_no_false_receipt
from tests.organisation import Organisation, carry_out


class RefusingStore(FileSystemStorage):
    """A document store under a retention lock of its own: it will not delete what belongs to one dossier."""

    refused = ""

    def delete(self, name: str) -> None:
        if name.startswith(self.refused):
            raise PermissionError(name)
        super().delete(name)


def test_a_file_that_cannot_be_erased_sets_its_dossier_apart_and_the_others_go_on(
    organisation: Organisation, monkeypatch: Any
) -> None:
    stuck, *others = organisation.keeps_many(4, documents=1)
    chosen = organisation.starts(organisation.lists_due())
    refusing = RefusingStore(location=settings.DOCUMENTS_DIR)
    refusing.refused = stuck.hex
    with monkeypatch.context() as patched:
        patched.setitem(storages._storages, "documents", refusing)
        carry_out(chosen)
        check_no_false_receipt([stuck, *others])
        check_all_destroyed(others)
        item = ListItem.objects.get(dossier_id=stuck)
        assert (item.step, item.failure, item.tries) == (ItemStep.SHREDDED, "erased: EraseRefused", 1)
        assert item.retry_at is not None
        assert item.retry_at > timezone.now()
        assert Clock.objects.get(dossier_id=stuck).state == "failed"
    run.retry(chosen)
    carry_out(chosen)
    check_all_destroyed([stuck, *others])


def test_after_five_tries_a_person_decides(organisation: Organisation, monkeypatch: Any) -> None:
    (stuck,) = organisation.keeps_many(1, documents=1)
    chosen = organisation.starts(organisation.lists_due())
    refusing = RefusingStore(location=settings.DOCUMENTS_DIR)
    refusing.refused = stuck.hex
    monkeypatch.setitem(storages._storages, "documents", refusing)
    for _ in range(8):
        ListItem.objects.update(retry_at=None)
        run.run(chosen.pk)
    assert ListItem.objects.get().tries == run.MOST_TRIES
    monkeypatch.undo()
    carry_out(chosen)
    assert ListItem.objects.get().step == ItemStep.SHREDDED
    run.retry(chosen)
    carry_out(chosen)
    check_all_destroyed([stuck])


def test_without_a_mirror_no_key_is_destroyed(organisation: Organisation, tmp_path: Path, settings: Any) -> None:
    ids = organisation.keeps_many(3)
    chosen = organisation.starts(organisation.lists_due())
    reachable = settings.MIRROR_DIR
    blocked = tmp_path / "a file where the folder should be"
    blocked.touch()
    settings.MIRROR_DIR = blocked / "mirror"
    with pytest.raises(mirror.MirrorUnreachable):
        run.run(chosen.pk)
    assert keys.remaining(ids) == set(ids)
    assert Dossier.objects.filter(pk__in=ids).count() == 3
    settings.MIRROR_DIR = reachable
    carry_out(chosen)
    check_all_destroyed(ids)


def test_the_first_slice_is_small_and_the_rest_waits_for_it(organisation: Organisation) -> None:
    organisation.keeps_many(brakes.CANARY + 3)
    chosen = organisation.starts(organisation.lists_due())
    run.run(chosen.pk)
    steps = sorted(ListItem.objects.values_list("step", flat=True))
    assert steps == [ItemStep.DELETED] * brakes.CANARY + [ItemStep.LISTED] * 3
    verification.verify(chosen.pk)
    run.run(chosen.pk)
    assert Receipt.objects.filter(type="destroyed").count() == brakes.CANARY
    assert not ListItem.objects.filter(step=ItemStep.LISTED).exists()
