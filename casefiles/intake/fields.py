"""The fields of one record, read as typed values; every fault is noted and the reading goes on."""

import re
from datetime import date, timedelta
from enum import Enum
from typing import TypeVar

from casefiles.intake.manifest import Calendar
from casefiles.intake.problems import Code, Problem
from casefiles.intake.tables import OPTIONAL, Record, Table
from casefiles.intake.vocabulary import YesNo

Word = TypeVar("Word", bound=Enum)

# C0 and C1 controls, DEL, and the lone surrogates that stand for bytes outside the encoding.
_SUSPECT = re.compile("[\x00-\x1f\x7f-\x9f\udc80-\udcff]")
_UNDECODED = re.compile("[\udc80-\udcff]")
_LAYOUT = re.compile("[\t\n\r]")
_MAY_SPAN_LINES = {"text", "address"}

# In characters. Clear columns are as long as the models keep them; text stays under the csv reader's limit.
_LENGTHS = {"team": 100, "case_worker": 60, "author": 120, "title": 500, "path": 500, "text": 1_000_000}
_LENGTH = 200

_LONGEST_PLAN = timedelta(days=100 * 366)


class Fields:
    """The trimmed cells of one whole record, by column. `problems` grows as they are read."""

    def __init__(self, table: Table, record: Record, calendar: Calendar) -> None:
        self._file, self.line, self._calendar = table.name, record.line, calendar
        left_out = dict.fromkeys(OPTIONAL.get(table.name, ()), "")
        self._cells = left_out | dict(zip(table.columns, map(str.strip, record.cells or ()), strict=True))
        self._spoilt: set[str] = set()
        self.reference = self._cells["reference"]
        self.problems: list[Problem] = []
        self._check_characters()

    def note(self, field: str, code: Code) -> None:
        """Note what is wrong with a field."""
        self.problems.append(Problem.of(code, self._file, self.line, self.reference, field))

    def is_empty(self, field: str) -> bool:
        """Say whether nothing stands in the field."""
        return not self._cells[field]

    def text(self, field: str, *, required: bool = False) -> str | None:
        """Return the trimmed value; None when it is empty or spoilt. An empty required value is noted."""
        if field in self._spoilt:
            return None
        value = self._cells[field]
        if required and not value:
            self._spoil(field, Code.VALUE_MISSING)
        return value or None

    def past_day(self, field: str, *, required: bool = False) -> date | None:
        """Return the date of something that has happened, None when empty.

        A date that is impossible or later than the package's export is noted.
        """
        return self._day(field, timedelta(0), Code.DATE_IN_FUTURE, required=required)

    def planned_day(self, field: str) -> date | None:
        """Return a date that may lie ahead, such as the expiry of a decision; None when empty."""
        return self._day(field, _LONGEST_PLAN, Code.DATE_IN_FUTURE)

    def birth_day(self, field: str, expectation: timedelta) -> date | None:
        """Return a birth date, which may lie up to `expectation` after the export; None when empty."""
        return self._day(field, expectation, Code.BIRTH_TOO_FAR_AHEAD)

    def word(self, field: str, words: type[Word], unknown: Code) -> Word | None:
        """Return a required coded value; one that is not in the list is noted as `unknown`."""
        value = self.text(field, required=True)
        if value is None:
            return None
        try:
            return words(value)
        except ValueError:
            self._spoil(field, unknown)
            return None

    def flag(self, field: str, *, required: bool = False) -> bool | None:
        """Return True for yes and False for no; None when it is empty or, which is noted, anything else."""
        if not required and self.text(field) is None:
            return None
        answer = self.word(field, YesNo, Code.BOOLEAN_UNKNOWN)
        return None if answer is None else answer is YesNo.YES

    def _day(self, field: str, ahead: timedelta, too_late: Code, *, required: bool = False) -> date | None:
        value = self.text(field, required=required)
        if value is None:
            return None
        day = self._calendar.parse(value)
        if day is None:
            self._spoil(field, Code.DATE_IMPOSSIBLE)
        elif day > self._calendar.exported_on + ahead:
            self._spoil(field, too_late)
            return None
        return day

    def _spoil(self, field: str, code: Code) -> None:
        # A spoilt value reads as None from now on, so that one fault is noted once, however often it is read.
        self._spoilt.add(field)
        self.note(field, code)

    def _check_characters(self) -> None:
        for field, value in self._cells.items():
            if _SUSPECT.search(value):
                self._check_suspect(field, value)
            if len(value) > _LENGTHS.get(field, _LENGTH):
                self._spoil(field, Code.VALUE_TOO_LONG)

    def _check_suspect(self, field: str, value: str) -> None:
        if _UNDECODED.search(value):
            self._spoil(field, Code.ENCODING_INVALID)
        elif "\0" in value:
            self._spoil(field, Code.NUL_BYTE)
        elif field not in _MAY_SPAN_LINES or _SUSPECT.search(_LAYOUT.sub("", value)):
            self._spoil(field, Code.CONTROL_CHARACTER)
