"""Reads an import package from an older system: sound dossiers are received, the others refused whole.

Start here. A package is a folder or a zip (`files`, `zipped`) with package.json (`manifest`), four CSV files
(`tables`) and documents/. `open_package` reads all of it once to learn where the rows of each dossier are
(`index`); then `Package.dossiers` reads the dossiers one by one (`parts`), makes typed rows (`fields`, `checks`,
`rows`) and lists everything that is wrong (`problems`). Nothing is written anywhere.
"""

from collections.abc import Iterator
from datetime import date
from functools import partial
from pathlib import Path

from casefiles.intake.checks import document_row, dossier_row, entry_row, last_change, party_row
from casefiles.intake.fields import Fields
from casefiles.intake.files import Folder, Source
from casefiles.intake.index import Index
from casefiles.intake.manifest import Manifest, read_manifest
from casefiles.intake.parts import Contents, Part
from casefiles.intake.problems import Code, Problem, printable
from casefiles.intake.rows import Received, Refused
from casefiles.intake.tables import DOCUMENTS, DOSSIERS, ENTRIES, PARTIES, Record, Table
from casefiles.intake.unreadable import PackageUnreadable

__all__ = ["Package", "PackageUnreadable", "Received", "Refused", "open_package"]


def open_package(source: Path | Source, today: date) -> "Package":
    """Open the package in a folder (its path) or another source, exported not later than `today`.

    Raises PackageUnreadable, before any dossier is given, when its description, one of its tables or a header
    cannot be read, or a link leads out of it.
    """
    files = Folder(source) if isinstance(source, Path) else source
    return Package(files, read_manifest(files, today))


class Package:
    """An opened package. Its memory is some bytes for each row and a reference for each dossier."""

    def __init__(self, files: Source, manifest: Manifest) -> None:
        self.source = manifest.source
        self.exported_on = manifest.exported_on
        self.count = 0  # the rows of dossiers.csv, which is what `dossiers` yields
        self._promised = manifest.dossiers
        self._calendar = manifest.calendar
        self._files = files
        self._dossiers = Table(files, DOSSIERS, manifest)
        self._numbers: dict[str, int] = {}
        self._repeated: set[str] = set()
        self._number_dossiers()
        self._parties, self._entries, self._documents = (
            Index(Table(files, name, manifest), self._numbers) for name in (PARTIES, ENTRIES, DOCUMENTS)
        )

    def dossiers(self) -> Iterator[Received | Refused]:
        """Yield every dossier in the order of dossiers.csv; raise PackageUnreadable when a file changes."""
        met: set[str] = set()
        for record in self._dossiers.records():
            fault = self._dossiers.fault(record)
            if fault is not None:
                yield self._broken(record, fault)
                continue
            fields = Fields(self._dossiers, record, self._calendar)
            yield self._judged(fields, first=fields.reference not in met)
            if fields.reference in self._repeated:
                met.add(fields.reference)

    def orphans(self) -> Iterator[Problem]:
        """Yield the faults that no dossier has: rows without a dossier, and a wrong number of dossiers."""
        if self._promised not in (None, self.count):
            yield Problem.of(Code.DOSSIER_COUNT_DIFFERS, "package.json", 1, field="dossiers")
        for index in (self._parties, self._entries, self._documents):
            yield from index.orphans()

    def _number_dossiers(self) -> None:
        for record in self._dossiers.records():
            self.count += 1
            for reference in filter(None, self._dossiers.references(record)):
                if reference in self._numbers:
                    self._repeated.add(reference)
                else:
                    self._numbers[reference] = len(self._numbers) + 1

    def _broken(self, record: Record, fault: Code) -> Refused:
        names = self._dossiers.references(record)
        problems = (Problem.of(fault, DOSSIERS, line, name) for line, name in enumerate(names, record.line))
        return Refused(printable(names[0]), record.line, tuple(problems))

    def _judged(self, fields: Fields, *, first: bool) -> Received | Refused:
        row = dossier_row(fields)
        if not fields.reference:
            return _refused(fields, fields.problems)
        if fields.reference in self._repeated:
            fields.note("reference", Code.REFERENCE_DUPLICATE)
            # Whose the other rows are is unknown: they are judged once, by themselves.
            others = self._contents(fields.reference, None).problems() if first else ()
            return _refused(fields, [*fields.problems, *others])
        contents = self._contents(fields.reference, last_change(fields))
        problems = [*fields.problems, *contents.problems()]
        if contents.lacks_youth():
            problems.append(Problem.of(Code.YOUTH_MISSING, DOSSIERS, fields.line, fields.reference))
        if row is None or problems:
            return _refused(fields, problems)
        return contents.received(row, self.source)

    def _contents(self, reference: str, last_change_on: date | None) -> Contents:
        owner = self._numbers[reference]
        entry = partial(entry_row, last_change_on=last_change_on)
        document = partial(document_row, last_change_on=last_change_on, source=self._files)
        return Contents(
            Part(self._parties, owner, reference, self._calendar, party_row),
            Part(self._entries, owner, reference, self._calendar, entry),
            Part(self._documents, owner, reference, self._calendar, document),
        )


def _refused(fields: Fields, problems: list[Problem]) -> Refused:
    return Refused(printable(fields.reference), fields.line, tuple(problems))
