"""Memory is flat: it does not grow with the rows of a dossier but by the index, sixteen bytes a row."""

import tracemalloc
from pathlib import Path

from casefiles.intake.package import open_package
from casefiles.intake.rows import Received

from .packages import EXPORTED_ON, Sketch


def peak(folder: Path, rows: int) -> int:
    """Return the highest use of memory, in bytes, of reading a dossier with this many entries and documents."""
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
    few, many = peak(tmp_path / "few", 10), peak(tmp_path / "many", 4000)
    # Twice 4000 rows: 16 bytes each in the index, 4 while they are walked, and as much again while arrays grow.
    assert many - few < 2 * 4000 * 40
