"""Sealing files as a stream: a document of 2 GB never sits in memory, and never on disk in plain.

Cobblestone-256 (`cryptography`): chunked, key-committing; a truncated or reordered file does not open.
"""

from collections.abc import Callable, Iterator
from typing import IO
from uuid import UUID

from cryptography.cobblestone import Cobblestone256Decryptor, Cobblestone256Encryptor

from casefiles.vault.keys import derive

CHUNK_BYTES = 256 * 1024


class SealingReader:
    """A readable stream that yields the sealed form of another one, chunk by chunk.

    `watch` is called with each plain chunk (for digests); `size` counts the plain bytes that were read.
    """

    def __init__(self, plain: IO[bytes], dossier_id: UUID, key: str, watch: Callable[[bytes], None]) -> None:
        self._plain = plain
        self._watch = watch
        self._encryptor = Cobblestone256Encryptor(derive(dossier_id, "files"), key.encode())
        self._ready = b""
        self._done = False
        self.size = 0

    def read(self, amount: int = -1) -> bytes:
        """Return sealed bytes: up to `amount`, or about one chunk when negative; empty at the end."""
        limit = CHUNK_BYTES if amount < 0 else amount
        while not self._done and len(self._ready) < limit:
            chunk = self._plain.read(CHUNK_BYTES)
            if chunk:
                self.size += len(chunk)
                self._watch(chunk)
                self._ready += self._encryptor.update(chunk)
            else:
                self._ready += self._encryptor.finalize()
                self._done = True
        sealed, self._ready = self._ready[:limit], self._ready[limit:]
        return sealed


def unseal(sealed: IO[bytes], dossier_id: UUID, key: str) -> Iterator[bytes]:
    """Yield the plain chunks of a sealed stream. Raises KeyShredded, or InvalidTag when it was altered."""
    decryptor = Cobblestone256Decryptor(derive(dossier_id, "files"), key.encode())
    while chunk := sealed.read(CHUNK_BYTES):
        if plain := decryptor.update(chunk):
            yield plain
    if rest := decryptor.finalize():
        yield rest
