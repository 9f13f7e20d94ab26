"""Small import packages, sound until a test spoils them."""

import csv
import json
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

from casefiles.intake.package import Package, open_package
from casefiles.intake.problems import Problem
from casefiles.intake.rows import Received, Refused
from casefiles.intake.tables import COLUMNS, OPTIONAL

EXPORTED_ON = date(2026, 11, 23)
REFERENCE = "JE-2001-00001"


def _manifest() -> dict[str, Any]:
    return {
        "format": "dossier-package/1",
        "source": "Old system",
        "exported_on": EXPORTED_ON.isoformat(),
        "encoding": "utf-8",
        "delimiter": ",",
        "date_format": "%Y-%m-%d",
    }


@dataclass
class Sketch:
    """What is to stand in a package; `write` puts it there."""

    manifest: dict[str, Any] = field(default_factory=_manifest)
    tables: dict[str, list[dict[str, str]]] = field(default_factory=lambda: {name: [] for name in COLUMNS})
    raw: dict[str, bytes] = field(default_factory=dict)
    newline: str = "\r\n"
    quoting: int = csv.QUOTE_MINIMAL

    def add_dossier(self, reference: str = REFERENCE) -> "Sketch":
        """Add a sound closed dossier with a young person, an entry and a document."""
        name = f"documents/{len(self.raw)}.txt"
        self.raw[name] = b"a letter"
        self.row("dossiers.csv", reference=reference, kind="jeugdhulp", status="closed", opened_on="2001-02-03")
        self.tables["dossiers.csv"][-1] |= {"closed_on": "2004-03-02", "last_change_on": "2004-03-02"}
        self.tables["dossiers.csv"][-1] |= {"team": "Team Oost", "case_worker": "worker1"}
        self.row("parties.csv", reference=reference, role="youth", given_names="Zoë", surname="Wel")
        self.tables["parties.csv"][-1] |= {"birth_date": "1990-01-02", "secret_address": "no"}
        self.row("entries.csv", reference=reference, occurred_on="2002-01-01", kind="report", author="worker1")
        self.tables["entries.csv"][-1] |= {"source": "fact", "substantive": "yes", "text": "Sprak met Zoë."}
        self.row("documents.csv", reference=reference, path=name, title="Brief", created_on="2002-01-01")
        self.tables["documents.csv"][-1] |= {"category": "letter"}
        return self

    def row(self, table: str, **cells: str) -> dict[str, str]:
        """Add a row, empty but for `cells`."""
        self.tables[table].append(dict.fromkeys(COLUMNS[table], "") | cells)
        return self.tables[table][-1]

    def write(self, folder: Path) -> Path:
        """Write the package; what `raw` holds comes last, so that it may replace a table."""
        (folder / "documents").mkdir(parents=True, exist_ok=True)
        (folder / "package.json").write_text(json.dumps(self.manifest))
        for table, rows in self.tables.items():
            with (folder / table).open("w", encoding=self.manifest["encoding"], newline="") as stream:
                optional = [name for name in OPTIONAL.get(table, ()) if any(name in row for row in rows)]
                writer = csv.DictWriter(
                    stream,
                    [*COLUMNS[table], *optional],
                    restval="",
                    delimiter=self.manifest["delimiter"],
                    lineterminator=self.newline,
                    quoting=self.quoting,
                )
                writer.writeheader()
                writer.writerows(rows)
        for name, content in self.raw.items():
            (folder / name).write_bytes(content)
        return folder


@dataclass
class Outcome:
    """All that a package gives."""

    package: Package
    received: list[Received]
    refused: list[Refused]
    orphans: list[Problem]

    @property
    def problems(self) -> list[Problem]:
        return [problem for refused in self.refused for problem in refused.problems]

    @property
    def codes(self) -> set[tuple[str, int, str, str]]:
        """File, line, field and code of each problem of a dossier."""
        return {(p.file, p.line, p.field, p.code) for p in self.problems}


def take_in(folder: Path) -> Outcome:
    """Read the whole package on the day of its export."""
    package = open_package(folder, EXPORTED_ON)
    dossiers = list(package.dossiers())
    assert len(dossiers) == package.count
    return Outcome(
        package,
        [dossier for dossier in dossiers if isinstance(dossier, Received)],
        [dossier for dossier in dossiers if isinstance(dossier, Refused)],
        list(package.orphans()),
    )
