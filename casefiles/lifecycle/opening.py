"""Opening a dossier: its row first, then its key, then all the rest in one transaction."""

import secrets
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.db import transaction

from casefiles import journal, search, storage
from casefiles.access import Ability, grant
from casefiles.lifecycle.fencing import fence
from casefiles.models import AccessEvent, Dossier, DossierFacts, Party, PartyFacts, Team, User
from casefiles.signals import dossier_opened
from casefiles.vault import keys

SECRET_BYTES = 32


@dataclass(frozen=True, slots=True)
class NewDossier:
    """What is needed to open a dossier."""

    reference: str
    kind: str
    team: Team
    opened_on: date
    people: tuple[tuple[str, PartyFacts], ...]


def reserve(dossier: Dossier) -> None:
    """Give a new dossier, of which only the row is committed, its key and its subject secret.

    The row comes first: a key without a row would be nobody's to destroy.
    """
    for left_over in Dossier.objects.filter(reference=dossier.reference, status=Dossier.Status.ARRIVING):
        discard(left_over)
    dossier.status = Dossier.Status.ARRIVING
    dossier.save(force_insert=True)
    keys.create([dossier.pk])
    dossier.facts = fresh_facts()


def fresh_facts() -> DossierFacts:
    """Return a new dossier's own facts: its subject secret."""
    return DossierFacts(subject_secret=secrets.token_bytes(SECRET_BYTES))


def discard(dossier: Dossier) -> None:
    """Remove what a killed run left of a dossier that never came in: files first, then key, then row."""
    storage.erase_all(dossier.pk)
    keys.shred([dossier.pk])
    Dossier.objects.filter(pk=dossier.pk, status=Dossier.Status.ARRIVING).delete()


def settle(dossier: Dossier, people: Iterable[tuple[str, PartyFacts]], status: Dossier.Status) -> None:
    """Write the people and make a reserved dossier present, in the caller's transaction."""
    people = list(people)
    fence(dossier.pk, Dossier.Status.ARRIVING)
    dossier.status = status
    dossier.save(update_fields=["status", "facts", "fingerprint"])
    Party.objects.bulk_create(Party(dossier=dossier, role=role, facts=facts) for role, facts in people)
    search.index(dossier.pk, [facts for _role, facts in people])


def open_dossier(new: NewDossier, *, by: User) -> Dossier:
    """Open a dossier with its people; the opener leads it, and its retention clock starts."""
    dossier = Dossier(
        reference=new.reference,
        kind=new.kind,
        team=new.team,
        opened_on=new.opened_on,
        last_change_on=new.opened_on,
    )
    reserve(dossier)
    with transaction.atomic():
        fence(dossier.pk, Dossier.Status.ARRIVING)
        # The grant comes first: the second wall lets nobody write in a dossier to which they have no right.
        grant(by, Ability.LEAD, dossier, until=None, reason="opened", by=by)
        settle(dossier, new.people, Dossier.Status.OPEN)
        journal.record(AccessEvent.Action.OPEN, by, dossier.pk)
        dossier_opened.send(Dossier, dossier=dossier, by=by)
    return dossier
