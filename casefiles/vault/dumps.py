"""Dumps of a database by PostgreSQL's own programs: written durably, and put back in one transaction or not at all."""

import os
import re
import subprocess
from datetime import UTC, datetime
from pathlib import Path
from typing import IO

from django.conf import settings
from django.db import connections
from psycopg.conninfo import make_conninfo

LIBPQ = ("host", "port", "user", "dbname", "sslmode", "sslrootcert", "sslcert", "sslkey")
# All that was there goes with its schema, also what a later version added; it is the database owner's again.
# What new tables would be given by default is taken away first, or a table would have more rights than the dump says;
# provisioning gives it back for the tables of later versions.
ANEW = b"""
DROP SCHEMA IF EXISTS public CASCADE;
CREATE SCHEMA public AUTHORIZATION pg_database_owner;
DO $$
DECLARE given record;
BEGIN
    FOR given IN
        SELECT DISTINCT CASE kind.defaclobjtype WHEN 'r' THEN 'TABLES' ELSE 'SEQUENCES' END AS objects,
            rights.grantee::regrole::text AS login
        FROM pg_default_acl kind, aclexplode(kind.defaclacl) rights
        WHERE kind.defaclrole = current_user::regrole AND kind.defaclobjtype IN ('r', 'S')
            AND rights.grantee NOT IN (0, kind.defaclrole)
    LOOP
        EXECUTE format('ALTER DEFAULT PRIVILEGES REVOKE ALL ON %s FROM %s', given.objects, given.login);
    END LOOP;
END $$;
"""
CREATED = re.compile(r"^; Archive created at (\d{4}-\d\d-\d\d \d\d:\d\d:\d\d)", re.MULTILINE)


class BackupFailed(Exception):
    """One of PostgreSQL's programs could not do it; its own words are in the message, which holds no personal data."""


def dump(alias: str, path: Path, *options: str) -> None:
    """Write a database to a file in pg_dump's custom format, durably and for its owner alone. Raises BackupFailed."""
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file:
        database, password = _address(alias)
        command = [program("pg_dump"), "--format=custom", "--no-owner", *options, "--dbname", database]
        done = subprocess.run(  # noqa: S603 - our own program, and no word of it from outside
            command, stdout=file, stderr=subprocess.PIPE, env=_environment(password), check=False
        )
        if done.returncode:
            raise BackupFailed(_said(done.stderr))
        os.fsync(file.fileno())


def load(alias: str, path: Path) -> None:
    """Put a dump in the place of all that is in a database, in one transaction. Raises BackupFailed: nothing changed.

    The connection is the owner's: what it makes belongs to it, and rights are given as the dump has them.
    """
    database, password = _address(alias)
    psql = [program("psql"), "--no-psqlrc", "--quiet", "--single-transaction", "--set=ON_ERROR_STOP=1", database]
    reading = [program("pg_restore"), "--no-owner", "--file=-", str(path)]
    with (
        subprocess.Popen(reading, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as reader,  # noqa: S603 - our own
        subprocess.Popen(  # noqa: S603 - our own program
            psql,
            stdin=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            env=_environment(password),
        ) as writer,
    ):
        sound = _pass_on(reader, writer)
        said = _said(writer.stderr.read() if writer.stderr else b"")
    if writer.returncode or not sound:
        raise BackupFailed(said or f"pg_restore: {reader.returncode}")


def _pass_on(reader: "subprocess.Popen[bytes]", writer: "subprocess.Popen[bytes]") -> bool:
    """Give psql the dump as statements; a dump that cannot be read to its end is taken back by a last false one."""
    assert reader.stdout  # noqa: S101 - asked for
    assert writer.stdin  # noqa: S101 - asked for
    try:
        writer.stdin.write(ANEW)
        while piece := reader.stdout.read(1 << 20):
            writer.stdin.write(piece)
        sound = reader.wait() == 0
        if not sound:
            writer.stdin.write(b"\n\\.\n;SELECT 1/0;\n")
        writer.stdin.close()
    except BrokenPipeError:  # psql refused, and says why
        reader.kill()
        return False
    return sound


def created_at(path: Path) -> datetime:
    """Return when a dump was begun, as it says itself. Raises BackupFailed when it is no dump."""
    done = subprocess.run(  # noqa: S603 - our own program
        [program("pg_restore"), "--list", str(path)], capture_output=True, env=os.environ | {"TZ": "UTC"}, check=False
    )
    said = CREATED.search(done.stdout.decode(errors="replace"))
    if done.returncode or said is None:
        raise BackupFailed(_said(done.stderr) or f"no dump: {path.name}")
    return datetime.strptime(said[1], "%Y-%m-%d %H:%M:%S").replace(tzinfo=UTC)


def program(name: str) -> str:
    """Return the path of one of PostgreSQL's programs. Raises BackupFailed."""
    path = Path(os.fspath(settings.POSTGRESQL_PROGRAMS)) / name
    if not path.is_file():
        raise BackupFailed(f"there is no {path}")
    return str(path)


def _address(alias: str) -> tuple[str, str]:
    """Return a database's address as a connection string without its password, and the password."""
    parameters = connections[alias].get_connection_params()
    known = {name: value for name, value in parameters.items() if name in LIBPQ and value}
    return make_conninfo(**known), str(parameters.get("password", ""))


def _environment(password: str) -> dict[str, str]:
    return os.environ | {"PGPASSWORD": password}


def _said(words: bytes | IO[bytes]) -> str:
    """Return the program's own first words; an error's detail may quote a row, so it is left out."""
    text = words if isinstance(words, bytes) else words.read()
    lines = text.decode(errors="replace").strip().splitlines()
    return next((line for line in lines if "ERROR" in line or "error" in line), lines[0] if lines else "")[:300]
