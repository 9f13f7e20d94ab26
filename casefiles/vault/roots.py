"""Root keys (level 1): where the key of an epoch lives. Never in a database, a backup or a snapshot.

An opened root key wraps and derives, and only the provider that keeps it in a file can also give its bytes: one in a
token (casefiles/vault/tokens.py) never leaves it.
"""

import hashlib
import secrets
from pathlib import Path
from typing import Protocol

from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings

from casefiles.vault.kept import forget, keep

KEY_BYTES = 32


class RootKeyMissing(Exception):
    """The root key of this epoch is not with its provider: nothing wrapped under it can be opened."""


class NeverLeaves(Exception):
    """This provider gives no root key out and takes none in: there is no escrow of it but the provider's own."""


class RootKey(Protocol):
    """The opened root key of one epoch."""

    @property
    def fingerprint(self) -> str:
        """What is recorded of it, 64 hexadecimal digits: nothing follows from it about the key."""

    def encrypt(self, nonce: bytes, data: bytes, associated_data: bytes) -> bytes:
        """Return AES-256-GCM's ciphertext with its tag; `nonce` is 12 bytes."""

    def decrypt(self, nonce: bytes, data: bytes, associated_data: bytes) -> bytes:
        """Undo encrypt(). Raises InvalidTag."""

    def derive(self, info: bytes) -> bytes:
        """Return 32 bytes for another use, the same ones each time."""


class RootKeys(Protocol):
    """What every provider of root keys can do."""

    name: str
    gives_out: bool

    def make(self, epoch: int) -> RootKey:
        """Make the key of an epoch, durably, and open it; keep the one that is there already."""

    def open(self, epoch: int) -> RootKey:
        """Open the key of an epoch. Raises RootKeyMissing."""

    def export(self, epoch: int) -> bytes:
        """Return the 32 bytes of a key, for its escrow. Raises NeverLeaves, RootKeyMissing."""

    def restore(self, epoch: int, key: bytes) -> None:
        """Put the 32 bytes of a lost key back, durably; keep the one that is there already. Raises NeverLeaves."""

    def destroy(self, epoch: int) -> str:
        """Destroy the epoch's key and return the evidence in one line. Safe to repeat."""


class KeptKey:
    """A root key whose 32 bytes are in this process's memory."""

    def __init__(self, key: bytes) -> None:
        self.key = key
        self._cipher = AESGCM(key)

    @property
    def fingerprint(self) -> str:
        """SHA-256 of the key, which has 256 bits of its own: nobody finds it from this."""
        return hashlib.sha256(self.key).hexdigest()

    def encrypt(self, nonce: bytes, data: bytes, associated_data: bytes) -> bytes:
        """Seal with AES-256-GCM."""
        return self._cipher.encrypt(nonce, data, associated_data)

    def decrypt(self, nonce: bytes, data: bytes, associated_data: bytes) -> bytes:
        """Open. Raises InvalidTag."""
        return self._cipher.decrypt(nonce, data, associated_data)

    def derive(self, info: bytes) -> bytes:
        """HKDF-SHA256 (RFC 5869)."""
        return HKDF(SHA256(), KEY_BYTES, salt=None, info=info).derive(self.key)


class FileRootKeys:
    """One file per epoch, readable by its owner alone (0600), in a folder of its own (0700)."""

    name = "file"
    gives_out = True

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def _path(self, epoch: int) -> Path:
        return self.folder / f"epoch-{epoch}.key"

    def make(self, epoch: int) -> KeptKey:
        """Write a new random key durably before it is used: a lost root key loses every dossier under it."""
        return KeptKey(keep(self._path(epoch), lambda: secrets.token_bytes(KEY_BYTES)))

    def open(self, epoch: int) -> KeptKey:
        """Read the key. Raises RootKeyMissing when the file is absent or not 32 bytes."""
        return KeptKey(self.export(epoch))

    def export(self, epoch: int) -> bytes:
        """Read the key's bytes. Raises RootKeyMissing as open() does."""
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

    def holds(self, epoch: int) -> bool:
        """Tell whether there is a file of this epoch."""
        return self._path(epoch).exists()

    def destroy(self, epoch: int) -> str:
        """Overwrite and unlink the file; on a copy-on-write disk the overwriting promises nothing, and we say so."""
        forget(self._path(epoch))
        return f"file of epoch {epoch} overwritten and unlinked"


def provider() -> RootKeys:
    """Return the configured provider of root keys: files, or a PKCS#11 token when PKCS11_MODULE names its library."""
    files = FileRootKeys(settings.KEYS_DIR)
    if not settings.PKCS11_MODULE:
        return files
    from casefiles.vault.tokens import TokenRootKeys, token  # its library is loaded where it is used alone

    return TokenRootKeys(token(), files)
