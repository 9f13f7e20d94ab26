"""The four CSV files of a package, read record by record and never whole.

The standard library's csv reader decides where a record ends. It is fed physical lines one at a time, so that
the byte offset of every record is known and a record can be read again later by itself.
"""

import csv
from codecs import BOM_UTF8
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import BinaryIO

from casefiles.intake.files import Source
from casefiles.intake.manifest import Manifest
from casefiles.intake.problems import Code
from casefiles.intake.unreadable import PackageUnreadable, Reason

DOSSIERS = "dossiers.csv"
PARTIES = "parties.csv"
ENTRIES = "entries.csv"
DOCUMENTS = "documents.csv"

COLUMNS = {
    DOSSIERS: (
        *("reference", "kind", "status", "opened_on", "closed_on", "last_change_on"),
        *("team", "case_worker", "end_of_measure_on"),
    ),
    PARTIES: (
        *("reference", "role", "given_names", "prefix", "surname", "birth_date", "bsn", "authority"),
        *("address", "postcode", "city", "phone", "email", "secret_address"),
    ),
    ENTRIES: ("reference", "occurred_on", "kind", "author", "source", "substantive", "text"),
    DOCUMENTS: ("reference", "path", "title", "created_on", "category"),
}
# Columns that a package may leave out: dates from which only some rules count (Circumstances has the same names).
OPTIONAL = {
    DOSSIERS: (
        *("arrived_on", "decision_starts_on", "decision_expires_on"),
        *("main_case_ended_on", "related_cases_ended_on"),
    ),
}
RECORD_LIMIT = 4 << 20  # bytes: bounds the memory that one record, or a file without newlines, can take

# Characters in one field, for the whole process. The reader's default of 128 Ki is less than an old system's
# longest notes; much more would let one open quotation mark swallow more rows before it is noticed.
csv.field_size_limit(1 << 20)


@dataclass(frozen=True, slots=True, repr=False)
class Record:
    """One record of a table: the physical lines from number `line` on, the bytes from `start` up to `end`.

    `cells` is None when the csv reader could not make sense of the lines. Bytes that are not in the package's
    encoding are lone surrogates (U+DC80 to U+DCFF) in `cells` and `lines`.
    """

    line: int
    start: int
    end: int
    lines: tuple[str, ...]
    cells: list[str] | None


class _Lines:
    """Feeds the csv reader physical lines and keeps those of the record that it is reading."""

    def __init__(self, stream: BinaryIO, codec: str, file: str, line: int) -> None:
        self._stream, self._codec, self._file = stream, codec, file
        self._offset, self._line = stream.tell(), line
        self.begin()

    def begin(self) -> None:
        """Start a record: forget the lines of the one before."""
        self._first_offset, self._first_line = self._offset, self._line
        self._text: list[str] = []

    def record(self, cells: list[str] | None) -> Record:
        """Return what was read since `begin`."""
        return Record(self._first_line, self._first_offset, self._offset, tuple(self._text), cells)

    def __iter__(self) -> Iterator[str]:
        return self

    def __next__(self) -> str:
        raw = self._stream.readline(RECORD_LIMIT + 1)
        if not raw:
            raise StopIteration
        self._offset += len(raw)
        self._line += 1
        if self._offset - self._first_offset > RECORD_LIMIT:
            raise PackageUnreadable(Reason.RECORD_TOO_LONG, file=self._file, limit=RECORD_LIMIT, line=self._first_line)
        self._text.append(raw.decode(self._codec, "surrogateescape"))
        return self._text[-1]


