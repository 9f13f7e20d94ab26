"""The files of a package in a folder: none outside it is ever looked at. `Source` is what any package offers."""

import os
import stat
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, Literal, Protocol

from casefiles.intake.problems import Code
from casefiles.intake.unreadable import PackageUnreadable, Reason

DOCUMENTS = "documents"


class Content(Protocol):
    """The bytes of one file of a package; each opening starts at the first."""

    def open(self, mode: Literal["rb"]) -> BinaryIO:
        """Open them for reading."""


@dataclass(frozen=True, slots=True)
class Lying:
    """A document in a folder, at `parts` below it; what was put in its place after the judgement is not read."""

    folder: Path
    parts: tuple[str, ...]
    size: int

    def open(self, mode: Literal["rb"]) -> BinaryIO:
        """Open it, following no link. Raises PackageUnreadable when it is no longer the file that was judged."""
        try:
            file = os.fdopen(self._handle(), mode)
        except OSError:
            raise PackageUnreadable(Reason.PACKAGE_CHANGED, file=DOCUMENTS) from None
        status = os.fstat(file.fileno())
        if not stat.S_ISREG(status.st_mode) or status.st_size != self.size:
            file.close()
            raise PackageUnreadable(Reason.PACKAGE_CHANGED, file=DOCUMENTS)
        return file

    def _handle(self) -> int:
        """Walk down by handles, so that no folder on the way can be turned into a link meanwhile."""
        *folders, name = self.parts
        at = os.open(self.folder, os.O_RDONLY | os.O_DIRECTORY)
        try:
            for part in folders:
                below = os.open(part, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW, dir_fd=at)
                os.close(at)
                at = below
            return os.open(name, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK, dir_fd=at)
        finally:
            os.close(at)


class Source(Protocol):
    """Where the files of a package are: in a folder, or in a zip that is held in memory."""

    def file(self, name: str) -> Content:
        """Return one of the package's own files. Raises PackageUnreadable."""

    def locate(self, name: str) -> tuple[Content, int] | Code:
        """Find the document that a row names: its content and its size in bytes, or what is wrong with it."""


class Folder:
    """A package in a folder. Raises PackageUnreadable when there is none, or its documents lead out of it."""

    def __init__(self, path: Path) -> None:
        self._folder = Path(os.path.realpath(path))
        if not self._folder.is_dir():
            raise PackageUnreadable(Reason.NOT_A_FOLDER)
        # The documents' folder may be absent in a package without any.
        self._documents = self._folder / DOCUMENTS
        if Path(os.path.realpath(self._documents)) != self._documents:
            raise PackageUnreadable(Reason.OUTSIDE_PACKAGE, file=DOCUMENTS)

    def file(self, name: str) -> Path:
        """Return the path of one of the package's own files, without links.

        Raises PackageUnreadable when it is missing, is not a regular file, or is a link that leads out.
        """
        path = Path(os.path.realpath(self._folder / name))
        if not path.is_relative_to(self._folder):
            raise PackageUnreadable(Reason.OUTSIDE_PACKAGE, file=name)
        if not path.is_file():
            raise PackageUnreadable(Reason.FILE_MISSING, file=name)
        return path

    def locate(self, name: str) -> tuple[Lying, int] | Code:
        """Find the document that a row names: its place without links and its bytes, or what is wrong.

        A path that leaves the folder by its text is refused before the file system is asked anything, one that
        leaves by a link after.
        """
        parts = inside_documents(name)
        if parts is None:
            return Code.PATH_OUTSIDE_PACKAGE
        try:
            path = Path(os.path.realpath(self._documents.joinpath(*parts)))
            if not path.is_relative_to(self._documents):
                return Code.PATH_OUTSIDE_PACKAGE
            status = path.stat()
        except (OSError, ValueError):
            return Code.FILE_MISSING
        if not stat.S_ISREG(status.st_mode):
            return Code.FILE_NOT_REGULAR
        if not status.st_size:
            return Code.FILE_EMPTY
        return Lying(self._documents, path.relative_to(self._documents).parts, status.st_size), status.st_size


def inside_documents(name: str) -> list[str] | None:
    """Return the parts of a document's path below documents/, None when its text leads elsewhere.

    `name` is relative to the package, with forward slashes: `documents/letter.pdf`.
    """
    first, *parts = name.split("/")
    if first != DOCUMENTS or not parts or "\\" in name or not {"", ".", ".."}.isdisjoint(parts):
        return None
    return parts
