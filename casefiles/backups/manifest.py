"""What a backup says of itself. It is written last: a folder without it holds no whole backup."""

import hashlib
from datetime import datetime
from pathlib import Path

import msgspec

from casefiles.vault.kept import replace

NAME = "backup.json"
DUMP = "casefiles.dump"
DOCUMENTS = "documents"
FORMAT = 1


class NotWhole(Exception):
    """The folder holds no whole backup; the message is a code: `absent`, `unreadable`, `newer` or `damaged`."""


class Manifest(msgspec.Struct, frozen=True):
    """What is in a backup: when it was begun, by which version, how much, and the digest of the dump (SHA-256, hex).

    `vault_at` is when the vault was backed up for it: the vault may be put back from no older backup than that.
    """

    format: int
    software: str
    made_at: datetime
    vault_at: datetime
    dossiers: int
    documents: int
    dump: str


def write(folder: Path, manifest: Manifest) -> None:
    """Write it durably: from now on the backup is whole."""
    replace(folder / NAME, msgspec.json.format(msgspec.json.encode(manifest)))


def read(folder: Path) -> Manifest:
    """Return what a backup says of itself, its dump compared with it. Raises NotWhole."""
    try:
        found = msgspec.json.decode((folder / NAME).read_bytes(), type=Manifest)
    except FileNotFoundError:
        raise NotWhole("absent") from None
    except (OSError, msgspec.MsgspecError):
        raise NotWhole("unreadable") from None
    if found.format != FORMAT:
        raise NotWhole("newer")
    if not (folder / DUMP).is_file() or digest(folder / DUMP) != found.dump:
        raise NotWhole("damaged")
    return found


def digest(path: Path) -> str:
    """Return the SHA-256 of a file as hex."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
