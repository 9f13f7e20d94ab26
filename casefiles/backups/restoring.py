"""Putting a backup back: case files in one transaction, the vault only when it is empty, documents that are missing.

Nothing outside is put back: not the mirror, not the root keys, not the register of what was destroyed. By them the
guard finds what the backup brings back. Broken off, the same command goes on.
"""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from django.db import connections

from casefiles import journal, storage
from casefiles.backups.manifest import DOCUMENTS, DUMP, Manifest
from casefiles.models import AccessEvent, Document, Dossier
from casefiles.vault import backup, dumps, keys
from casefiles.vault.models import DossierKey

Show = Callable[[int, int], None]

# Of other logins a process may read little; an autovacuum has no login.
OTHERS = """
    SELECT count(*) FROM pg_stat_activity
    WHERE datname = current_database() AND pid <> pg_backend_pid() AND usesysid IS NOT NULL
"""


class InUse(Exception):
    """Other processes are connected to a database: the product runs."""


class NotEmpty(Exception):
    """There are dossiers here, and nobody said that the backup may take their place."""


@dataclass(frozen=True, slots=True)
class Restored:
    """What came back: dossiers, those of them without a key (destroyed since), documents, and those missing."""

    dossiers: int
    without_key: int
    documents: int
    missing: int


def check(made: Manifest, vault: Path | None, *, replace: bool) -> Path | None:
    """Return the backup of the vault to put back, None for the vault that is here; nothing is changed yet.

    A vault that is here is newer than every backup of it. Raises InUse, NotEmpty, and as backup.require_newest does.
    """
    for alias in ("default", "vault"):
        with connections[alias].cursor() as cursor:
            cursor.execute(OTHERS)
            if cursor.fetchone()[0]:
                raise InUse(alias)
    if not replace and _has_rows("default", Dossier._meta.db_table):
        raise NotEmpty
    if _has_rows("vault", DossierKey._meta.db_table):
        return None
    chosen = vault or backup.newest()
    backup.require_newest(chosen, since=made.vault_at)
    return chosen


def _has_rows(alias: str, table: str) -> bool:
    with connections[alias].cursor() as cursor:
        cursor.execute("SELECT to_regclass(%s) IS NOT NULL", [table])
        if not cursor.fetchone()[0]:
            return False
        cursor.execute(f"SELECT EXISTS (SELECT FROM {table})")  # noqa: S608 - a table's name of ours
        return bool(cursor.fetchone()[0])


def load(folder: Path, vault: Path | None) -> None:
    """Put the case files back, and the vault where one was chosen: each whole or not at all. Raises BackupFailed."""
    connections.close_all()
    if vault:
        dumps.load("vault", vault)
    dumps.load("default", folder / DUMP)
    keys.forget()


def finish(folder: Path, show: Show = lambda done, total: None) -> Restored:
    """Put the documents back that are not here, and count; the tables are those of this version by now.

    What has no key any more was destroyed since: its files are not brought back. Raises OSError.
    """
    ids = set(Dossier.objects.values_list("pk", flat=True))
    keyed = set(DossierKey.objects.values_list("dossier_id", flat=True))
    rows = Document.objects.filter(stored=True).order_by("storage_key").values_list("dossier_id", "storage_key")
    wanted = [key for dossier_id, key in rows if dossier_id in keyed]
    missing = 0
    for done, key in enumerate(wanted, start=1):
        missing += not _brought(folder / DOCUMENTS / key, key)
        show(done, len(wanted))
    restored = Restored(len(ids), len(ids - keyed), len(wanted) - missing, missing)
    journal.record(
        AccessEvent.Action.IMPORT, None, ground="restore", dossiers=len(ids), without_key=restored.without_key
    )
    return restored


def _brought(path: Path, key: str) -> bool:
    """Tell whether a document is here, now that the backup has given what it has; half a file is not."""
    size = storage.size_of(key)
    if not path.is_file():
        return size is not None
    if size != path.stat().st_size:
        storage.copy_in(path, key)
    return True
