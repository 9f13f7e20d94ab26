"""Where the rows of each dossier are: sixteen bytes a row, whatever the rows hold.

Nothing of a row is kept, in memory or on disk, so that memory does not grow with texts and no copy of
personal data is left behind. The rows of one dossier form a chain, from the last one back to the first.
"""

from array import array
from collections.abc import Iterator, Mapping

from casefiles.intake.problems import Code, Problem
from casefiles.intake.tables import Record, Table
from casefiles.intake.unreadable import PackageUnreadable, Reason

NOBODY = 0  # the owner of the rows whose reference no dossier has
_SWALLOWED = 2**64 - 1  # instead of an offset: a line inside a broken record, not to be read by itself


class Index:
    """The rows of one table by the number of their dossier (1 and up; NOBODY for orphans)."""

    def __init__(self, table: Table, numbers: Mapping[str, int]) -> None:
        self.table = table
        self._numbers = numbers
        # Row 0 stands for "none": the first place of each array is not a row.
        self._last = array("I", [0]) * (len(numbers) + 1)
        self._before = array("I", [0])
        self._line = array("I", [0])
        self._start = array("Q", [0])
        for record in table.records():
            for below, reference in enumerate(table.references(record)):
                start = _SWALLOWED if below else record.start
                self._add(numbers.get(reference, NOBODY), start, record.line + below)

    def _add(self, owner: int, start: int, line: int) -> None:
        self._before.append(self._last[owner])
        self._last[owner] = len(self._start)
        self._start.append(start)
        self._line.append(line)

    def rows(self, owner: int) -> "array[int]":
        """Return the numbers of the owner's rows, in the order of the file."""
        chain = array("I")
        row = self._last[owner]
        while row:
            chain.append(row)
            row = self._before[row]
        chain.reverse()
        return chain

    def records(self, owner: int) -> Iterator[tuple[int, Record | None]]:
        """Read the owner's rows again: line number and record, None for a line swallowed by a broken record.

        Raises PackageUnreadable when a row is no longer that dossier's: the file was changed.
        """
        with self.table.reader() as read:
            for row in self.rows(owner):
                line, start = self._line[row], self._start[row]
                yield line, None if start == _SWALLOWED else self._checked(read(start, line), owner)

    def _checked(self, record: Record, owner: int) -> Record:
        if self._numbers.get(self.table.references(record)[0], NOBODY) != owner:
            raise PackageUnreadable(Reason.PACKAGE_CHANGED, file=self.table.name)
        return record

    def orphans(self) -> Iterator[Problem]:
        """Yield a problem for each row whose reference no dossier has."""
        for line, record in self.records(NOBODY):
            fault = self.table.fault(record) if record else Code.ROW_MALFORMED
            if record is None or fault is not None:
                yield Problem.of(fault or Code.ROW_MALFORMED, self.table.name, line)
            else:
                yield self._orphan(record)

    def _orphan(self, record: Record) -> Problem:
        reference = self.table.references(record)[0]
        code = Code.ORPHAN if reference else Code.REFERENCE_MISSING
        return Problem.of(code, self.table.name, record.line, reference, "reference")
