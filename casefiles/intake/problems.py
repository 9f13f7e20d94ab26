"""What can be wrong with a row of an import package, and what to do about it.

A message never repeats a value: values are about people, and problems are printed and sent around. The file,
line and field say where to look.
"""

import re
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Self

from django.utils.translation import gettext_lazy as _

from casefiles.bsn import is_bsn

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise

# At most 40 letters, digits and - . / _, with at least one digit: a bare name is not a reference.
_REFERENCE = re.compile(r"(?=.*[0-9])[A-Za-z0-9][A-Za-z0-9./_-]{0,39}")


class Code(StrEnum):
    """The stable name of a problem, for programs."""

    REFERENCE_MISSING = "reference_missing"
    REFERENCE_MALFORMED = "reference_malformed"
    REFERENCE_IS_BSN = "reference_is_bsn"
    REFERENCE_DUPLICATE = "reference_duplicate"
    ORPHAN = "orphan"
    ROW_MALFORMED = "row_malformed"
    ROW_TOO_SHORT = "row_too_short"
    ROW_TOO_LONG = "row_too_long"
    ENCODING_INVALID = "encoding_invalid"
    NUL_BYTE = "nul_byte"
    CONTROL_CHARACTER = "control_character"
    VALUE_MISSING = "value_missing"
    VALUE_TOO_LONG = "value_too_long"
    KIND_UNKNOWN = "kind_unknown"
    STATUS_UNKNOWN = "status_unknown"
    ROLE_UNKNOWN = "role_unknown"
    ENTRY_KIND_UNKNOWN = "entry_kind_unknown"
    SOURCE_UNKNOWN = "source_unknown"
    CATEGORY_UNKNOWN = "category_unknown"
    BOOLEAN_UNKNOWN = "boolean_unknown"
    DATE_IMPOSSIBLE = "date_impossible"
    DATE_IN_FUTURE = "date_in_future"
    BIRTH_TOO_FAR_AHEAD = "birth_too_far_ahead"
    CLOSED_BEFORE_OPENED = "closed_before_opened"
    CLOSED_WITHOUT_DATE = "closed_without_date"
    OPEN_WITH_CLOSING_DATE = "open_with_closing_date"
    CHANGE_BEFORE_OPENING = "change_before_opening"
    MEASURE_ENDED_BEFORE_OPENING = "measure_ended_before_opening"
    DECISION_EXPIRES_BEFORE_START = "decision_expires_before_start"
    ENTRY_AFTER_LAST_CHANGE = "entry_after_last_change"
    BSN_INVALID = "bsn_invalid"
    YOUTH_MISSING = "youth_missing"
    PATH_OUTSIDE_PACKAGE = "path_outside_package"
    FILE_MISSING = "file_missing"
    FILE_EMPTY = "file_empty"
    FILE_NOT_REGULAR = "file_not_regular"
    DOSSIER_COUNT_DIFFERS = "dossier_count_differs"
    DESTROYED = "destroyed"
    REFERENCE_TAKEN = "reference_taken"
    DIFFERS = "differs"


