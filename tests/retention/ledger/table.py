"""Verifier × (valid, mutated): `python -m tests.retention.ledger.table` prints who accepted and refused how many.

Valid: receipts of logs of five sizes. Mutated: one bit in each field of the receipt and in each line of the proof, and
every rewritten proof that the tests know.
"""

import json
import re
import shutil
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

from .builders import Log, log_of
from .test_outsiders import ALL, EDITS, INDEX, SIZE, flip, line_starts


def main() -> None:
    """Make the copies, let each verifier judge all of them, and print the table."""
    with tempfile.TemporaryDirectory() as made:
        valid = list(fresh(Path(made)))
        log = log_of(SIZE)
        mutated = [(folder, log.key.vkey) for folder in copies(log, Path(made) / "mutated")]
        sys.stdout.write(f"{'verifier':22}{'valid accepted':>16}{'mutated refused':>17}\n")
        for name, accepts in ALL.items():
            right = sum(accepts(folder, vkey) for folder, vkey in valid)
            refused = sum(not accepts(folder, vkey) for folder, vkey in mutated)
            sys.stdout.write(f"{name:22}{right:>10} of {len(valid):<3}{refused:>10} of {len(mutated):<3}\n")


def fresh(folder: Path) -> Iterator[tuple[Path, str]]:
    """Export receipts of logs of many sizes."""
    for size in (1, 2, 3, 8, 13):
        log = log_of(size)
        for index in sorted({0, size // 2, size - 1}):
            yield log.export(index, folder / f"{size}-{index}"), log.key.vkey


def copies(log: Log, folder: Path) -> Iterator[Path]:
    """Export one receipt again and again, each time with one thing changed."""
    whole = log.export(INDEX, folder / "whole")
    stated = (whole / "receipt.json").read_bytes()
    for name in json.loads(stated):
        value = re.compile(rb"[0-9a-zA-Z]").search(stated, stated.index(b'"%s":' % name.encode()) + len(name) + 3)
        yield flipped(whole, folder / f"field-{name}", "receipt.json", value.start() if value else 0)
    starts = line_starts(whole / "receipt.tlog-proof")
    ends = [*(start - 1 for start in starts[1:]), (whole / "receipt.tlog-proof").stat().st_size - 1]
    for number, (start, end) in enumerate(zip(starts, ends, strict=True)):
        yield flipped(whole, folder / f"line-{number}", "receipt.tlog-proof", max(start, end - 2))
    for name, edit in EDITS.items():
        copy = Path(shutil.copytree(whole, folder / name.replace(" ", "-")))
        lines = (copy / "receipt.tlog-proof").read_text(encoding="utf-8").split("\n")
        (copy / "receipt.tlog-proof").write_bytes("\n".join(edit(lines)).encode())
        yield copy


def flipped(whole: Path, copy: Path, name: str, position: int) -> Path:
    """Copy a bundle with one bit of one file changed."""
    shutil.copytree(whole, copy)
    flip(copy / name, position)
    return copy


if __name__ == "__main__":
    main()