class Table:
    """One CSV file of a package. Its columns are known ones, `reference` first; OPTIONAL ones may lack.

    Opening and reading raise PackageUnreadable when the file or its header cannot be read.
    """

    def __init__(self, source: Source, name: str, manifest: Manifest) -> None:
        self.name = name
        self._path = source.file(name)
        self._codec, self._delimiter = manifest.codec, manifest.delimiter
        header = next(self._records(), None)
        if header is None or header.cells is None:
            raise PackageUnreadable(Reason.HEADER_INVALID, file=name)
        self.columns = [cell.strip() for cell in header.cells]
        _check_columns(name, self.columns)
        self._body = header.end, header.line + len(header.lines)

    def records(self) -> Iterator[Record]:
        """Yield every record below the header; blank lines are none."""
        return self._records(*self._body)

    @contextmanager
    def reader(self) -> Iterator[Callable[[int, int], Record]]:
        """Give a function that reads the record at a byte offset, with the physical line number there."""
        with self._opened() as stream:

            def read(start: int, line: int) -> Record:
                record = next(self._parsed(stream, start, line), None)
                if record is None or record.start != start:
                    raise PackageUnreadable(Reason.PACKAGE_CHANGED, file=self.name)
                return record

            yield read

    def fault(self, record: Record) -> Code | None:
        """Say why the record is broken; None when it has one cell for each column."""
        cells = record.cells
        # A reference of several lines: an open quotation mark took in the row below.
        if cells is None or "\n" in cells[0]:
            return Code.ROW_MALFORMED
        if len(cells) == len(self.columns):
            return None
        # A broken record of several lines may have swallowed its neighbours: which line is wrong is unknown.
        if len(record.lines) > 1:
            return Code.ROW_MALFORMED
        return Code.ROW_TOO_SHORT if len(cells) < len(self.columns) else Code.ROW_TOO_LONG

    def references(self, record: Record) -> list[str]:
        """Return the reference of the record's dossier, or of each physical line when the record is broken.

        A quotation mark in the wrong place swallows the lines below it. Their dossiers would come in without
        them, so every line of a broken record counts as a broken row of the dossier that it names.
        """
        if record.cells is not None and self.fault(record) is None:
            return [record.cells[0].strip()]
        return [line.split(self._delimiter, 1)[0].strip(' "\r\n\t') for line in record.lines]

    def _records(self, start: int = 0, line: int = 1) -> Iterator[Record]:
        with self._opened() as stream:
            if start == 0 and self._codec == "utf-8" and stream.read(len(BOM_UTF8)) == BOM_UTF8:
                start = len(BOM_UTF8)
            yield from self._parsed(stream, start, line)

    def _parsed(self, stream: BinaryIO, start: int, line: int) -> Iterator[Record]:
        stream.seek(start)
        lines = _Lines(stream, self._codec, self.name, line)
        reader = csv.reader(lines, delimiter=self._delimiter, strict=True)
        while True:
            lines.begin()
            try:
                cells = next(reader)
            except StopIteration:
                return
            except csv.Error:
                yield lines.record(None)
            else:
                if cells:
                    yield lines.record(cells)

    @contextmanager
    def _opened(self) -> Iterator[BinaryIO]:
        try:
            with self._path.open("rb") as stream:
                yield stream
        except OSError:
            raise PackageUnreadable(Reason.FILE_UNREADABLE, file=self.name) from None


def _check_columns(file: str, columns: list[str]) -> None:
    # An unknown column is named by its place: in a file without a header a person's data stands there.
    known = (*COLUMNS[file], *OPTIONAL.get(file, ()))
    for column in known:
        if column not in columns and column in COLUMNS[file]:
            raise PackageUnreadable(Reason.COLUMN_MISSING, file=file, column=column)
        if columns.count(column) > 1:
            raise PackageUnreadable(Reason.COLUMN_DUPLICATE, file=file, column=column)
    for number, column in enumerate(columns, 1):
        if column not in known:
            raise PackageUnreadable(Reason.COLUMN_UNKNOWN, file=file, number=number)
    if columns[0] != "reference":
        # So that the dossier can be told even where the rest of the line cannot be read.
        raise PackageUnreadable(Reason.REFERENCE_NOT_FIRST, file=file)
