"""A package in a zip that is held in memory: an uploaded one lies sealed on the disk and is nowhere unpacked."""

import stat
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from io import BytesIO
from typing import IO, BinaryIO, Literal, cast
from zipfile import BadZipFile, LargeZipFile, ZipFile, ZipInfo

from casefiles.intake.files import inside_documents
from casefiles.intake.problems import Code
from casefiles.intake.unreadable import PackageUnreadable, Reason

MANIFEST = "package.json"
ENCRYPTED = 0x1  # bit 0 of the general purpose flags (APPNOTE 4.4.4)

# A bomb is small on the wire: what counts is what it says to become, which the reader never lets it exceed.
MOST_FILES = 200_000
MOST_BYTES = 4 << 30
MOST_TABLE_BYTES = 512 << 20  # a table is held in memory unpacked, for it is read from many places


@dataclass(frozen=True, slots=True)
class Member:
    """One file in a zip, unpacked while it is read."""

    archive: ZipFile
    entry: ZipInfo

    def open(self, mode: Literal["rb"]) -> BinaryIO:
        """Open it for reading; a zip gives bytes, as its only mode."""
        return cast(BinaryIO, self.archive.open(self.entry))


@dataclass(frozen=True, slots=True)
class Unpacked:
    """The whole of one table, for random access: a zip itself can only be read from front to back."""

    content: bytes

    def open(self, mode: Literal["rb"]) -> BinaryIO:
        """Open it for reading."""
        return BytesIO(self.content)


class Zip:
    """A package in a zip, at its top or in its only folder. Raises PackageUnreadable (`zip_…`) for a bad one.

    Everything in it is read once here, so that damage is known before the first dossier comes in.
    """

    def __init__(self, packed: IO[bytes]) -> None:
        try:
            self._archive = ZipFile(packed)
            entries = [entry for entry in self._archive.infolist() if not entry.is_dir()]
            _check(entries)
            if self._archive.testzip() is not None:
                raise PackageUnreadable(Reason.ZIP_DAMAGED)
        except (BadZipFile, LargeZipFile, zlib.error, EOFError, NotImplementedError, ValueError):
            raise PackageUnreadable(Reason.ZIP_DAMAGED) from None
        self._entries = dict(_below_top(entries))
        self._tables: dict[str, Unpacked] = {}

    def file(self, name: str) -> Unpacked:
        """Return one of the package's own files. Raises PackageUnreadable when it is missing or too large."""
        if name not in self._tables:
            entry = self._entries.get(name)
            if entry is None or _is_special(entry):
                raise PackageUnreadable(Reason.FILE_MISSING, file=name)
            if entry.file_size > MOST_TABLE_BYTES:
                raise PackageUnreadable(Reason.ZIP_TOO_LARGE)
            self._tables[name] = Unpacked(self._archive.read(entry))
        return self._tables[name]

    def locate(self, name: str) -> tuple[Member, int] | Code:
        """Find the document that a row names: its content and its size in bytes, or what is wrong."""
        if inside_documents(name) is None:
            return Code.PATH_OUTSIDE_PACKAGE
        entry = self._entries.get(name)
        if entry is None:
            return Code.FILE_MISSING
        if _is_special(entry):
            return Code.FILE_NOT_REGULAR
        return (Member(self._archive, entry), entry.file_size) if entry.file_size else Code.FILE_EMPTY


def _check(entries: list[ZipInfo]) -> None:
    if len(entries) > MOST_FILES or sum(entry.file_size for entry in entries) > MOST_BYTES:
        raise PackageUnreadable(Reason.ZIP_TOO_LARGE)
    if any(entry.flag_bits & ENCRYPTED for entry in entries):
        raise PackageUnreadable(Reason.ZIP_ENCRYPTED)
    if any(_leads_out(entry.filename) for entry in entries):
        raise PackageUnreadable(Reason.ZIP_PATHS)
    if len({entry.filename for entry in entries}) < len(entries):
        raise PackageUnreadable(Reason.ZIP_PATHS)  # which of two files with one name is meant, nobody can tell


def _leads_out(name: str) -> bool:
    return "\\" in name or ":" in name or not {"", ".", ".."}.isdisjoint(name.split("/"))


def _is_special(entry: ZipInfo) -> bool:
    """Say whether the zip keeps a link or a device: then its bytes are not a file's content."""
    kind = stat.S_IFMT(entry.external_attr >> 16)
    return kind not in (0, stat.S_IFREG)


def _below_top(entries: list[ZipInfo]) -> Iterator[tuple[str, ZipInfo]]:
    """Yield each file with its name in the package; who zips a folder gets all names below that folder's."""
    names = {entry.filename for entry in entries}
    tops = {name.split("/", 1)[0] + "/" for name in names if name.endswith(f"/{MANIFEST}") and name.count("/") == 1}
    top = "" if MANIFEST in names or len(tops) != 1 else tops.pop()
    for entry in entries:
        if entry.filename.startswith(top):
            yield entry.filename.removeprefix(top), entry
