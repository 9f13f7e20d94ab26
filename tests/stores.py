"""Looking into the stores themselves, beneath the product: every row, every file, and any role's own login."""

import hashlib
from pathlib import Path
from typing import Any
from uuid import UUID

import psycopg
from django.conf import settings

from casefiles import storage
from casefiles.models import Document, Dossier
from casefiles.vault.models import DossierKey
from config import env
from config.databases import STORES, Store, address

TABLES = """
    SELECT relname FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
    WHERE nspname = 'public' AND relkind IN ('r', 'p') AND NOT relispartition ORDER BY relname
"""


def login(role: env.Role, store: Store = "casefiles") -> psycopg.Connection[Any]:
    """Connect with a role's own login, as its process would; each statement is a transaction."""
    return psycopg.connect(**address(role, store).libpq(), autocommit=True)


def everything() -> dict[str, list[str]]:
    """Every row of every table of both databases as text, and a digest of every file of documents, keys and mirror."""
    found: dict[str, list[str]] = {}
    for store in STORES:
        with login("owner", store) as connection:
            for (table,) in connection.execute(TABLES).fetchall():
                rows = connection.execute(f'SELECT t::text FROM "{table}" t').fetchall()
                found[f"{store}.{table}"] = sorted(row for (row,) in rows)
    for folder in (settings.DOCUMENTS_DIR, settings.KEYS_DIR, settings.MIRROR_DIR):
        found[str(folder)] = sorted(f"{path} {_digest(path)}" for path in folder.rglob("*"))
    return found


def _digest(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest() if path.is_file() else "folder"


def difference(before: dict[str, list[str]], after: dict[str, list[str]]) -> list[str]:
    """The names of the tables and folders that are not the same in the two."""
    return [name for name in {**before, **after} if before.get(name) != after.get(name)]


def stored_files() -> set[str]:
    """The addresses of all files in the document store, known to the database or not."""
    root = settings.DOCUMENTS_DIR
    return {str(path.relative_to(root)) for path in root.rglob("*") if path.is_file()}


def orphans() -> dict[str, set[Any]]:
    """What one store knows and another does not; all of it empty when nothing was left behind."""
    known = set(Document.objects.values_list("storage_key", flat=True))
    dossiers: set[UUID] = set(Dossier.objects.values_list("pk", flat=True))
    keyed = set(DossierKey.objects.values_list("dossier_id", flat=True))
    return {
        "files": stored_files() ^ known,
        "keys": keyed ^ dossiers,
        "arriving": set(Dossier.objects.filter(status=Dossier.Status.ARRIVING)),
        "unstored": set(Document.objects.filter(stored=False)),
    }


def content(document: Document) -> bytes:
    """The plain bytes of a stored document, read back from the store."""
    return b"".join(storage.read(document.dossier_id, document.storage_key))
