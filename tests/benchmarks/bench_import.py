"""Imports on a real installation: `python -m tests.benchmarks.bench_import PACKAGE [--times 20] [--large 8]`.

Prints JSON: dossiers a second for PACKAGE repeated under other references, and for dossiers with one large document
each the megabytes a second beside those of sealing the same files into the store, in the same run.
"""

import argparse
import csv
import json
import os
import shutil
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from tests.benchmarks.installation import installation

TABLES = ("dossiers.csv", "parties.csv", "entries.csv", "documents.csv")
LARGE_BYTES = 64 << 20


def repeated(package: Path, times: int, to: Path, mark: str = "") -> Path:
    """Write a package with every dossier of another one that many times, each under a reference of its own."""
    to.mkdir()
    manifest = json.loads((package / "package.json").read_text())
    manifest.pop("dossiers", None)
    (to / "package.json").write_text(json.dumps(manifest))
    (to / "documents").mkdir()
    for name in TABLES:
        with (package / name).open(encoding="utf-8", newline="") as source:
            rows = list(csv.DictReader(source))
        with (to / name).open("w", encoding="utf-8", newline="") as target:
            writer = csv.DictWriter(target, list(rows[0]))
            writer.writeheader()
            for number in range(times):
                writer.writerows(row | {"reference": f"{row['reference']}-{mark}{number}"} for row in rows)
    for document in (package / "documents").iterdir():
        shutil.copy(document, to / "documents")
    return to


def with_large_documents(package: Path, count: int, to: Path) -> Path:
    """Write a package of that many dossiers, each with one large document of random bytes and nothing else big."""
    repeated(package, 1, to, "L")
    rows: dict[str, list[dict[str, str]]] = {}
    for name in TABLES:
        with (to / name).open(encoding="utf-8", newline="") as source:
            rows[name] = list(csv.DictReader(source))
    kept = [row["reference"] for row in rows["dossiers.csv"]][:count]
    rows = {name: [row for row in found if row["reference"] in kept] for name, found in rows.items()}
    changed = {row["reference"]: row["last_change_on"] for row in rows["dossiers.csv"]}
    example = {"title": "Opname", "category": "video-copy"}
    columns = ("reference", "path", "title", "created_on", "category")
    rows["documents.csv"] = [
        dict(
            zip(
                columns,
                (name, f"documents/large-{n}.bin", example["title"], changed[name], example["category"]),
                strict=True,
            )
        )
        for n, name in enumerate(kept)
    ]
    shutil.rmtree(to / "documents")
    (to / "documents").mkdir()
    for number in range(count):
        (to / f"documents/large-{number}.bin").write_bytes(os.urandom(LARGE_BYTES))
    for name, found in rows.items():
        with (to / name).open("w", encoding="utf-8", newline="") as target:
            writer = csv.DictWriter(target, list(found[0]))
            writer.writeheader()
            writer.writerows(found)
    return to


def timed(act: Callable[[], Any]) -> tuple[float, Any]:
    """Return the seconds that an act takes, and what it gives."""
    begin = time.perf_counter()
    given = act()
    return time.perf_counter() - begin, given


def taken_in(package: Path) -> dict[str, Any]:
    """Import a package and measure: opening it, a dry run, the import, and the import once more."""
    from django.utils import timezone

    from casefiles.intake.importer import import_package
    from casefiles.intake.package import open_package

    opening, opened = timed(lambda: open_package(package, timezone.localdate()))
    results: dict[str, Any] = {"dossiers": opened.count, "seconds to open": round(opening, 2)}
    for name, dry_run in (("dry run", True), ("import", False), ("again", False)):
        seconds, outcome = timed(lambda dry_run=dry_run: import_package(opened, by=None, dry_run=dry_run))
        counts = (outcome.imported, outcome.unchanged, outcome.refused)
        results[name] = {"seconds": round(seconds, 2), "a second": round(opened.count / seconds), "counts": counts}
    return results


def sealed(folder: Path) -> float:
    """Seal every file of a folder into the store; return the seconds."""
    from uuid import uuid4

    from casefiles import storage
    from casefiles.vault import keys

    owner = uuid4()
    keys.create([owner])

    def seal() -> None:
        for path in sorted(folder.iterdir()):
            with path.open("rb") as plain:
                storage.put(plain, owner, storage.new_key(owner), b"k" * 32)

    seconds, _ = timed(seal)
    storage.erase_all(owner)
    keys.shred([owner])
    return seconds


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser()
    parser.add_argument("package", type=Path)
    parser.add_argument("--times", type=int, default=20)
    parser.add_argument("--large", type=int, default=8)
    options = parser.parse_args()
    results: dict[str, Any] = {}
    with installation("intake"), tempfile.TemporaryDirectory() as scratch:
        results["small"] = taken_in(repeated(options.package, options.times, Path(scratch) / "small"))
        if options.large:
            large = with_large_documents(options.package, options.large, Path(scratch) / "large")
            megabytes = options.large * LARGE_BYTES / 1e6
            results["sealing alone"] = {"megabytes a second": round(megabytes / sealed(large / "documents"))}
            found = taken_in(large)
            results["large"] = found | {"megabytes a second": round(megabytes / found["import"]["seconds"])}
    sys.stdout.write(json.dumps(results, indent=2) + "\n")


if __name__ == "__main__":
    main()