_MESSAGES: "dict[Code, _StrPromise]" = {
    Code.REFERENCE_MISSING: _("The reference is empty. Fill in the reference of the dossier."),
    Code.REFERENCE_MALFORMED: _(
        "The reference is not one. Use at most 40 letters, digits and - . / _ with at least one digit, and no name."
    ),
    Code.REFERENCE_IS_BSN: _(
        "The reference reads as a citizen service number (BSN). Give the dossier a reference of its own."
    ),
    Code.REFERENCE_DUPLICATE: _(
        "More than one dossier has this reference, so it is unknown whose rows are whose. Make them unique."
    ),
    Code.ORPHAN: _("No dossier in dossiers.csv has the reference of this row. Add the dossier or remove the row."),
    Code.ROW_MALFORMED: _(
        "This line cannot be read, or lies inside one that cannot. Check the quotation marks here and above."
    ),
    Code.ROW_TOO_SHORT: _("The row has fewer fields than the header. Check for a missing delimiter."),
    Code.ROW_TOO_LONG: _(
        "The row has more fields than the header. Put values that hold a delimiter between quotation marks."
    ),
    Code.ENCODING_INVALID: _("The value is not in the package's encoding. Export it in that encoding again."),
    Code.NUL_BYTE: _("The value holds a NUL byte. Repair the value in the old system and export it again."),
    Code.CONTROL_CHARACTER: _("The value holds a control character. Remove it and export the row again."),
    Code.VALUE_MISSING: _("The value is missing. Fill it in: it is not guessed."),
    Code.VALUE_TOO_LONG: _("The value is too long. Shorten it, or deliver a long text as a document."),
    Code.KIND_UNKNOWN: _(
        "The kind of dossier is unknown, so no retention period can be chosen. Use jeugdhulp, toegang, ots, "
        "voogdij, jeugdreclassering, veilig-thuis, jgz, leerplicht or klacht."
    ),
    Code.STATUS_UNKNOWN: _("The status is unknown. Use open or closed."),
    Code.ROLE_UNKNOWN: _("The role is unknown. Use youth, parent, guardian or sibling."),
    Code.ENTRY_KIND_UNKNOWN: _(
        "The kind of entry is unknown. Use contact, report, decision, consultation, observation or administrative."
    ),
    Code.SOURCE_UNKNOWN: _("The source is unknown. Use fact, opinion or statement."),
    Code.CATEGORY_UNKNOWN: _(
        "The category is unknown. Use letter, plan, report, correspondence, decision or video-copy."
    ),
    Code.BOOLEAN_UNKNOWN: _("The value is neither yes nor no. Use yes or no."),
    Code.DATE_IMPOSSIBLE: _(
        "This date does not exist, is before 1850 or is not in the package's date format. Correct the date."
    ),
    Code.DATE_IN_FUTURE: _("This date is later than the export of the package. Correct it, or leave a plan out."),
    Code.BIRTH_TOO_FAR_AHEAD: _(
        "The expected birth date is more than 42 weeks after the export of the package. Correct the date."
    ),
    Code.CLOSED_BEFORE_OPENED: _("The dossier was closed before it was opened. Correct one of the two dates."),
    Code.CLOSED_WITHOUT_DATE: _("The dossier is closed but has no closing date. Fill in the date."),
    Code.OPEN_WITH_CLOSING_DATE: _("The dossier is open but has a closing date. Correct the status or the date."),
    Code.CHANGE_BEFORE_OPENING: _("The last change is before the opening of the dossier. Correct one of the two."),
    Code.MEASURE_ENDED_BEFORE_OPENING: _(
        "The measure ended before the dossier was opened. Correct one of the two dates."
    ),
    Code.DECISION_EXPIRES_BEFORE_START: _("The decision expires before it starts. Correct one of the two dates."),
    Code.ENTRY_AFTER_LAST_CHANGE: _(
        "This entry or document is later than the dossier's last change, so the retention period would start "
        "too early. Correct the date here or the dossier's last_change_on."
    ),
    Code.BSN_INVALID: _("The citizen service number (BSN) fails the eleven test. Correct it or leave it empty."),
    Code.YOUTH_MISSING: _("The dossier has no young person. Add a party with the role youth."),
    Code.PATH_OUTSIDE_PACKAGE: _(
        "The path leads out of the package's documents folder. Put the file in documents/ and name it there."
    ),
    Code.FILE_MISSING: _("The file is not in the package. Add the file or remove the row."),
    Code.FILE_EMPTY: _("The file is empty. Export it again or remove the row."),
    Code.FILE_NOT_REGULAR: _("The path names a folder or a device, not a file. Name the file itself."),
    Code.DOSSIER_COUNT_DIFFERS: _(
        "package.json promises another number of dossiers than dossiers.csv holds. Check whether all arrived."
    ),
    Code.DESTROYED: _("This dossier was destroyed here, or is being destroyed, and does not come in again."),
    Code.REFERENCE_TAKEN: _("Another dossier here has this reference. Give this one another."),
    Code.DIFFERS: _("This dossier came in before with other contents. Nothing was changed; compare the two."),
}


@dataclass(frozen=True, slots=True)
class Problem:
    """One fault of one field.

    `line` is the physical line on which the row begins (the header is line 1), `reference` is empty when it
    cannot be read or might itself be about a person, `field` is empty when the whole row is meant.
    `dataclasses.asdict` gives exactly what `import_package --json` prints.
    """

    file: str
    line: int
    reference: str
    field: str
    code: str
    message: str

    @classmethod
    def of(cls, code: Code, file: str, line: int, reference: str = "", field: str = "") -> Self:
        """Describe a fault in the language that is active now."""
        return cls(file, line, printable(reference), field, code, message_of(code))


def message_of(code: Code) -> str:
    """Say what is wrong and what to do about it, in the language that is active now."""
    return str(_MESSAGES[code])


def reference_fault(reference: str) -> Code | None:
    """Say what is wrong with a dossier's reference: kept in the clear, it must not be about a person."""
    if not reference:
        return Code.REFERENCE_MISSING
    if not _REFERENCE.fullmatch(reference):
        return Code.REFERENCE_MALFORMED
    if is_bsn(reference):
        return Code.REFERENCE_IS_BSN
    return None


def printable(reference: str) -> str:
    """Return the reference when it is surely one, else nothing: what stands there may be somebody's name."""
    return "" if reference_fault(reference) else reference
