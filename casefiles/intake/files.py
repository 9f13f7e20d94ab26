"""The files of a package in a folder: none outside it is ever looked at. `Source` is what any package offers."""

import os
import stat
from pathlib import Path
from typing import BinaryIO, Literal, Protocol

from casefiles.intake.problems import Code
from casefiles.intake.unreadable import PackageUnreadable, Reason

DOCUMENTS = "documents"


class Content(Protocol):
    """The bytes of one file of a package; each opening starts at the first."""

    def open(self, mode: Literal["rb"]) -> BinaryIO:
        """Open them for reading."""


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

    def locate(self, name: str) -> tuple[Path, int] | Code:
        """Find the document that a row names: its absolute path without links and its bytes, or what is wrong.

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
        return (path, status.st_size) if status.st_size else Code.FILE_EMPTY


def inside_documents(name: str) -> list[str] | None:
    """Return the parts of a document's path below documents/, None when its text leads elsewhere.

    `name` is relative to the package, with forward slashes: `documents/letter.pdf`.
    """
    first, *parts = name.split("/")
    if first != DOCUMENTS or not parts or "\\" in name or not {"", ".", ".."}.isdisjoint(parts):
        return None
    return parts
