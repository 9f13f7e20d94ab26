"""Which database the log was last seen in: its system identifier and timeline, kept beside the mirror.

A cluster made from a dump has another identifier, one that was recovered to a point in time another timeline. What
stands outside the database is not put back with it. Source: PostgreSQL, `pg_control_system`, `pg_control_checkpoint`.
"""

import json
import os
from dataclasses import asdict, dataclass
from pathlib import Path

from django.conf import settings
from django.db import connection

from casefiles.vault.kept import replace
from retention import sequencer
from retention.ledger.copy import head_of

NAME = "database.json"


@dataclass(frozen=True, slots=True)
class Identity:
    """One cluster, on one of its timelines."""

    system: str
    timeline: int


def current() -> Identity:
    """Return the identity of the cluster that holds the case files."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT system_identifier::text, timeline_id FROM pg_control_system(), pg_control_checkpoint()")
        system, timeline = cursor.fetchone()
    return Identity(system, timeline)


def known() -> Identity | None:
    """Return the identity that was written last; None when there is none. Raises OSError when it cannot be read."""
    try:
        return Identity(**json.loads(_path().read_text(encoding="ascii")))
    except FileNotFoundError:
        return None


def settle() -> None:
    """Write down the database of now: its log and the copy agree, and nothing destroyed is in it. Raises OSError."""
    here = current()
    if known() != here:
        _path().parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        replace(_path(), json.dumps(asdict(here)).encode())


def begin() -> None:
    """Write down the database of a log that has no leaf yet, here or in the mirror: from now on it can be missed."""
    if known() is None and not sequencer.tree_size() and head_of(settings.MIRROR_DIR) is None:
        settle()


def _path() -> Path:
    return Path(os.fspath(settings.MIRROR_DIR)) / NAME
