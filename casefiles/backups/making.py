"""Making a backup: case files, then the vault, then the documents; in that order no living dossier is without its key.

A document that is stored after the dump is copied for nothing; one that is destroyed meanwhile is missed by nobody.
Broken off, the same command goes on: a stored file never changes, so what was copied is not copied again.
"""

from collections.abc import Callable
from pathlib import Path

from django.conf import settings
from django.db import connection

from casefiles import journal, storage
from casefiles.backups import manifest
from casefiles.backups.manifest import DOCUMENTS, DUMP, Manifest
from casefiles.models import AccessEvent, Document, Dossier
from casefiles.vault import backup, dumps

Show = Callable[[int, int], None]


class Taken(Exception):
    """The folder holds something else, or a whole backup already: nothing was written."""


def make(folder: Path, show: Show = lambda done, total: None) -> Manifest:
    """Write a backup of the data to a folder, and renew that of the vault; return what is in it.

    `show` is told how many documents of how many are copied. Raises Taken, BackupFailed, KeyDoesNotOpen, OSError.
    """
    _claim(folder)
    dossiers = Dossier.objects.exclude(status=Dossier.Status.ARRIVING).count()
    # The search tokens are in no log and no backup of the database; pg_dump would take them (design, "Search").
    dumps.dump("default", folder / DUMP, "--no-unlogged-table-data")
    connection.close()  # copying may take hours
    vault = backup.make()
    keys = list(Document.objects.filter(stored=True).order_by("storage_key").values_list("storage_key", flat=True))
    copied = _copy(keys, folder / DOCUMENTS, show)
    made = Manifest(
        format=manifest.FORMAT,
        software=settings.SOFTWARE_VERSION,
        made_at=dumps.created_at(folder / DUMP),
        vault_at=dumps.created_at(vault),
        dossiers=dossiers,
        documents=copied,
        dump=manifest.digest(folder / DUMP),
    )
    journal.record(AccessEvent.Action.EXPORT, None, ground="backup", dossiers=dossiers, documents=copied)
    manifest.write(folder, made)
    return made


def _claim(folder: Path) -> None:
    """Take an empty folder, or one in which a backup broke off. Raises Taken."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    if {path.name for path in folder.iterdir()} - {DUMP, DOCUMENTS}:
        raise Taken(str(folder))


def _copy(keys: list[str], to: Path, show: Show) -> int:
    """Copy sealed files as they are; return how many are there. One that is destroyed meanwhile is left out."""
    copied = 0
    for done, key in enumerate(keys, start=1):
        path = to / key
        copied += path.exists() or _copy_one(key, path)
        show(done, len(keys))
    return copied


def _copy_one(key: str, path: Path) -> bool:
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    draft = path.with_suffix(".new")
    try:
        storage.copy_out(key, draft)
    except FileNotFoundError:
        draft.unlink(missing_ok=True)
        return False
    draft.replace(path)
    return True
