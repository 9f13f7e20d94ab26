"""The log outside the database: plain files in the tlog-tiles layout that any web server can publish."""

import os
from pathlib import Path

from django.conf import settings
from django.db import connection, transaction

from casefiles.vault.kept import fsync_folder
from retention import sequencer
from retention.ledger.copy import head_of
from retention.ledger.tiles import Tile, bundle_entries, changed_tiles
from retention.models import Checkpoint, LedgerLeaf
from retention.sequencer import MirrorAhead


class MirrorUnreachable(Exception):
    """The mirror's folder cannot be written: nothing may be destroyed until it can."""


def mirrored_size() -> int:
    """Return the number of leaves that the mirror's checkpoint states; 0 without a mirror."""
    return size_of(settings.MIRROR_DIR)


def size_of(folder: Path) -> int:
    """Return the number of leaves that the checkpoint of a copy of the log states; 0 without one."""
    head = head_of(folder)
    return head.size if head else 0


def publish() -> int:
    """Bring the mirror up to the last committed checkpoint and return its size. Safe to repeat and to run twice.

    The checkpoint is written last, so that a reader never sees a head without its tiles. Raises
    MirrorUnreachable and MirrorAhead.
    """
    with transaction.atomic():
        with connection.cursor() as cursor:  # one publisher at a time
            cursor.execute("SELECT pg_advisory_xact_lock(hashtext('retention.mirror'))")
        last = Checkpoint.objects.order_by("-size").first()
        if last is None:
            return 0
        try:
            _publish(settings.MIRROR_DIR, last)
        except OSError as error:
            raise MirrorUnreachable(type(error).__name__) from error
    return last.size


def hand_over(size: int, note: str) -> None:
    """Publish the head that an old and a new key of the log both signed, as `handover/SIZE`. MirrorUnreachable."""
    try:
        settings.MIRROR_DIR.mkdir(mode=0o700, parents=True, exist_ok=True)
        write(settings.MIRROR_DIR / "handover" / str(size), note.encode())
    except OSError as error:
        raise MirrorUnreachable(type(error).__name__) from error


def _publish(folder: Path, last: Checkpoint) -> None:
    old = mirrored_size()
    if old > last.size:
        raise MirrorAhead(f"mirror {old}, database {last.size}")
    if old == last.size:
        return
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)  # by itself: mkdir gives its mode to the last folder only
    for tile in changed_tiles(old, last.size):
        write(folder / tile.path, tile.data(sequencer.nodes(tile.coordinates)))
        if tile.level == 0:
            write(folder / tile.entries_path, _entries(tile))
    write(folder / "checkpoint", last.note.encode())


def _entries(tile: Tile) -> bytes:
    indices = [index for _level, index in tile.coordinates]
    bodies = LedgerLeaf.objects.filter(index__in=indices).order_by("index").values_list("body", flat=True)
    return bundle_entries([bytes(body) for body in bodies])


def write(path: Path, content: bytes) -> None:
    """Write a file whole or not at all, durably."""
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_name(f".{path.name}.{os.getpid()}.new")
    with draft.open("wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    draft.replace(path)
    fsync_folder(path.parent)
