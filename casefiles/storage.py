"""The document store: put, open, erase. What is stored is sealed; erasing may be repeated."""

import hmac
import os
from collections.abc import Iterator
from dataclasses import dataclass
from typing import IO
from uuid import UUID, uuid4

from django.core.files.base import File
from django.core.files.storage import Storage, storages

from casefiles.vault.files import SealingReader, unseal


@dataclass(frozen=True, slots=True)
class Stored:
    """What is known of a file after it was stored: plain bytes counted, content digest under the secret."""

    size: int
    digest: bytes


class EraseRefused(Exception):
    """The document store would not erase a file; it says why, and the file counts as present."""


def store() -> Storage:
    """Return the document store: a folder, or S3."""
    return storages["documents"]


def new_key(dossier_id: UUID) -> str:
    """Return a fresh address in the store; all of a dossier's files share one prefix, so they can be listed."""
    return f"{dossier_id.hex}/{uuid4().hex}"


def content_digest(plain: IO[bytes], secret: bytes) -> bytes:
    """Return HMAC-SHA256 of a file's content under a dossier's subject secret, reading it in chunks."""
    mac = hmac.new(secret, digestmod="sha256")
    while chunk := plain.read(256 * 1024):
        mac.update(chunk)
    return mac.digest()


def put(plain: IO[bytes], dossier_id: UUID, key: str, secret: bytes) -> Stored:
    """Seal a stream into the store at `key`, durably. The caller has committed the document's row before.

    Raises OSError when the store refuses (a full disk), and KeyShredded when the dossier is being destroyed.
    """
    mac = hmac.new(secret, digestmod="sha256")
    sealing = SealingReader(plain, dossier_id, key, mac.update)
    saved = store().save(key, _SealedFile(sealing))
    _make_durable(saved)
    return Stored(size=sealing.size, digest=mac.digest())


class _SealedFile(File):  # type: ignore[type-arg] # generic only in the stubs
    """A sealed stream as Django's stores take it; its length is not known beforehand."""

    def __init__(self, sealing: SealingReader) -> None:
        super().__init__(None)
        self._sealing = sealing

    def chunks(self, chunk_size: int | None = None) -> Iterator[bytes]:
        while chunk := self._sealing.read(chunk_size or self.DEFAULT_CHUNK_SIZE):
            yield chunk


def _make_durable(key: str) -> None:
    try:
        path = store().path(key)
    except NotImplementedError:
        return  # an object store answers only when it is durable
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def read(dossier_id: UUID, key: str) -> Iterator[bytes]:
    """Yield a stored document's plain chunks. Raises FileNotFoundError, KeyShredded, InvalidTag."""
    with store().open(key) as sealed:
        yield from unseal(sealed, dossier_id, key)


def erase(key: str) -> None:
    """Erase one stored file. "Already gone" is success; refused is EraseRefused."""
    try:
        store().delete(key)
        present = store().exists(key)
    except OSError as error:
        raise EraseRefused(type(error).__name__) from error
    if present:
        raise EraseRefused("still there")


def listed(dossier_id: UUID) -> list[str]:
    """Return the addresses of all files that the store itself lists for a dossier."""
    try:
        folders, files = store().listdir(dossier_id.hex)
    except FileNotFoundError:
        return []
    return [f"{dossier_id.hex}/{name}" for name in (*folders, *files)]


def erase_all(dossier_id: UUID) -> int:
    """Erase everything that the store lists for a dossier, known to the database or not; return how many."""
    keys = listed(dossier_id)
    for key in keys:
        erase(key)
    try:
        store().delete(dossier_id.hex)  # the empty folder, where the store has folders
    except OSError as error:
        raise EraseRefused(type(error).__name__) from error
    return len(keys)
