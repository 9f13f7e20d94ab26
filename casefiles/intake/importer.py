"""Taking a package in: one dossier at a time, whole or not at all; running it again changes nothing.

The order keeps every stored file known: the dossier's row, its key, the documents' rows, the files, and only then
the rest in one transaction that makes the dossier present. What a killed run left is discarded by the next.
"""

import hmac
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import islice

import msgspec
from django.db import connection, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from casefiles import access, journal, lifecycle, storage
from casefiles.access import Ability
from casefiles.intake import register
from casefiles.intake.package import Package
from casefiles.intake.problems import Code, Problem
from casefiles.intake.rows import DocumentRow, PartyRow, Received, Refused
from casefiles.models import (
    AccessEvent,
    Document,
    DocumentFacts,
    Dossier,
    Entry,
    EntryFacts,
    PartyFacts,
    Team,
    User,
)
from casefiles.signals import dossier_opened
from casefiles.vault.keys import derive

GRANTED_DAYS = 365
ROWS_AT_ONCE = 500


class ImportRunning(Exception):
    """Another import is under way; wait until it is done, for two would discard each other's work."""


class Refusal(Exception):
    """This dossier stays out; `code` says why."""

    def __init__(self, code: Code) -> None:
        super().__init__(code)
        self.code = code


@dataclass(slots=True)
class Outcome:
    """What an import did. Every row of dossiers.csv is counted once; orphan rows are problems of no dossier."""

    imported: int = 0
    unchanged: int = 0
    refused: int = 0
    problems: list[Problem] = field(default_factory=list)


def import_package(
    package: Package, *, by: User | None, dry_run: bool, on_progress: Callable[[], object] = lambda: None
) -> Outcome:
    """Take in every sound dossier of a package. `on_progress` is called once per row of dossiers.csv.

    With `dry_run` nothing is written, and `imported` counts what would come in. Raises ImportRunning.
    """
    outcome = Outcome()
    with _alone():
        for item in package.dossiers():
            if isinstance(item, Refused):
                outcome.refused += 1
                outcome.problems.extend(item.problems)
            else:
                _receive(item, by, dry_run, outcome)
            on_progress()
        outcome.problems.extend(package.orphans())
    return outcome


@contextmanager
def _alone() -> Iterator[None]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_lock(hashtext('casefiles.intake'))")
        if not cursor.fetchone()[0]:
            raise ImportRunning(_("Another import is under way. Wait until it is done and start again."))
        try:
            yield
        finally:
            cursor.execute("SELECT pg_advisory_unlock(hashtext('casefiles.intake'))")


def _receive(received: Received, by: User | None, dry_run: bool, outcome: Outcome) -> None:
    row = received.dossier
    try:
        known = _known(received)
        if known is None:
            if not dry_run:
                _take_in(received, by)
            outcome.imported += 1
        else:
            outcome.unchanged += 1
    except Refusal as refusal:
        outcome.refused += 1
        outcome.problems.append(Problem.of(refusal.code, "dossiers.csv", row.line, row.reference, "reference"))


def _known(received: Received) -> Dossier | None:
    """Return the dossier when exactly this one is in already, None when it is new; else raise Refusal."""
    reference = received.dossier.reference
    if register.holds(received.source, reference):
        raise Refusal(Code.DESTROYED)
    dossier = Dossier.objects.filter(reference=reference).exclude(status=Dossier.Status.ARRIVING).first()
    if dossier is None:
        return None
    if dossier.status == Dossier.Status.DESTROYING:
        raise Refusal(Code.DESTROYED)
    if dossier.source != received.source or dossier.fingerprint is None:
        raise Refusal(Code.REFERENCE_TAKEN)
    secret = dossier.facts.subject_secret
    seen = _fingerprint(dossier, received, (_digest(document, secret) for document in received.documents))
    if not hmac.compare_digest(seen, bytes(dossier.fingerprint)):
        raise Refusal(Code.DIFFERS)
    return dossier


def _digest(document: DocumentRow, secret: bytes) -> bytes:
    with document.path.open("rb") as file:
        return storage.content_digest(file, secret)


def _fingerprint(dossier: Dossier, received: Received, digests: Iterable[bytes]) -> bytes:
    """Return a digest of all that came in, under the dossier's own key; line numbers and folders do not count."""
    mac = hmac.new(derive(dossier.pk, "fingerprint"), digestmod="sha256")
    for row in (received.dossier, *received.parties):
        mac.update(msgspec.json.encode(_without_line(row)))
    for entry in received.entries:
        mac.update(msgspec.json.encode(_without_line(entry)))
    for document, digest in zip(received.documents, digests, strict=True):
        stated = (document.name, document.title, document.created_on, document.category)
        mac.update(msgspec.json.encode(stated) + digest)
    return mac.digest()


def _without_line(row: object) -> dict[str, object]:
    values: dict[str, object] = msgspec.to_builtins(row)
    values.pop("line")
    return values


def _take_in(received: Received, by: User | None) -> None:
    row = received.dossier
    dossier = Dossier(
        reference=row.reference,
        kind=row.kind,
        team=Team.objects.named(row.team),
        opened_on=row.opened_on,
        closed_on=row.closed_on,
        last_change_on=row.last_change_on,
        end_of_measure_on=row.end_of_measure_on,
        source=received.source,
    )
    lifecycle.reserve(dossier)
    digests = [_store(dossier, document) for document in received.documents]
    dossier.fingerprint = _fingerprint(dossier, received, digests)
    with transaction.atomic():
        people = [(str(party.role), _person(party)) for party in received.parties]
        lifecycle.settle(dossier, people, Dossier.Status(row.status))
        _write_entries(dossier, received)
        _grant(dossier, row.case_worker, by)
        journal.record(AccessEvent.Action.IMPORT, by, dossier.pk, ground="package")
        dossier_opened.send(Dossier, dossier=dossier)


def _store(dossier: Dossier, row: DocumentRow) -> bytes:
    filename = row.name.rpartition("/")[2]
    document = Document.objects.create(
        dossier=dossier,
        storage_key=storage.new_key(dossier.pk),
        category=row.category,
        created_on=row.created_on,
        facts=DocumentFacts(title=row.title or filename, filename=filename),
    )
    with row.path.open("rb") as plain:
        lifecycle.store_document(document, plain, dossier.facts.subject_secret)
    return bytes(document.digest or b"")


def _person(party: PartyRow) -> PartyFacts:
    values = {name: getattr(party, name) for name in PartyFacts.__dataclass_fields__}
    return PartyFacts(**{name: value for name, value in values.items() if value is not None})


def _write_entries(dossier: Dossier, received: Received) -> None:
    entries = (
        Entry(
            dossier=dossier,
            occurred_on=entry.occurred_on,
            kind=entry.kind,
            source=entry.source,
            substantive=entry.substantive,
            facts=EntryFacts(text=entry.text, author=entry.author or ""),
        )
        for entry in received.entries
    )
    while batch := list(islice(entries, ROWS_AT_ONCE)):
        Entry.objects.bulk_create(batch)


def _grant(dossier: Dossier, username: str | None, by: User | None) -> None:
    """Let the team read, and the case worker that the package names lead, for a year."""
    until: datetime = timezone.now() + timedelta(days=GRANTED_DAYS)
    access.grant(dossier.team, Ability.READ, dossier, until=until, reason="import", by=by)
    worker = User.objects.filter(username=username, is_active=True).first() if username else None
    if worker is not None:
        access.grant(worker, Ability.LEAD, dossier, until=until, reason="import", by=by)
