"""The log outside the database: plain files that whoever has them can check with the ledger alone."""

import shutil
from pathlib import Path

import pytest
from django.conf import settings
from django.db import transaction

from retention import mirror, sequencer
from retention.ledger.checkpoint import Checkpoint as Head
from retention.ledger.note import Note
from retention.ledger.tiles import bundled_entries
from retention.ledger.tree import appended, leaf_hash, root
from retention.models import Checkpoint, LedgerLeaf, LedgerNode
from retention.receipts.keys import log_key
from tests.conftest import as_superuser

pytestmark = pytest.mark.usefixtures("stores")


def append(start: int, count: int) -> None:
    with transaction.atomic():
        sequencer.append([b"leaf %d" % n for n in range(start, start + count)])


def files() -> dict[str, tuple[bytes, int]]:
    folder = settings.MIRROR_DIR
    return {
        str(path.relative_to(folder)): (path.read_bytes(), path.stat().st_mtime_ns)
        for path in folder.rglob("*")
        if path.is_file()
    }


def entries_of(folder: Path, size: int) -> list[bytes]:
    """The entries of a mirror, read as an outsider would, from its tiles alone."""
    found: list[bytes] = []
    for index in range((size + 255) // 256):
        width = min(256, size - 256 * index)
        name = f"{index:03}" if width == 256 else f"{index:03}.p/{width}"
        found += bundled_entries((folder / "tile" / "entries" / name).read_bytes())
        tile = (folder / "tile" / "0" / name).read_bytes()
        assert tile == b"".join(leaf_hash(entry) for entry in found[-width:])
    return found


def check_mirror(size: int) -> None:
    """The checkpoint is ours and is the head of exactly the entries that the tiles hold."""
    note = Note.parse((settings.MIRROR_DIR / "checkpoint").read_text())
    assert note.signers([log_key().verifier]) == {log_key().verifier}
    head = Head.parse(note.text)
    entries = entries_of(settings.MIRROR_DIR, size)
    assert entries == [b"leaf %d" % n for n in range(size)]
    assert (head.size, head.root) == (size, root(size, appended(0, [leaf_hash(e) for e in entries], {})))


def test_an_empty_log_publishes_nothing() -> None:
    assert mirror.publish() == 0
    assert mirror.mirrored_size() == 0
    assert not (settings.MIRROR_DIR / "checkpoint").exists()


@pytest.mark.parametrize("sizes", [[1], [3, 5], [255, 256, 257], [300, 600]])
def test_what_is_published_is_the_whole_log_at_every_size(sizes: list[int]) -> None:
    before = 0
    for size in sizes:
        append(before, size - before)
        assert mirror.publish() == size
        check_mirror(size)
        before = size


def test_publishing_again_writes_nothing() -> None:
    append(0, 5)
    mirror.publish()
    before = files()
    assert mirror.publish() == 5
    assert files() == before


def test_a_lag_is_caught_up_in_one_go() -> None:
    append(0, 2)
    mirror.publish()
    for start in range(2, 9):
        append(start, 1)
    assert mirror.mirrored_size() == 2
    assert mirror.publish() == 9
    check_mirror(9)


def test_a_mirror_that_was_lost_is_written_anew() -> None:
    append(0, 4)
    mirror.publish()
    shutil.rmtree(settings.MIRROR_DIR)
    assert mirror.publish() == 4
    check_mirror(4)


def test_what_is_not_committed_is_not_published() -> None:
    append(0, 1)
    with transaction.atomic():
        sequencer.append([b"leaf 1"])
        transaction.set_rollback(True)
    assert mirror.publish() == 1
    check_mirror(1)


def test_a_mirror_that_cannot_be_written_is_unreachable() -> None:
    append(0, 1)
    shutil.rmtree(settings.MIRROR_DIR)
    settings.MIRROR_DIR.write_text("a file where the folder should be")
    try:
        with pytest.raises(mirror.MirrorUnreachable):
            mirror.publish()
    finally:
        settings.MIRROR_DIR.unlink()
    assert mirror.publish() == 1
    check_mirror(1)


def test_a_mirror_that_knows_more_than_the_database_is_not_overwritten() -> None:
    append(0, 3)
    mirror.publish()
    before = files()
    forget_the_log()
    with pytest.raises(sequencer.MirrorAhead, match="mirror 3, database 0"):
        append(0, 1)  # a second history is not even begun
    ahead = settings.MIRROR_DIR.rename(settings.MIRROR_DIR.with_name("ahead"))
    append(0, 1)
    ahead.rename(settings.MIRROR_DIR)
    with pytest.raises(sequencer.MirrorAhead, match="mirror 3, database 1"):
        mirror.publish()
    assert files() == before


def forget_the_log() -> None:
    """Set the database back to before the log, as a restored backup does."""
    tables = ", ".join(model._meta.db_table for model in (LedgerLeaf, LedgerNode, Checkpoint))
    with as_superuser("casefiles") as superuser:
        superuser.execute(f"TRUNCATE {tables} CASCADE")


def test_the_checkpoint_is_written_last_so_that_no_head_is_without_its_tiles() -> None:
    append(0, 2)
    mirror.publish()
    append(2, 300)
    (settings.MIRROR_DIR / "tile" / "0" / "000").mkdir(parents=True)  # where a tile has to come
    before = (settings.MIRROR_DIR / "checkpoint").read_bytes()
    with pytest.raises(mirror.MirrorUnreachable):
        mirror.publish()
    assert (settings.MIRROR_DIR / "checkpoint").read_bytes() == before
    assert mirror.mirrored_size() == 2
    (settings.MIRROR_DIR / "tile" / "0" / "000").rmdir()
    assert mirror.publish() == 302
    check_mirror(302)


def test_only_its_owner_enters_the_mirror() -> None:
    append(0, 1)
    mirror.publish()
    assert settings.MIRROR_DIR.stat().st_mode & 0o777 == 0o700
