"""Root keys (level 1): where the key of an epoch lives. Never in a database, a backup or a snapshot."""

import secrets
from pathlib import Path
from typing import Protocol

from django.conf import settings

from casefiles.vault.kept import forget, keep

KEY_BYTES = 32


class RootKeyMissing(Exception):
    """The root key of this epoch is not with its provider: nothing wrapped under it can be opened."""


class RootKeys(Protocol):
    """What every provider of root keys can do."""

    name: str

    def make(self, epoch: int) -> bytes:
        """Make the key of an epoch, durably, and return its 32 bytes; keep the one that is there already."""

    def open(self, epoch: int) -> bytes:
        """Return the 32 bytes of the epoch's key. Raises RootKeyMissing."""

    def restore(self, epoch: int, key: bytes) -> None:
        """Put the 32 bytes of a lost key back, durably; keep the one that is there already."""

    def destroy(self, epoch: int) -> str:
        """Destroy the epoch's key and return the evidence in one line. Safe to repeat."""


class FileRootKeys:
    """One file per epoch, readable by its owner alone (0600), in a folder of its own (0700)."""

    name = "file"

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def _path(self, epoch: int) -> Path:
        return self.folder / f"epoch-{epoch}.key"

    def make(self, epoch: int) -> bytes:
        """Write a new random key durably before it is used: a lost root key loses every dossier under it."""
        return keep(self._path(epoch), lambda: secrets.token_bytes(KEY_BYTES))

    def open(self, epoch: int) -> bytes:
        """Read the key. Raises RootKeyMissing when the file is absent or not 32 bytes."""
        try:
            key = self._path(epoch).read_bytes()
        except FileNotFoundError:
            raise RootKeyMissing(epoch) from None
        if len(key) != KEY_BYTES:
            raise RootKeyMissing(epoch)
        return key

    def restore(self, epoch: int, key: bytes) -> None:
        """Write the key from its escrow where it was."""
        keep(self._path(epoch), lambda: key)

    def destroy(self, epoch: int) -> str:
        """Overwrite and unlink the file; on a copy-on-write disk the overwriting promises nothing, and we say so."""
        forget(self._path(epoch))
        return f"file of epoch {epoch} overwritten and unlinked"


def provider() -> RootKeys:
    """Return the configured provider of root keys."""
    return FileRootKeys(settings.KEYS_DIR)
