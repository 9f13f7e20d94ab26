"""A backup of the vault by pg_dump, and the proof that it can be used: every key in it is opened.

The one backup rule: any backup of the data, the newest backup of the vault. An older one opens nothing of what was
rotated since, and may bring back the key of what was destroyed. Which one is the newest is written down beside the
root keys, which are in no backup.
"""

import os
import subprocess
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from uuid import UUID

from django.conf import settings
from django.db import connections, transaction

from casefiles.vault import dumps, epochs
from casefiles.vault.dumps import BackupFailed
from casefiles.vault.kept import fsync_folder, replace
from casefiles.vault.models import DossierKey

COLUMNS = ("dossier_id", "epoch_id", "version", "wrapped")
NOTE = "vault-backup.newest"  # in KEYS_DIR: when the newest backup was begun


class NotTheNewest(Exception):
    """There is a newer backup of the vault: this one could bring back the key of what was destroyed since."""


def newest() -> Path:
    """Return where the newest backup of the vault lies; it replaces the one before it."""
    return Path(os.fspath(settings.VAULT_BACKUP_DIR)) / "vault.dump"


def make() -> Path:
    """Write a new backup beside the newest, open every key in it, and only then put it in its place; return it.

    Raises BackupFailed; KeyDoesNotOpen when a key in it does not open with the root keys of today.
    """
    path = newest()
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    draft = path.with_suffix(".new")
    with transaction.atomic(using="vault"):
        with connections["vault"].cursor() as cursor:  # a rotation makes one too: one at a time
            cursor.execute("SELECT pg_advisory_xact_lock(hashtext('vault.backup'))")
        dumps.dump("vault", draft)
        opens(draft)
        draft.replace(path)
        fsync_folder(path.parent)
        # After the backup: a crash in between refuses no good one.
        replace(_note(), dumps.created_at(path).isoformat().encode())
    return path


def require_newest(path: Path, *, since: datetime) -> int:
    """Return how many keys a backup holds, each opened with the root keys of today.

    `since` is when the vault was backed up last, as a backup of the data says; the note beside the root keys may know
    better. Raises NotTheNewest, KeyDoesNotOpen, RootKeyMissing (its root key was destroyed since), BackupFailed.
    """
    known = datetime.fromisoformat(_note().read_text()) if _note().exists() else since
    if dumps.created_at(path) < max(known, since):
        raise NotTheNewest(path.name)
    return opens(path, recorded=False)  # the vault of today may be empty, and know no root key


def opens(path: Path, *, recorded: bool = True) -> int:
    """Open every key in a backup with the root keys of today; return how many.

    Where they are `recorded` in the vault, the root keys must be those. Raises KeyDoesNotOpen, RootKeyMissing,
    BackupFailed.
    """
    command = [dumps.program("pg_restore"), "--data-only", f"--table={DossierKey._meta.db_table}", "--file=-"]
    with subprocess.Popen([*command, str(path)], stdout=subprocess.PIPE, text=True) as reader:  # noqa: S603 - our own
        assert reader.stdout is not None  # noqa: S101 - asked for above
        count = epochs.open_rows(_rows(reader.stdout), recorded=recorded)
    if reader.returncode:
        raise BackupFailed(f"pg_restore: {reader.returncode}")
    return count


def _note() -> Path:
    return Path(os.fspath(settings.KEYS_DIR)) / NOTE


def _rows(lines: Iterator[str]) -> Iterator[tuple[UUID, int, int, bytes]]:
    """Read the rows of COPY's text format; the columns stand in the statement above them."""
    for line in lines:
        if not line.startswith("COPY "):
            continue
        names = line[line.index("(") + 1 : line.index(")")].split(", ")
        at = [names.index(column) for column in COLUMNS]
        for row in lines:
            if row == "\\.\n":
                return
            values = row.rstrip("\n").split("\t")
            dossier_id, epoch, version, wrapped = (values[place] for place in at)
            yield UUID(dossier_id), int(epoch), int(version), bytes.fromhex(wrapped.removeprefix("\\\\x"))
