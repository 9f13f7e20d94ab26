"""The bench's dossiers: 15 sealed children and 3.5 grants each, the n-th always the same but for its secrets."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cache
from random import Random
from types import SimpleNamespace
from typing import Any
from uuid import uuid4

from casefiles.access import Ability, permission
from casefiles.bulk import Arrival
from casefiles.models import (
    Document,
    DocumentFacts,
    Dossier,
    DossierGroupGrant,
    DossierUserGrant,
    Entry,
    EntryFacts,
    Party,
    PartyFacts,
)
from retention.bench.people import Staff
from retention.demonstration.families import invented_bsn
from retention.demonstration.names import names, surname
from retention.demonstration.telling import stories

PREFIX = "BM-"
ENTRIES, DOCUMENTS = 10, 2
YEARS = 19  # how far back the dossiers that are not due were changed
DUE_TEAMS, DUE_EVERY = 30, 10  # a tenth of the dossiers of the first teams is due: 1% of all
KINDS = tuple(kind for kind in Dossier.Kind if kind not in (Dossier.Kind.LEERPLICHT, Dossier.Kind.KLACHT))
OTHER_GROUPS = (7, 31)  # steps from the team's own group to those that may read as well
FOURTH_EVERY, FOURTH = 5, 101


@dataclass(frozen=True, slots=True)
class Yard:
    """What every bench dossier is made with."""

    staff: Staff
    read: int
    lead: int
    today: date
    until: datetime

    @classmethod
    def open(cls, staff: Staff, now: datetime) -> "Yard":
        """Look the permissions up once."""
        until = now + timedelta(days=365)
        return cls(staff, permission(Ability.READ).pk, permission(Ability.LEAD).pk, now.date(), until)


def reference(number: int) -> str:
    """Return the reference of the n-th dossier, counted from 0."""
    return f"{PREFIX}{number:07}"


@cache
def _texts() -> tuple[str, ...]:
    return tuple(text for kind in KINDS for story in stories(kind) for event in story.events for text in event.texts)


@cache
def _bsn(number: int) -> str:
    return invented_bsn(number)


def make(number: int, yard: Yard) -> Arrival:
    """Make the n-th dossier."""
    rng = Random(number)  # noqa: S311 - invention, not secrecy
    team = number % len(yard.staff.teams)
    due = team < DUE_TEAMS and number // len(yard.staff.teams) % DUE_EVERY == 0
    changed = yard.today - timedelta(days=rng.randint(7310, 7600) if due else rng.randint(1, YEARS * 365))
    closed = due or rng.random() < 0.6
    dossier = Dossier(
        reference=reference(number),
        kind=KINDS[number % len(KINDS)],
        team_id=yard.staff.teams[team][0],
        opened_on=changed - timedelta(days=rng.randint(60, 900)),
        last_change_on=changed,
        closed_on=changed if closed else None,
    )
    rows = {
        Party: _people(dossier, rng),
        Entry: _entries(dossier, rng),
        Document: _documents(dossier, rng),
        DossierGroupGrant: _group_grants(dossier, number, yard),
        DossierUserGrant: _user_grants(dossier, number, yard),
    }
    return Arrival(dossier, Dossier.Status.CLOSED if closed else Dossier.Status.OPEN, rows)


def _row(dossier: Dossier, **values: Any) -> SimpleNamespace:
    """Make what copy() needs of a child's row: attributes."""
    key = uuid4()
    return SimpleNamespace(id=key, pk=key, dossier_id=dossier.pk, **values)


def _people(dossier: Dossier, rng: Random) -> list[SimpleNamespace]:
    prefix, family_name = surname(rng.choice(names().surnames))
    birth = dossier.opened_on - timedelta(days=rng.randint(700, 6000))
    youth = PartyFacts(
        given_names=rng.choice(names().girls),
        prefix=prefix,
        surname=family_name,
        birth_date=birth,
        bsn=_bsn(rng.randrange(10_000)),
    )
    sibling = PartyFacts(given_names=rng.choice(names().boys), prefix=prefix, surname=family_name)
    parent = PartyFacts(given_names=rng.choice(names().mothers), prefix=prefix, surname=family_name, authority=True)
    roles = ((Party.Role.YOUTH, youth), (Party.Role.SIBLING, sibling), (Party.Role.PARENT, parent))
    return [_row(dossier, role=role.value, version=1, facts=facts) for role, facts in roles]


def _entries(dossier: Dossier, rng: Random) -> list[SimpleNamespace]:
    length = (dossier.last_change_on - dossier.opened_on).days
    return [
        _row(
            dossier,
            occurred_on=dossier.opened_on + timedelta(days=length * number // ENTRIES),
            kind="contact",
            source="fact",
            substantive=True,
            treatment_secret=False,
            version=1,
            written_at=None,
            facts=EntryFacts(text=rng.choice(_texts()), author="Bench"),
        )
        for number in range(ENTRIES)
    ]


def _documents(dossier: Dossier, rng: Random) -> list[SimpleNamespace]:
    return [
        _row(
            dossier,
            storage_key=f"{dossier.pk.hex}/{number}",
            category="report",
            treatment_secret=False,
            created_on=dossier.last_change_on,
            stored=True,
            size=rng.randint(20_000, 900_000),
            digest=rng.randbytes(32),
            facts=DocumentFacts(title="Verslag", filename=f"verslag-{number}.pdf", media_type="application/pdf"),
        )
        for number in range(DOCUMENTS)
    ]


def _group_grants(dossier: Dossier, number: int, yard: Yard) -> list[SimpleNamespace]:
    """Let three groups, or four for one in five dossiers, read: 3.2 a dossier."""
    teams, own = yard.staff.teams, number % len(yard.staff.teams)
    steps = (0, *OTHER_GROUPS, *((FOURTH,) if number % FOURTH_EVERY == 0 else ()))
    groups = dict.fromkeys(teams[(own + step) % len(teams)][1] for step in steps)
    return [_grant(dossier, yard, group_id=group, permission_id=yard.read) for group in groups]


def _user_grants(dossier: Dossier, number: int, yard: Yard) -> list[SimpleNamespace]:
    """Let one person lead, in three of ten dossiers."""
    if number % 10 >= 3:
        return []
    person = yard.staff.users[(number // 10 * 3 + number % 10) % len(yard.staff.users)]
    return [_grant(dossier, yard, user_id=person, permission_id=yard.lead)]


def _grant(dossier: Dossier, yard: Yard, **values: int) -> SimpleNamespace:
    return SimpleNamespace(
        content_object_id=dossier.pk,
        until=yard.until,
        wanted_until=yard.until,
        reason="bench",
        granted_by_id=None,
        last_change_on=None,  # the database's to fill in
        **values,
    )
