"""Secrets that are made once and then kept in a file of their own (0600), outside every database."""

import os
import secrets
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

ABANDONED = 600  # seconds: a draft lives for milliseconds, so one of this age is what a killed process left


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
    for old in drafts_of(path):
        _remove_abandoned(old)
    draft = path.with_name(f"{path.name}.{secrets.token_hex(8)}.new")  # threads of one process are two as well
    with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    return draft


def drafts_of(path: Path) -> list[Path]:
    """Return what writers of a kept file have under way, or left when they were killed: secrets like the file."""
    return sorted(path.parent.glob(f"{path.name}.*.new"))


def _remove_abandoned(draft: Path) -> None:
    with suppress(FileNotFoundError):  # its writer, or another one who cleans up, was first
        if time.time() - draft.stat().st_mtime > ABANDONED:
            overwrite_and_unlink(draft)


def overwrite_and_unlink(path: Path) -> None:
    """Write random bytes over all of a small file, durably, and remove it."""
    with path.open("r+b") as file:
        file.write(secrets.token_bytes(path.stat().st_size))
        file.flush()
        os.fsync(file.fileno())
    path.unlink()


def forget(path: Path) -> bool:
    """Overwrite and unlink a kept file with every draft of it; return whether the file itself was there."""
    there = path.exists()
    for each in (*drafts_of(path), *([path] if there else [])):
        overwrite_and_unlink(each)
    if path.parent.exists():
        fsync_folder(path.parent)
    return there


def fsync_folder(folder: Path) -> None:
    """Make what was added to or removed from a folder durable."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
