"""Sealing files as a stream: a document of 2 GB never sits in memory, and never on disk in plain.

Cobblestone-256 (`cryptography`): chunked, key-committing; a truncated or reordered file does not open.
"""

from collections.abc import Iterator
from typing import IO
from uuid import UUID

from cryptography.cobblestone import Cobblestone256Decryptor, Cobblestone256Encryptor

from casefiles.vault.keys import derive

CHUNK_BYTES = 256 * 1024


def sealer(dossier_id: UUID, key: str) -> Cobblestone256Encryptor:
    """Return what seals a file chunk by chunk: update() each, then finalize(). Raises KeyShredded."""
    return Cobblestone256Encryptor(derive(dossier_id, "files"), key.encode())


def unseal(sealed: IO[bytes], dossier_id: UUID, key: str) -> Iterator[bytes]:
    """Yield the plain chunks of a sealed stream. Raises KeyShredded, or InvalidTag when it was altered."""
    decryptor = Cobblestone256Decryptor(derive(dossier_id, "files"), key.encode())
    while chunk := sealed.read(CHUNK_BYTES):
        if plain := decryptor.update(chunk):
            yield plain
    if rest := decryptor.finalize():
        yield rest
