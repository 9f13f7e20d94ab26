"""Nothing comes back: each verdict is reached by really putting a database, a mirror or a vault back."""

import json
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest
from django.conf import settings
from django.db import connections
from django.test import Client
from django.urls import reverse

from casefiles import storage
from casefiles.models import Dossier
from casefiles.vault import keys
from config.databases import Store, address
from config.services.binaries import postgresql
from config.services.secrets import credentials
from retention import mirror, sequencer
from retention.guard import identity, judgement, returned, watching
from retention.guard.judgement import judge
from retention.ledger.checkpoint import Checkpoint as Head
from retention.ledger.checkpoint import sign_checkpoint
from retention.models import Checkpoint, LedgerLeaf, Quarantine, Receipt, Verdict, WayOut
from retention.receipts.facts import tombstone
from retention.receipts.keys import log_key
from tests.casework import signed_in
from tests.conftest import as_superuser
from tests.organisation import Organisation, carry_out

V = Verdict


class Backup:
    """A dump of one database, and putting it back: everything in the database is replaced by what it was."""

    def __init__(self, store: Store, folder: Path) -> None:
        self.store, self.path = store, folder / f"{store}.dump"
        self._run("pg_dump", "--format=custom", "--schema=public", f"--file={self.path}", self._database)

    def put_back(self) -> None:
        connections.close_all()
        with as_superuser(self.store) as connection:
            connection.execute("DROP SCHEMA public CASCADE")
        self._run("pg_restore", f"--dbname={self._database}", str(self.path))
        connections.close_all()
        keys.forget()
        judgement.forget()

    @property
    def _database(self) -> str:
        return address("worker", self.store).database

    def _run(self, program: str, *arguments: str) -> None:
        command = [str(postgresql(program)), "-h", address("worker", self.store).host, "-U", "postgres", *arguments]
        done = subprocess.run(
            command, env={"PGPASSWORD": credentials().superuser_password}, check=False, capture_output=True, text=True
        )
        assert done.returncode == 0, done.stderr


@pytest.fixture
def dossier(organisation: Organisation) -> Dossier:
    """A dossier past its term with a document; another one lives beside it."""
    organisation.opens("JD-2026-0007")
    return organisation.keeps("JD-1997-0001", documents=1)


def destroy(organisation: Organisation) -> None:
    carry_out(organisation.starts(organisation.lists_due()))
    identity.settle()


def page(organisation: Organisation) -> int:
    judgement.forget()
    client = signed_in(organisation.fenna)
    return client.get(reverse("casefiles:dossiers")).status_code


def types_of(dossier: Dossier) -> list[str]:
    return list(Receipt.objects.filter(dossier_id=dossier.pk).order_by("leaf_id").values_list("type", flat=True))


def test_a_backup_of_everything_brings_nothing_back(
    organisation: Organisation, dossier: Dossier, tmp_path: Path
) -> None:
    backups = [Backup("casefiles", tmp_path), Backup("vault", tmp_path)]
    shutil.copytree(settings.DOCUMENTS_DIR, tmp_path / "documents")
    destroy(organisation)
    assert types_of(dossier) == ["intent", "destroyed"]
    assert page(organisation) == 200
    for backup in backups:
        backup.put_back()
    shutil.copytree(tmp_path / "documents", settings.DOCUMENTS_DIR, dirs_exist_ok=True)

    assert Dossier.objects.filter(pk=dossier.pk).exists()
    assert keys.remaining([dossier.pk]) == {dossier.pk}
    assert storage.listed(dossier.pk)
    assert judge().verdict == V.RESTORED
    assert page(organisation) == 503, "nobody sees it before it is gone again"

    assert watching.watch() == V.SAME
    assert not Dossier.objects.filter(pk=dossier.pk).exists()
    assert keys.remaining([dossier.pk]) == set()
    assert storage.listed(dossier.pk) == []
    assert returned.find().all == []
    assert types_of(dossier) == ["intent", "destroyed", "redestroyed"]
    assert page(organisation) == 200
    assert [d.reference for d in Dossier.objects.all()] == ["JD-2026-0007"], "what lives is there"
    told = Quarantine.objects.get()
    assert (told.verdict, told.redestroyed, told.ended_at is not None) == (V.RESTORED, 1, True)
    stated = json.loads(bytes(LedgerLeaf.objects.latest("index").body))
    assert (stated["type"], stated["tombstone"]) == ("redestroyed", tombstone(dossier.pk).hex())
    assert {store["result"] for store in stated["stores"]} == {"gone"}
    assert mirror.mirrored_size() == sequencer.tree_size() == 3


