"""A backup and its restore, by the commands themselves: what lives comes back whole, what was destroyed stays shut."""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from django.conf import settings
from django.db import connections

from casefiles.backups import manifest
from casefiles.models import Document, Dossier, Entry, Party, SearchToken
from casefiles.vault import backup, keys
from casefiles.vault.models import DossierKey
from config import env
from config.databases import STORES
from tests.conftest import as_superuser
from tests.organisation import Organisation, carry_out
from tests.stores import TABLES, content

pytestmark = pytest.mark.real

# The search index is in no backup, and the commands' own lines of the access log come after it.
NOT_COMPARED = {"casefiles_searchtoken", "casefiles_accessevent"}


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


def told() -> dict[UUID, list[Any]]:
    """Every dossier as its people read it: opened people, entries, and the plain bytes of each document."""
    keys.forget()
    return {
        dossier.pk: [
            (dossier.reference, dossier.status, dossier.facts),
            sorted(str(vars(party.facts)) for party in Party.objects.filter(dossier=dossier)),
            sorted(entry.facts.text for entry in Entry.objects.filter(dossier=dossier)),
            sorted((row.facts.title, content(row)) for row in Document.objects.filter(dossier=dossier)),
        ]
        for dossier in Dossier.objects.all()
    }


def rows_of(suffix: str = "") -> dict[str, list[str]]:
    """Every row of every table of a pair of databases."""
    found = {}
    for store in STORES:
        name = connections["default" if store == "casefiles" else "vault"].settings_dict["NAME"] + suffix
        with as_superuser(store, name) as connected:
            for (table,) in connected.execute(TABLES).fetchall():
                if table not in NOT_COMPARED:
                    found[f"{store}.{table}"] = sorted(
                        row for (row,) in connected.execute(f'SELECT t::text FROM "{table}" t').fetchall()
                    )
    return found


def test_everything_alive_comes_back_in_place_and_on_a_new_machine(organisation: Organisation, tmp_path: Path) -> None:
    organisation.keeps_many(6, documents=2)
    organisation.keeps("JD-2019-0007", documents=1)
    alive, rows, folder = told(), rows_of(), tmp_path / "monday"
    code, said = manage("backup", folder)
    assert code == 0, said
    assert "7 dossiers, 13 documents" in said
    assert manifest.read(folder).dossiers == 7
    assert SearchToken.objects.exists()
    assert _search_tokens_in(folder) == 0
    assert manage("backup", folder)[0] == 1  # a whole backup is not written over

    # in place, after a loss of documents and of dossiers
    shutil.rmtree(settings.DOCUMENTS_DIR)
    organisation.keeps("JD-2019-0008")
    code, said = manage("restore", folder)
    assert (code, "--replace" in said) == (1, True), said
    assert Dossier.objects.filter(reference="JD-2019-0008").exists()
    code, said = manage("restore", folder, "--replace")
    assert code == 0, said
    assert told() == alive
    assert {name: rows_of()[name] for name in rows} | {"vault.vault_dossierkey": []} == rows | {
        "vault.vault_dossierkey": []
    }

    # on a machine with root keys, backups and nothing else: another pair of databases, an empty document store
    code, said = manage(
        "restore",
        folder,
        DATABASE_SUFFIX=os.environ["DATABASE_SUFFIX"] + "_new",
        DOCUMENTS_DIR=str(tmp_path / "documents"),
    )
    try:
        assert code == 0, said
        assert "each key opened" in said
        assert rows_of("_new") == rows
        assert _files(tmp_path / "documents") == _files(folder / "documents")
    finally:
        for store in STORES:
            with as_superuser(store, "postgres") as server:
                name = connections["default" if store == "casefiles" else "vault"].settings_dict["NAME"]
                server.execute(f'DROP DATABASE IF EXISTS "{name}_new" WITH (FORCE)')


def _files(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def _search_tokens_in(folder: Path) -> int:
    from casefiles.vault import dumps

    command = [dumps.program("pg_restore"), "--data-only", "--table=casefiles_searchtoken", "--file=-"]
    text = subprocess.run([*command, folder / manifest.DUMP], capture_output=True, check=True).stdout.decode()
    return sum(line.count("\t") for line in text.splitlines())


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


def test_a_dump_that_cannot_be_read_to_its_end_changes_nothing(organisation: Organisation, tmp_path: Path) -> None:
    organisation.keeps_many(20)
    assert manage("backup", tmp_path / "backup")[0] == 0
    before, dump = rows_of(), tmp_path / "backup" / manifest.DUMP
    with dump.open("r+b") as file:
        file.truncate(dump.stat().st_size - 2000)
    made = tmp_path / "backup" / manifest.NAME
    made.write_text(made.read_text().replace(json.loads(made.read_text())["dump"], manifest.digest(dump)))
    code, said = manage("restore", tmp_path / "backup", "--replace")
    assert (code, "could not be put back" in said) == (1, True), said
    assert rows_of() == before
