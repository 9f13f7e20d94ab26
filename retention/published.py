"""The published copy of the mirror, which any static web server may show: renewed once a day, and never faster.

A copy that followed every leaf at once would tell in which minute a file was destroyed; operator, category and exact
time together may single a person out (design/receipts.md, small cells).
"""

from pathlib import Path

from django.conf import settings

from retention import mirror
from retention.ledger.checkpoint import Checkpoint
from retention.ledger.note import Note
from retention.ledger.tiles import changed_tiles
from retention.sequencer import MirrorAhead


def renew() -> int:
    """Bring MIRROR_PUBLISH_DIR up to the mirror and return its size; 0 where nothing is published. Safe to repeat.

    The head is written last. Raises MirrorAhead when the copy knows more leaves than the mirror, and MirrorUnreachable.
    """
    target: Path | None = settings.MIRROR_PUBLISH_DIR
    if target is None:
        return 0
    try:
        return _renewed(settings.MIRROR_DIR, target)
    except OSError as error:
        raise mirror.MirrorUnreachable(type(error).__name__) from error


def _renewed(source: Path, target: Path) -> int:
    old, head = mirror.size_of(target), _head(source)
    size = Checkpoint.parse(Note.parse(head.decode()).text).size if head else 0
    if old > size:
        raise MirrorAhead(f"published {old}, mirror {size}")
    for tile in changed_tiles(old, size):
        for path in (tile.path, tile.entries_path) if tile.level == 0 else (tile.path,):
            mirror.write(target / path, (source / path).read_bytes())
    for handover in sorted((source / "handover").glob("[0-9]*")):
        if not (target / "handover" / handover.name).exists():
            mirror.write(target / "handover" / handover.name, handover.read_bytes())
    if size > old:
        mirror.write(target / "checkpoint", head)
    return size


def _head(source: Path) -> bytes:
    try:
        return (source / "checkpoint").read_bytes()
    except FileNotFoundError:
        return b""
