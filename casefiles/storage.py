"""The document store: put, open, erase. What is stored is sealed; erasing may be repeated."""

import hmac
import os
import shutil
from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import IO
from uuid import UUID, uuid4

from django.core.files.base import ContentFile, File
from django.core.files.storage import Storage, storages

from casefiles.vault.files import CHUNK_BYTES, sealer, unseal

FLUSHES_AT_ONCE = 8
COPY_FLAGS = os.O_WRONLY | os.O_CREAT | os.O_TRUNC
ID_DIGITS = 32  # of a dossier's id as the name of its folder


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


class Sealing:
    """A file on its way into the store: what is written is sealed at once, nothing plain is kept or buffered.

    The caller has committed the document's row before. Raises KeyShredded when the dossier is being destroyed.
    """

    def __init__(self, dossier_id: UUID, key: str, secret: bytes) -> None:
        self.size = 0
        self._key = key
        self._mac = hmac.new(secret, digestmod="sha256")
        self._encryptor = sealer(dossier_id, key)
        store().save(key, ContentFile(b""))  # makes the folder, and the file with its own permissions
        self._file = store().open(key, "wb")

    def write(self, plain: bytes) -> None:
        """Seal and store the next plain bytes. Raises OSError when the store refuses (a full disk)."""
        self.size += len(plain)
        self._mac.update(plain)
        self._file.write(self._encryptor.update(plain))

    def finish(self, *, durable: bool = True) -> Stored:
        """Store the end and return what is known of the file; durably, unless the caller sees to that later."""
        self._file.write(self._encryptor.finalize())
        self._file.close()
        if durable:
            make_durable([self._key])
        return Stored(size=self.size, digest=self._mac.digest())

    def abandon(self) -> None:
        """Erase what was stored so far; safe to repeat."""
        with suppress(OSError):  # a full disk cannot write out its buffer, and we do not want it any more
            self._file.close()
        erase(self._key)


def put(plain: IO[bytes], dossier_id: UUID, key: str, secret: bytes, *, durable: bool = True) -> Stored:
    """Seal a stream into the store at `key`; what fails halfway is erased again. Raises as Sealing does.

    Durable when it returns, unless the caller makes many files durable at once.
    """
    sealing = Sealing(dossier_id, key, secret)
    try:
        while chunk := plain.read(CHUNK_BYTES):
            sealing.write(chunk)
        return sealing.finish(durable=durable)
    except BaseException:
        sealing.abandon()
        raise


def make_durable(keys: Iterable[str]) -> None:
    """Return when the files are on the disk itself; an object store answers only when they are."""
    try:
        paths = [store().path(key) for key in keys]
    except NotImplementedError:
        return
    if len(paths) == 1:
        _flush(paths[0])
        return
    with ThreadPoolExecutor(FLUSHES_AT_ONCE) as pool:  # a file system writes what many wait for in one go
        list(pool.map(_flush, paths))


def _flush(path: str) -> None:
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
    """Return the addresses of all that the store itself lists for a dossier; a folder comes after what is in it."""
    return list(_below(dossier_id.hex))


def _below(folder: str) -> Iterator[str]:
    try:
        folders, files = store().listdir(folder)
    except FileNotFoundError:
        return
    yield from (f"{folder}/{name}" for name in files)
    for name in folders:
        yield from _below(f"{folder}/{name}")
        yield f"{folder}/{name}"


def dossiers() -> list[UUID]:
    """Return the dossiers of which the store lists a folder, known to the database or not."""
    try:
        folders, _files = store().listdir("")
    except FileNotFoundError:
        return []
    return [UUID(name) for name in folders if len(name) == ID_DIGITS]


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


def size_of(key: str) -> int | None:
    """Return how many sealed bytes a file in the store has; None when it is not there."""
    return store().size(key) if store().exists(key) else None


def copy_out(key: str, path: Path) -> None:
    """Copy a stored file, sealed as it is, to a path of its own, durably. Raises FileNotFoundError, OSError."""
    with store().open(key) as sealed, os.fdopen(os.open(path, COPY_FLAGS, 0o600), "wb") as copied:
        shutil.copyfileobj(sealed, copied, CHUNK_BYTES)
        copied.flush()
        os.fsync(copied.fileno())


def copy_in(path: Path, key: str) -> None:
    """Put a sealed file at its address, durably; what lies there goes first. Raises EraseRefused, OSError."""
    erase(key)
    with path.open("rb") as sealed:
        store().save(key, File(sealed))
    make_durable([key])
