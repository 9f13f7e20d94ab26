"""Verifier × (valid, mutated): `python -m tests.retention.ledger.table` prints who accepted and refused how many.

Valid: receipts of logs of five sizes. Mutated: one bit in each field of the receipt and in each line of the proof, and
every rewritten proof that the tests know. Certificates: one bit in many places, cut off, and added to. Exit 1 when any
verifier erred.
"""

import json
import os
import re
import shutil
import sys
import tempfile
from collections.abc import Iterable, Iterator
from pathlib import Path

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
django.setup()

from tests.retention.ledger import paper  # noqa: E402 - it reads the settings
from tests.retention.ledger.builders import Log, log_of  # noqa: E402
from tests.retention.ledger.test_outsiders import ALL, EDITS, INDEX, SIZE, flip, line_starts  # noqa: E402


def main() -> int:
    """Make the copies, let each verifier judge all of them, and print the table; 1 when one of them erred."""
    sys.stdout.write(f"{'verifier':22}{'valid accepted':>18}{'mutated refused':>18}\n")
    with tempfile.TemporaryDirectory() as made:
        log = log_of(SIZE)
        valid, mutated = list(fresh(Path(made))), list(copies(log, Path(made) / "mutated"))
        whole = [
            row(name, [accepts(*one) for one in valid], [accepts(one, log.key.vkey) for one in mutated])
            for name, accepts in ALL.items()
        ]
    with paper.own_keys():
        papers = [paper.certificate(number) for number in range(3)]
        altered = list(paper.changed(papers[0]))
        whole += [row(name, map(accepts, papers), map(accepts, altered)) for name, accepts in paper.ALL.items()]
    return 0 if all(whole) else 1


def row(name: str, valid: Iterable[bool], mutated: Iterable[bool]) -> bool:
    """Print what one verifier accepted; tell whether it was right each time."""
    accepted, refused = list(valid), [not accepts for accepts in mutated]
    right, wrong = f"{sum(accepted)} of {len(accepted)}", f"{sum(refused)} of {len(refused)}"
    sys.stdout.write(f"{name:22}{right:>18}{wrong:>18}\n")
    return all(accepted) and all(refused)


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
    # Of the signature not the last character: two verifiers read another spelling of the same bytes as the same.
    for number, (start, end) in enumerate(zip(starts, ends, strict=True)):
        yield flipped(
            whole, folder / f"line-{number}", "receipt.tlog-proof", max(start, end - (6 if start == starts[-1] else 2))
        )
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
    sys.exit(main())
