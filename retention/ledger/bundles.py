"""Where receipts are read from: a folder, a zip as it was downloaded, or a folder full of either."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Protocol
from zipfile import BadZipFile, ZipFile, is_zipfile

RECEIPT, PROOF, POLICY, ANNEX = "receipt.json", "receipt.tlog-proof", "policy", "annex"
MAX_FILE_SIZE = 1024 * 1024
_MOST_MEMBERS = 100_000


class MissingError(Exception):
    """The bundle has no such file."""


class UnreadableError(Exception):
    """The file is there, and cannot be read."""


class TooLargeError(Exception):
    """The file is larger than MAX_FILE_SIZE."""


class Bundle(Protocol):
    """The files of one receipt."""

    def read(self, name: str) -> bytes:
        """Return a file's bytes, or raise MissingError, UnreadableError or TooLargeError."""


@dataclass(frozen=True, slots=True)
class Folder:
    """A bundle as it was unpacked."""

    path: Path

    def read(self, name: str) -> bytes:
        """See Bundle."""
        try:
            if not (self.path / name).is_file():
                raise MissingError(name)
            with (self.path / name).open("rb") as file:
                data = file.read(MAX_FILE_SIZE + 1)
        except OSError as error:
            raise UnreadableError(name) from error
        return _bounded(data, name)


@dataclass(frozen=True, slots=True)
class Packed:
    """A bundle in a zip, which may hold several: one folder each."""

    archive: Path
    folder: str

    def read(self, name: str) -> bytes:
        """See Bundle. Never unpacks more than MAX_FILE_SIZE, whatever the zip says about itself."""
        try:
            with ZipFile(self.archive) as archive, archive.open(f"{self.folder}{name}") as file:
                data = file.read(MAX_FILE_SIZE + 1)
        except KeyError as error:
            raise MissingError(name) from error
        except Exception as error:  # a zip under suspicion fails in many ways: all of them mean this
            raise UnreadableError(name) from error
        return _bounded(data, name)


def found(path: Path) -> list[tuple[str, Bundle | None]]:
    """Return the bundles at `path` with the names to print; what holds none gives no bundle. Never raises."""
    single = _of(path)
    if single:
        return single
    try:
        inside = sorted(path.iterdir()) if path.is_dir() else []
    except OSError:
        inside = []
    several = [each for entry in inside if entry.is_dir() or entry.suffix == ".zip" for each in _of_inner(entry)]
    return several or [(str(path), None)]


def _of_inner(entry: Path) -> list[tuple[str, Bundle | None]]:
    return _of(entry) or [(entry.name, None)]


def _of(path: Path) -> list[tuple[str, Bundle | None]]:
    try:
        if path.name == RECEIPT and path.is_file():
            path = path.parent
        if any((path / name).exists() for name in (RECEIPT, PROOF)):
            return [(path.name or str(path), Folder(path))]
        if path.is_file() and is_zipfile(path):
            return [(_shown(path, folder), Packed(path, folder)) for folder in _folders(path)]
    except OSError:
        pass
    return []


def _shown(path: Path, folder: str) -> str:
    return folder.rstrip("/") or path.name


def _folders(archive: Path) -> Iterator[str]:
    """Yield the folders (with their slash, or "") of a zip in which a receipt or a proof stands."""
    try:
        with ZipFile(archive) as opened:
            names = opened.namelist()[:_MOST_MEMBERS]
    except (BadZipFile, OSError, ValueError):
        return
    paths = [name for name in names if PurePosixPath(name).name in (RECEIPT, PROOF)]
    yield from sorted({name.removesuffix(PurePosixPath(name).name) for name in paths})


def _bounded(data: bytes, name: str) -> bytes:
    if len(data) > MAX_FILE_SIZE:
        raise TooLargeError(name)
    return data
