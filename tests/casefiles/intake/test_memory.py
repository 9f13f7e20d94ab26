"""Memory is flat, and no copy of what is read goes to a disk."""

import os
import sys
import tracemalloc
from pathlib import Path

from casefiles.intake.package import open_package
from casefiles.intake.rows import Received

from .packages import EXPORTED_ON, Sketch, take_in


def peak(folder: Path, rows: int) -> int:
    """Return the most memory, in bytes, that reading a dossier with so many entries and documents takes."""
    sketch = Sketch().add_dossier()
    for table in ("entries.csv", "documents.csv"):
        sketch.tables[table] *= rows
    sketch.write(folder)
    del sketch
    tracemalloc.start()
    try:
        (received,) = open_package(folder, EXPORTED_ON).dossiers()
        assert isinstance(received, Received)
        assert sum(1 for _ in received.entries) + sum(1 for _ in received.documents) == 2 * rows
        return tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()


def test_a_dossier_of_thousands_of_rows_takes_little_more_memory_than_one_of_a_few(tmp_path: Path) -> None:
    few, many = peak(tmp_path / "few", 10), peak(tmp_path / "many", 1000)
    # 16 bytes a row in the index, 4 while they are walked, and as much again while the arrays grow.
    assert many - few < 2 * 1000 * 40


def test_reading_a_package_opens_no_file_for_writing(sketch: Sketch, tmp_path: Path) -> None:
    opened: list[int] = []
    watching = True

    def watch(event: str, arguments: tuple[object, ...]) -> None:
        # An audit hook cannot be taken away again: the flag puts it to sleep.
        if watching and event == "open":
            opened.append(int(str(arguments[2])))

    folder = sketch.write(tmp_path / "package")
    sys.addaudithook(watch)
    found = take_in(folder)
    texts = [entry.text for entry in found.received[0].entries]
    watching = False
    assert texts == ["Sprak met Zoë."]
    assert len(opened) > 5
    assert not any(flags & (os.O_WRONLY | os.O_RDWR | os.O_CREAT) for flags in opened)