def test_a_restored_database_signs_no_second_history(
    organisation: Organisation, dossier: Dossier, tmp_path: Path
) -> None:
    backup = Backup("casefiles", tmp_path)
    destroy(organisation)
    backup.put_back()
    with pytest.raises(sequencer.MirrorAhead):
        sequencer.append([b"{}"])
    assert not watching.is_open()
    assert sequencer.tree_size() == 0


def test_a_database_as_old_as_its_log_on_another_machine_counts_as_restored(organisation: Organisation) -> None:
    """Its log is not behind; what came back is known by the identity of its cluster alone."""
    identity.settle()
    (settings.MIRROR_DIR / identity.NAME).write_text(json.dumps({"system": "1", "timeline": 1}))
    assert judge().verdict == V.RESTORED
    assert page(organisation) == 503
    assert watching.watch() == V.SAME
    assert identity.known() == identity.current()


def test_a_key_that_comes_back_alone_is_shredded_again(
    organisation: Organisation, dossier: Dossier, tmp_path: Path
) -> None:
    vault = Backup("vault", tmp_path)
    destroy(organisation)
    vault.put_back()
    assert judge().verdict == V.SAME, "the log cannot know"
    assert watching.look() == 1
    assert keys.remaining([dossier.pk]) == set()
    assert types_of(dossier)[-1] == "redestroyed"
    assert watching.look() == 0


def test_a_crash_between_commit_and_publish_is_made_up_for(organisation: Organisation) -> None:
    sequencer.append([b"{}"])
    assert judge().verdict == V.LAGGING
    assert page(organisation) == 200
    watching.watch()
    assert judge().verdict == V.SAME


def lost() -> None:
    shutil.rmtree(settings.MIRROR_DIR)


def forked() -> None:
    head = Head(settings.LEDGER_ORIGIN, 1, bytes(32))
    (settings.MIRROR_DIR / "checkpoint").write_text(str(sign_checkpoint(head, log_key())))


@pytest.mark.parametrize(("harm", "verdict", "reads"), [(lost, V.LOST, 200), (forked, V.FORKED, 503)])
def test_only_two_people_find_the_way_out(
    harm: Callable[[], None], verdict: Verdict, reads: int, organisation: Organisation
) -> None:
    sequencer.append([b"{}"])
    mirror.publish()
    harm()
    assert watching.watch() == verdict
    assert page(organisation) == reads
    assert signed_in(organisation.fenna).post(reverse("casefiles:new-dossier"), {}).status_code == 503
    address = reverse("retention:quarantine")
    assert signed_in(organisation.fenna).post(address).status_code == 403
    officer, administrator = signed_in(organisation.samira), signed_in(organisation.koen)
    for _twice in range(2):
        assert officer.post(address).status_code == 302
    assert watching.watch() == verdict, "one person, however often, is not two"
    assert WayOut.objects.count() == 1
    assert administrator.post(address).status_code == 302
    assert watching.watch() == V.SAME
    assert page(organisation) == 200
    assert mirror.mirrored_size() == 1


def test_a_mirror_that_cannot_be_read_leaves_reading_alone(organisation: Organisation) -> None:
    sequencer.append([b"{}"])
    mirror.publish()
    (settings.MIRROR_DIR / "checkpoint").write_text("no checkpoint")
    assert watching.watch() == V.UNREACHABLE
    assert page(organisation) == 200
    assert signed_in(organisation.fenna).post(reverse("casefiles:new-dossier"), {}).status_code == 503
    (settings.MIRROR_DIR / "checkpoint").write_text(Checkpoint.objects.get().note)
    assert watching.watch() == V.SAME
    assert signed_in(organisation.fenna).post(reverse("casefiles:new-dossier"), {}).status_code == 422


def test_a_mirror_that_was_rolled_back_is_brought_up_again(organisation: Organisation, tmp_path: Path) -> None:
    sequencer.append([b"{}"])
    mirror.publish()
    shutil.copytree(settings.MIRROR_DIR, tmp_path / "mirror")
    sequencer.append([b"{}"])
    mirror.publish()
    shutil.copytree(tmp_path / "mirror", settings.MIRROR_DIR, dirs_exist_ok=True)
    assert judge().verdict == V.LAGGING
    assert watching.watch() == V.LAGGING
    assert mirror.mirrored_size() == 2


def test_the_page_tells_in_plain_words_to_nobody_in_particular(organisation: Organisation) -> None:
    identity.settle()
    (settings.MIRROR_DIR / identity.NAME).write_text(json.dumps({"system": "1", "timeline": 1}))
    judgement.forget()
    answer = Client().get("/", headers={"accept-language": "nl"})
    assert answer.status_code == 503
    assert "Er is een back-up teruggezet: eerst wordt" in answer.content.decode()
