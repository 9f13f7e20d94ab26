"""What people do to a dossier: open, add, close, reopen. One atomic function each: change, log line, signal.

Every writer fences: it locks the dossier's row and checks its state, so that nothing lands in a dossier that is
being destroyed.
"""

import secrets
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import IO
from uuid import UUID

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from casefiles import journal, search, storage
from casefiles.access import Ability, grant, require
from casefiles.models import (
    AccessEvent,
    Document,
    DocumentFacts,
    Dossier,
    DossierFacts,
    Entry,
    EntryFacts,
    Party,
    PartyFacts,
    Team,
    User,
)
from casefiles.signals import dossier_changed, dossier_closed, dossier_opened, dossier_reopened
from casefiles.vault import keys

SECRET_BYTES = 32
Action = AccessEvent.Action


class NotWritable(Exception):
    """The dossier is closed, arriving, being destroyed or gone: nothing can be written into it now."""


@dataclass(frozen=True, slots=True)
class NewDossier:
    """What is needed to open a dossier."""

    reference: str
    kind: str
    team: Team
    opened_on: date
    people: tuple[tuple[str, PartyFacts], ...]


@dataclass(frozen=True, slots=True)
class NewEntry:
    """What is needed to add an entry."""

    occurred_on: date
    kind: str
    source: str
    substantive: bool
    text: str


def fence(dossier_id: UUID, *allowed: Dossier.Status) -> Dossier:
    """Lock a dossier's row until the transaction ends and return it. Raises NotWritable.

    The claim of destruction takes the stronger FOR UPDATE: one of the two always waits for the other.
    """
    dossier = Dossier.objects.select_for_update(no_key=True).filter(pk=dossier_id).first()
    if dossier is None or dossier.status not in (allowed or (Dossier.Status.OPEN,)):
        raise NotWritable(_("This dossier cannot be changed now."))
    return dossier


def reserve(dossier: Dossier) -> None:
    """Give a new dossier, of which only the row is committed, its key and its subject secret.

    The row comes first: a key without a row would be nobody's to destroy.
    """
    for left_over in Dossier.objects.filter(reference=dossier.reference, status=Dossier.Status.ARRIVING):
        discard(left_over)
    dossier.status = Dossier.Status.ARRIVING
    dossier.save(force_insert=True)
    keys.create([dossier.pk])
    dossier.facts = DossierFacts(subject_secret=secrets.token_bytes(SECRET_BYTES))


def discard(dossier: Dossier) -> None:
    """Remove what a killed run left of a dossier that never came in: files first, then key, then row."""
    storage.erase_all(dossier.pk)
    keys.shred([dossier.pk])
    Dossier.objects.filter(pk=dossier.pk, status=Dossier.Status.ARRIVING)._raw_delete("default")


def settle(dossier: Dossier, people: Iterable[tuple[str, PartyFacts]], status: Dossier.Status) -> None:
    """Write the people and make a reserved dossier present, in the caller's transaction."""
    people = list(people)
    fence(dossier.pk, Dossier.Status.ARRIVING)
    dossier.status = status
    dossier.save(update_fields=["status", "facts", "fingerprint"])
    Party.objects.bulk_create(Party(dossier=dossier, role=role, facts=facts) for role, facts in people)
    search.index(dossier.pk, [facts for _role, facts in people])


def open_dossier(new: NewDossier, *, by: User) -> Dossier:
    """Open a dossier with its people; the opener leads it for a year, and its retention clock starts."""
    dossier = Dossier(
        reference=new.reference,
        kind=new.kind,
        team=new.team,
        opened_on=new.opened_on,
        last_change_on=new.opened_on,
    )
    reserve(dossier)
    with transaction.atomic():
        settle(dossier, new.people, Dossier.Status.OPEN)
        until = timezone.now() + timedelta(days=365)
        grant(by, Ability.LEAD, dossier, until=until, reason="opened", by=by)
        journal.record(Action.OPEN, by, dossier.pk)
        dossier_opened.send(Dossier, dossier=dossier)
    return dossier


