"""Secrets that are made once and then kept in a file of their own (0600), outside every database."""

import os
import secrets
from collections.abc import Callable
from pathlib import Path


def keep(path: Path, make: Callable[[], bytes]) -> bytes:
    """Return the file's bytes, making them durably first when there is no file yet.

    Two processes or threads that make it at once end up with the same bytes: the first link wins.
    """
    if path.exists():
        return path.read_bytes()
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    draft = _drafted(path, make())
    try:
        os.link(draft, path)
    except FileExistsError:
        pass  # another process was first, and its bytes count
    finally:
        draft.unlink()
    fsync_folder(path.parent)
    return path.read_bytes()


def replace(path: Path, content: bytes) -> None:
    """Put other bytes in the place of a kept file, whole or not at all, durably."""
    _drafted(path, content).replace(path)
    fsync_folder(path.parent)


def _drafted(path: Path, content: bytes) -> Path:
    draft = path.with_name(f"{path.name}.{secrets.token_hex(8)}.new")  # threads of one process are two as well
    with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    return draft


def fsync_folder(folder: Path) -> None:
    """Make what was added to or removed from a folder durable."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
