"""A backup of the vault by pg_dump, and the proof that it can be used: every key in it is opened.

The one backup rule: any backup of the data, the newest backup of the vault. An older one opens nothing of what was
rotated since, and brings back no key of what was destroyed.
"""

import os
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import IO
from uuid import UUID

from django.conf import settings
from django.db import connections
from psycopg.conninfo import make_conninfo

from casefiles.vault import epochs
from casefiles.vault.kept import fsync_folder
from casefiles.vault.models import DossierKey

LIBPQ = ("host", "port", "user", "dbname", "sslmode", "sslrootcert", "sslcert", "sslkey")
COLUMNS = ("dossier_id", "epoch_id", "version", "wrapped")


class BackupFailed(Exception):
    """pg_dump or pg_restore could not do it; its own words are in the message, which holds no personal data."""


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
    dump(draft)
    opens(draft)
    draft.replace(path)
    fsync_folder(path.parent)
    return path


def dump(path: Path) -> None:
    """Write the vault to a file in pg_dump's custom format, durably and for its owner alone. Raises BackupFailed."""
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file:
        database, password = _address()
        _run(["pg_dump", "--format=custom", "--no-owner", "--no-privileges", "--dbname", database], password, file)
        os.fsync(file.fileno())


def opens(path: Path) -> int:
    """Open every key in a backup with the root keys of today; return how many. Raises KeyDoesNotOpen, BackupFailed."""
    command = [_program("pg_restore"), "--data-only", f"--table={DossierKey._meta.db_table}", "--file=-", str(path)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as reader:  # noqa: S603 - our own program
        assert reader.stdout is not None  # noqa: S101 - asked for above
        count = epochs.open_rows(_rows(reader.stdout))
    if reader.returncode:
        raise BackupFailed(f"pg_restore: {reader.returncode}")
    return count


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


def _address() -> tuple[str, str]:
    """Return the vault's address as a connection string without its password, and the password."""
    parameters = connections["vault"].get_connection_params()
    known = {name: value for name, value in parameters.items() if name in LIBPQ and value}
    return make_conninfo(**known), str(parameters.get("password", ""))


def _program(name: str) -> str:
    path = Path(os.fspath(settings.POSTGRESQL_PROGRAMS)) / name
    if not path.is_file():
        raise BackupFailed(f"there is no {path}")
    return str(path)


def _run(command: list[str], password: str, output: IO[bytes]) -> None:
    environment = os.environ | {"PGPASSWORD": password}
    done = subprocess.run(  # noqa: S603 - our own program, and no word of it from outside
        [_program(command[0]), *command[1:]],
        stdout=output,
        stderr=subprocess.PIPE,
        env=environment,
        check=False,
    )
    if done.returncode:
        raise BackupFailed(done.stderr.decode(errors="replace").strip()[:300])
