"""Judges the rows of a package: makes a typed row of each record, or notes all that is wrong with it."""

from datetime import date, timedelta

from casefiles.bsn import is_bsn
from casefiles.intake.fields import Fields
from casefiles.intake.files import Source
from casefiles.intake.problems import Code, reference_fault
from casefiles.intake.rows import DocumentRow, DossierRow, EntryRow, PartyRow
from casefiles.intake.tables import DOSSIERS, OPTIONAL
from casefiles.intake.vocabulary import Category, EntryKind, EntrySource, Kind, Role, Status

# A child not yet born may have a dossier: its birth date is then the expected one (term plus two weeks).
LONGEST_EXPECTATION = timedelta(weeks=42)

_PLANNED = {"decision_starts_on", "decision_expires_on"}
_NOT_BEFORE_OPENING = {
    "closed_on": Code.CLOSED_BEFORE_OPENED,
    "last_change_on": Code.CHANGE_BEFORE_OPENING,
    "end_of_measure_on": Code.MEASURE_ENDED_BEFORE_OPENING,
}


def dossier_row(fields: Fields) -> DossierRow | None:
    """Read a row of dossiers.csv; None when something is wrong, which is then noted in `fields.problems`."""
    _check_reference(fields)
    kind = fields.word("kind", Kind, Code.KIND_UNKNOWN)
    status = fields.word("status", Status, Code.STATUS_UNKNOWN)
    opened_on = fields.past_day("opened_on", required=True)
    last_change_on = last_change(fields)
    team = fields.text("team", required=True)
    _check_closing(fields, status)
    _check_nothing_before(fields, opened_on)
    said = _said(fields)
    if fields.problems or not (kind and status and opened_on and last_change_on and team):
        return None
    return DossierRow(
        line=fields.line,
        reference=fields.reference,
        kind=kind,
        status=status,
        opened_on=opened_on,
        closed_on=fields.past_day("closed_on"),
        last_change_on=last_change_on,
        team=team,
        case_worker=fields.text("case_worker"),
        end_of_measure_on=fields.past_day("end_of_measure_on"),
        said=said,
    )


def _said(fields: Fields) -> dict[str, date]:
    read = {
        name: fields.planned_day(name) if name in _PLANNED else fields.past_day(name) for name in OPTIONAL[DOSSIERS]
    }
    starts, expires = read["decision_starts_on"], read["decision_expires_on"]
    if starts is not None and expires is not None and expires < starts:
        fields.note("decision_expires_on", Code.DECISION_EXPIRES_BEFORE_START)
    return {name: day for name, day in read.items() if day is not None}


def last_change(fields: Fields) -> date | None:
    """Read the date of the dossier's last substantive change, with which its other rows must agree."""
    return fields.past_day("last_change_on", required=True)


def party_row(fields: Fields) -> PartyRow | None:
    """Read a row of parties.csv; None when something is wrong, which is then noted in `fields.problems`."""
    role = fields.word("role", Role, Code.ROLE_UNKNOWN)
    # Whether an address must stay hidden is never guessed: it may be about somebody's safety.
    secret_address = fields.flag("secret_address", required=True)
    birth_date = fields.birth_day("birth_date", LONGEST_EXPECTATION)
    authority = fields.flag("authority")
    bsn = fields.text("bsn")
    if bsn is not None and not is_bsn(bsn):
        fields.note("bsn", Code.BSN_INVALID)
    if fields.problems or role is None or secret_address is None:
        return None
    return PartyRow(
        line=fields.line,
        role=role,
        given_names=fields.text("given_names"),
        prefix=fields.text("prefix"),
        surname=fields.text("surname"),
        birth_date=birth_date,
        bsn=bsn,
        authority=authority,
        address=fields.text("address"),
        postcode=fields.text("postcode"),
        city=fields.text("city"),
        phone=fields.text("phone"),
        email=fields.text("email"),
        secret_address=secret_address,
    )


def entry_row(fields: Fields, last_change_on: date | None) -> EntryRow | None:
    """Read a row of entries.csv; None when something is wrong, which is then noted in `fields.problems`.

    `last_change_on` is the dossier's, None when that is itself at fault.
    """
    occurred_on = fields.past_day("occurred_on", required=True)
    kind = fields.word("kind", EntryKind, Code.ENTRY_KIND_UNKNOWN)
    source = fields.word("source", EntrySource, Code.SOURCE_UNKNOWN)
    substantive = fields.flag("substantive", required=True)
    text = fields.text("text", required=True)
    if substantive:
        _check_not_after(fields, "occurred_on", last_change_on)
    if fields.problems or not (occurred_on and kind and source and text) or substantive is None:
        return None
    return EntryRow(fields.line, occurred_on, kind, fields.text("author"), source, substantive, text)


def document_row(fields: Fields, last_change_on: date | None, source: Source) -> DocumentRow | None:
    """Read a row of documents.csv and look up its file; None when something is wrong, which is then noted.

    `source` is where the package's files are, `last_change_on` as in `entry_row`. The file is not read.
    """
    name = fields.text("path", required=True)
    created_on = fields.past_day("created_on", required=True)
    category = fields.word("category", Category, Code.CATEGORY_UNKNOWN)
    _check_not_after(fields, "created_on", last_change_on)
    found = source.locate(name) if name else None
    if isinstance(found, Code):
        fields.note("path", found)
    if fields.problems or not (name and created_on and category) or found is None or isinstance(found, Code):
        return None
    path, size = found
    return DocumentRow(fields.line, name, path, fields.text("title"), created_on, category, size)


def _check_reference(fields: Fields) -> None:
    reference = fields.text("reference")
    if reference is None and not fields.is_empty("reference"):
        return  # it holds characters that are noted already
    fault = reference_fault(reference or "")
    if fault is not None:
        fields.note("reference", fault)


def _check_closing(fields: Fields, status: Status | None) -> None:
    if status is Status.CLOSED and fields.is_empty("closed_on"):
        fields.note("closed_on", Code.CLOSED_WITHOUT_DATE)
    if status is Status.OPEN and not fields.is_empty("closed_on"):
        fields.note("closed_on", Code.OPEN_WITH_CLOSING_DATE)


def _check_nothing_before(fields: Fields, opened_on: date | None) -> None:
    for field, code in _NOT_BEFORE_OPENING.items():
        day = fields.past_day(field)
        if opened_on is not None and day is not None and day < opened_on:
            fields.note(field, code)


def _check_not_after(fields: Fields, field: str, last_change_on: date | None) -> None:
    day = fields.past_day(field)
    if last_change_on is not None and day is not None and day > last_change_on:
        fields.note(field, Code.ENTRY_AFTER_LAST_CHANGE)
