"""A backup and its restore, by the commands themselves: what lives comes back whole, what was destroyed stays shut."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from django.conf import settings
from django.db import connections

from casefiles.backups import manifest
from casefiles.models import Party
from casefiles.vault import backup, keys
from casefiles.vault.models import DossierKey
from config import env
from tests.conftest import as_superuser
from tests.organisation import Organisation, carry_out

pytestmark = pytest.mark.real


def manage(*command: object, **environment: str) -> tuple[int, str]:
    """Run a command of manage.py as an operator does, with nothing connected; return its exit code and its words."""
    connections.close_all()
    done = subprocess.run(
        [sys.executable, "manage.py", *map(str, command)],
        cwd=env.REPOSITORY,
        env=os.environ | {"PROCESS_ROLE": "owner", "LANGUAGE": "en"} | environment,
        capture_output=True,
        text=True,
        check=False,
    )
    return done.returncode, done.stdout + done.stderr


def test_yesterdays_backup_brings_back_rows_of_what_was_destroyed_but_no_key_and_no_document(
    organisation: Organisation, tmp_path: Path
) -> None:
    destroyed = organisation.keeps("JD-1996-0001", documents=2)
    living = organisation.opens("JD-2026-0001")
    assert manage("backup", tmp_path / "yesterday")[0] == 0
    carry_out(organisation.starts(organisation.lists_due()))
    code, said = manage("restore", tmp_path / "yesterday", "--replace")
    assert code == 0, said
    assert "1 dossier has no key any more" in said
    assert set(DossierKey.objects.values_list("pk", flat=True)) == {living.pk}
    with pytest.raises(keys.KeyShredded):
        keys.derive(destroyed.pk, "fields")
    assert not (settings.DOCUMENTS_DIR / destroyed.pk.hex).exists()


def test_an_older_backup_of_the_vault_is_refused_and_nothing_changes(
    organisation: Organisation, tmp_path: Path
) -> None:
    organisation.keeps("JD-1996-0001")
    assert manage("backup", tmp_path / "first")[0] == 0
    older = shutil.copy(backup.newest(), tmp_path / "older.dump")
    assert manage("rotate_keys", PROCESS_ROLE="worker")[0] == 0
    empty_the_vault()
    for wrong, why in ((older, "newer backup of the vault"), (tmp_path / "no.dump", "cannot be read")):
        code, said = manage("restore", tmp_path / "first", "--replace", "--vault", wrong)
        assert (code, why in said) == (1, True), said
        assert not DossierKey.objects.exists()
    (settings.KEYS_DIR / backup.NOTE).unlink()  # as on a machine whose root keys came out of escrow
    code, said = manage("restore", tmp_path / "first", "--replace", "--vault", older)
    assert (code, "root key" in said) == (1, True), said
    assert manage("restore", tmp_path / "first", "--replace")[0] == 0
    assert Party.objects.get().facts.surname


def empty_the_vault() -> None:
    with as_superuser("vault") as vault:
        vault.execute("DELETE FROM vault_dossierkey")


def test_a_broken_off_a_damaged_and_a_foreign_folder_are_refused_and_a_running_product_too(
    organisation: Organisation, tmp_path: Path
) -> None:
    organisation.keeps("JD-1996-0001", documents=2)
    folder = tmp_path / "backup"
    assert manage("backup", folder)[0] == 0
    (folder / manifest.NAME).unlink()  # broken off: the copied documents stay, the dump is made anew
    code, said = manage("restore", folder, "--replace")
    assert (code, "no whole backup" in said) == (1, True), said
    assert manage("backup", folder)[0] == 0
    with as_superuser("casefiles"):
        code, said = manage("restore", folder, "--replace")
        assert (code, "Stop it everywhere" in said) == (1, True), said
    with (folder / manifest.DUMP).open("r+b") as dump:
        dump.truncate(5000)
    code, said = manage("restore", folder, "--replace")
    assert (code, "damaged" in said) == (1, True), said
    (tmp_path / "photos").mkdir()
    (tmp_path / "photos" / "cat.jpg").touch()
    assert "not empty" in manage("backup", tmp_path / "photos")[1]
    assert Party.objects.get().facts.surname
