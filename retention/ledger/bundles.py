"""Where receipts are read from: a folder, a zip as it was downloaded, a folder full of either, or an address."""

from collections.abc import Iterator
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path, PurePosixPath
from typing import Protocol
from zipfile import BadZipFile, ZipFile, is_zipfile

from retention.ledger.places import Local, Place, fetched, is_address, place

RECEIPT, PROOF, POLICY, ANNEX = "receipt.json", "receipt.tlog-proof", "policy", "annex"
MAX_FILE_SIZE = 1024 * 1024
_MOST_MEMBERS = 100_000
_LARGEST_ZIP = 256 * MAX_FILE_SIZE


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
    """A bundle as it was unpacked, here or on a web server."""

    place: Place

    def read(self, name: str) -> bytes:
        """See Bundle."""
        try:
            data = self.place.read(name, MAX_FILE_SIZE + 1)
        except (FileNotFoundError, IsADirectoryError, NotADirectoryError) as error:
            raise MissingError(name) from error
        except OSError as error:
            raise UnreadableError(name) from error
        return _bounded(data, name)


@dataclass(frozen=True, slots=True)
class Packed:
    """A bundle in a zip, which may hold several: one folder each."""

    archive: Path | BytesIO
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


def found(where: Path | str) -> list[tuple[str, Bundle | None]]:
    """Return the bundles at a path or an address with the names to print; what holds none gives no bundle.

    Never raises. An address is of one bundle: of its zip, or of the folder that has its files.
    """
    if isinstance(where, str) and is_address(where):
        return _online(where)
    path = Path(where)
    single = _of(path)
    if single:
        return single
    try:
        inside = sorted(path.iterdir()) if path.is_dir() else []
    except OSError:
        inside = []
    several = [each for entry in inside if entry.is_dir() or entry.suffix == ".zip" for each in _of_inner(entry)]
    return several or [(str(path), None)]


def _online(address: str) -> list[tuple[str, Bundle | None]]:
    if not address.endswith(".zip"):
        return [(address, Folder(place(address)))]
    try:
        archive = BytesIO(fetched(address, _LARGEST_ZIP))
    except OSError:
        return [(address, None)]
    return [(folder.rstrip("/") or address, Packed(archive, folder)) for folder in _folders(archive)] or [
        (address, None)
    ]


def _of_inner(entry: Path) -> list[tuple[str, Bundle | None]]:
    return _of(entry) or [(entry.name, None)]


def _of(path: Path) -> list[tuple[str, Bundle | None]]:
    try:
        if path.name == RECEIPT and path.is_file():
            path = path.parent
        if any((path / name).exists() for name in (RECEIPT, PROOF)):
            return [(path.name or str(path), Folder(Local(path)))]
        if path.is_file() and is_zipfile(path):
            return [(_shown(path, folder), Packed(path, folder)) for folder in _folders(path)]
    except OSError:
        pass
    return []


def _shown(path: Path, folder: str) -> str:
    return folder.rstrip("/") or path.name


def _folders(archive: Path | BytesIO) -> Iterator[str]:
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