def add_entry(dossier: Dossier, new: NewEntry, *, by: User) -> Entry:
    """Add an entry; a substantive one moves the last substantive change, and with it the clock (JW 7.3.8(3))."""
    require(by, Ability.CONTRIBUTE, dossier)
    with transaction.atomic():
        locked = fence(dossier.pk)
        entry = Entry.objects.create(
            dossier=locked,
            occurred_on=new.occurred_on,
            kind=new.kind,
            source=new.source,
            substantive=new.substantive,
            facts=EntryFacts(text=new.text, author=by.name),
        )
        journal.record(Action.CHANGE, by, locked.pk, ground="entry", substantive=new.substantive)
        if new.substantive:
            _substantive_change(locked)
    return entry


def _substantive_change(dossier: Dossier) -> None:
    dossier.last_change_on = max(dossier.last_change_on, timezone.localdate())
    dossier.save(update_fields=["last_change_on"])
    dossier_changed.send(Dossier, dossier=dossier)


def add_document(dossier: Dossier, plain: IO[bytes], filename: str, category: str, *, by: User) -> Document:
    """Store a document in three steps: a committed row, the sealed file, a conditional update.

    So a slow upload cannot land after the verification sweep: it finds its row gone and erases its own file.
    """
    require(by, Ability.CONTRIBUTE, dossier)
    with transaction.atomic():
        locked = fence(dossier.pk)
        document = Document.objects.create(
            dossier=locked,
            storage_key=storage.new_key(locked.pk),
            category=category,
            created_on=timezone.localdate(),
            facts=DocumentFacts(title=filename.rpartition(".")[0] or filename, filename=filename),
        )
    store_document(document, plain, locked.facts.subject_secret)
    with transaction.atomic():
        locked = fence(dossier.pk)
        journal.record(Action.CHANGE, by, locked.pk, ground="document")
        _substantive_change(locked)
    return document


def store_document(document: Document, plain: IO[bytes], secret: bytes) -> None:
    """Seal the file and mark its row stored; erase it again when the dossier was claimed meanwhile."""
    stored = storage.put(plain, document.dossier_id, document.storage_key, secret)
    with transaction.atomic():
        try:
            fence(document.dossier_id, Dossier.Status.OPEN, Dossier.Status.ARRIVING)
        except NotWritable:
            storage.erase(document.storage_key)
            raise
        Document.objects.filter(pk=document.pk, stored=False).update(
            stored=True, size=stored.size, digest=stored.digest
        )
    document.stored, document.size, document.digest = True, stored.size, stored.digest


def close(dossier: Dossier, closed_on: date, *, by: User) -> None:
    """Close a dossier on a date; whether that starts its term is its rule's to say."""
    require(by, Ability.LEAD, dossier)
    with transaction.atomic():
        locked = fence(dossier.pk)
        locked.status, locked.closed_on = Dossier.Status.CLOSED, closed_on
        locked.save(update_fields=["status", "closed_on"])
        journal.record(Action.CLOSE, by, locked.pk)
        dossier_closed.send(Dossier, dossier=locked)


def reopen(dossier: Dossier, reason: str, *, by: User) -> None:
    """Reopen a closed dossier; `reason` is a code. Reopening is itself a substantive change."""
    require(by, Ability.LEAD, dossier)
    with transaction.atomic():
        locked = fence(dossier.pk, Dossier.Status.CLOSED)
        locked.status, locked.closed_on = Dossier.Status.OPEN, None
        locked.last_change_on = max(locked.last_change_on, timezone.localdate())
        locked.save(update_fields=["status", "closed_on", "last_change_on"])
        journal.record(Action.REOPEN, by, locked.pk, ground=reason)
        dossier_reopened.send(Dossier, dossier=locked)
