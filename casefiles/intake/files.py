"""The files of a package: none outside its folder is ever looked at."""

import os
import stat
from pathlib import Path

from casefiles.intake.problems import Code
from casefiles.intake.unreadable import PackageUnreadable, Reason

DOCUMENTS = "documents"


def contained(folder: Path, name: str) -> Path:
    """Return the path of one of the package's own files; `folder` is absolute and free of links.

    Raises PackageUnreadable when it is missing, is not a regular file, or is a link that leads out.
    """
    path = Path(os.path.realpath(folder / name))
    if not path.is_relative_to(folder):
        raise PackageUnreadable(Reason.OUTSIDE_PACKAGE, file=name)
    if not path.is_file():
        raise PackageUnreadable(Reason.FILE_MISSING, file=name)
    return path


def document_folder(folder: Path) -> Path:
    """Return the folder of the documents, which may be absent in a package without any."""
    path = Path(os.path.realpath(folder / DOCUMENTS))
    if path != folder / DOCUMENTS:
        raise PackageUnreadable(Reason.OUTSIDE_PACKAGE, file=DOCUMENTS)
    return path


def locate(documents: Path, name: str) -> tuple[Path, int] | Code:
    """Find the document that a row names: its absolute path without links and its bytes, or what is wrong.

    `name` is relative to the package, with forward slashes: `documents/letter.pdf`. A path that leaves the
    folder by its text is refused before the file system is asked anything, one that leaves by a link after.
    """
    parts = name.split("/")
    if parts[0] != DOCUMENTS or len(parts) < 2 or "\\" in name or not {"", ".", ".."}.isdisjoint(parts):
        return Code.PATH_OUTSIDE_PACKAGE
    try:
        path = Path(os.path.realpath(documents.joinpath(*parts[1:])))
        if not path.is_relative_to(documents):
            return Code.PATH_OUTSIDE_PACKAGE
        status = path.stat()
    except (OSError, ValueError):
        return Code.FILE_MISSING
    if not stat.S_ISREG(status.st_mode):
        return Code.FILE_NOT_REGULAR
    return (path, status.st_size) if status.st_size else Code.FILE_EMPTY
