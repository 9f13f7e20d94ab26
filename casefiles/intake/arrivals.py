"""Makes of a received dossier what comes in: its rows, its files, and the fingerprint by which it is known again."""

import hmac
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from functools import partial
from typing import Any

import msgspec
from django.contrib.auth.models import Permission
from django.db.models import Model

from casefiles import storage
from casefiles.access import Ability, permission
from casefiles.bulk import Arrival, Incoming
from casefiles.intake.rows import DocumentRow, PartyRow, Received, Rows
from casefiles.models import (
    Circumstances,
    Document,
    DocumentFacts,
    Dossier,
    DossierGroupGrant,
    DossierUserGrant,
    Entry,
    EntryFacts,
    Party,
    PartyFacts,
    Team,
    User,
)
from casefiles.vault.keys import derive


@dataclass(frozen=True, slots=True)
class CareTeam:
    """Who may reach a dossier that comes in: its team reads, and the case worker of the package leads, if known."""

    team: Team
    worker: User | None
    until: datetime
    by: User | None

    def grants(self, dossier: Dossier) -> tuple[list[DossierGroupGrant], list[DossierUserGrant]]:
        """Return the grants of the team and of the worker, unsaved."""
        reads, leads = permission(Ability.READ), permission(Ability.LEAD)
        team = DossierGroupGrant(group=self.team.group, **self._values(dossier, reads))
        worker = [DossierUserGrant(user=self.worker, **self._values(dossier, leads))] if self.worker else []
        return [team], worker

    def _values(self, dossier: Dossier, granted: Permission) -> dict[str, object]:
        given = {"until": self.until, "reason": "import", "granted_by": self.by}
        return {"content_object": dossier, "permission": granted, **given}


def arrival_of(received: Received, care: CareTeam) -> Arrival:
    """Return what comes in. The entries are read from the package when they are written, so that many take no room."""
    row = received.dossier
    dossier = Dossier(
        reference=row.reference,
        kind=row.kind,
        team=care.team,
        opened_on=row.opened_on,
        closed_on=row.closed_on,
        last_change_on=row.last_change_on,
        end_of_measure_on=row.end_of_measure_on,
        source=received.source,
    )
    of_team, of_worker = care.grants(dossier)
    rows: dict[type[Model], Iterable[Any]] = {
        Party: [Party(dossier=dossier, role=str(party.role), facts=_person(party)) for party in received.parties],
        Entry: Rows(len(received.entries), partial(_entries, dossier, received)),
        DossierGroupGrant: of_team,
        DossierUserGrant: of_worker,
    }
    files = [_file(dossier, document) for document in received.documents]
    return Arrival(dossier, Dossier.Status(row.status), rows, files, _circumstances(row.said))


def _circumstances(said: dict[str, date]) -> Circumstances:
    return Circumstances(
        arrived_on=said.get("arrived_on"),
        decision_starts_on=said.get("decision_starts_on"),
        decision_expires_on=said.get("decision_expires_on"),
        main_case_ended_on=said.get("main_case_ended_on"),
        related_cases_ended_on=said.get("related_cases_ended_on"),
    )


def _person(party: PartyRow) -> PartyFacts:
    values = {name: getattr(party, name) for name in PartyFacts.__dataclass_fields__}
    return PartyFacts(**{name: value for name, value in values.items() if value is not None})


def _entries(dossier: Dossier, received: Received) -> Iterator[Entry]:
    for entry in received.entries:
        yield Entry(
            dossier=dossier,
            occurred_on=entry.occurred_on,
            kind=entry.kind,
            source=entry.source,
            substantive=entry.substantive,
            facts=EntryFacts(text=entry.text, author=entry.author or ""),
        )


def _file(dossier: Dossier, row: DocumentRow) -> Incoming:
    filename = row.name.rpartition("/")[2]
    document = Document(
        dossier=dossier,
        storage_key=storage.new_key(dossier.pk),
        category=row.category,
        created_on=row.created_on,
        facts=DocumentFacts(title=row.title or filename, filename=filename),
    )
    return Incoming(document, partial(row.path.open, "rb"))


def fingerprint(dossier: Dossier, received: Received, digests: Iterable[bytes]) -> bytes:
    """Return a digest of all that came in, under the dossier's own key; line numbers and folders do not count.

    `digests` are those of the documents' contents under the dossier's subject secret, in the order of the package.
    """
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
    if not values.get("said", True):
        del values["said"]  # as it was before there were optional columns: what came in then is still known again
    return values


def is_same(dossier: Dossier, received: Received) -> bool:
    """Tell whether exactly this dossier came in before; reads its documents from the package."""
    if dossier.fingerprint is None:
        return False
    secret = dossier.facts.subject_secret
    seen = fingerprint(dossier, received, (_digest(document, secret) for document in received.documents))
    return hmac.compare_digest(seen, bytes(dossier.fingerprint))


def _digest(document: DocumentRow, secret: bytes) -> bytes:
    with document.path.open("rb") as file:
        return storage.content_digest(file, secret)
