"""One dossier of the demonstration, whole: people, entries, documents and care team."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import partial
from io import BytesIO
from random import Random
from typing import Any

from django.contrib.auth.models import Permission
from django.db.models import Model

from casefiles import storage
from casefiles.access import Ability, permission
from casefiles.bulk import Arrival, Incoming
from casefiles.models import (
    Authority,
    AuthorityFacts,
    Document,
    DocumentFacts,
    Dossier,
    DossierUserGrant,
    Entry,
    EntryFacts,
    Party,
    PartyFacts,
    User,
)
from retention.demonstration import documents
from retention.demonstration.families import Family, invent
from retention.demonstration.names import names
from retention.demonstration.people import Staff
from retention.demonstration.plan import SEED, Planned
from retention.demonstration.telling import Told, tell

MEASURES = {Dossier.Kind.OTS, Dossier.Kind.VOOGDIJ, Dossier.Kind.JEUGDRECLASSERING}
REMEMBERED = timedelta(days=9 * 365)  # what is older was written by people who have left
ABILITIES = (Ability.READ, Ability.CONTRIBUTE, Ability.LEAD)

# A kind of document in a story: its category, its title, and its format.
PAPERS = {
    "report": ("report", "Verslag", "pdf"),
    "plan": ("plan", "Hulpplan", "docx"),
    "decision": ("decision", "Besluit", "pdf"),
    "letter": ("letter", "Afsluitbrief", "pdf"),
    "correspondence": ("correspondence", "Bericht", "txt"),
    "drawing": ("correspondence", "Tekening", "png"),
}
MEDIA = {
    "pdf": "application/pdf",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "txt": "text/plain",
    "png": "image/png",
}

WRITERS = {"pdf": documents.pdf, "docx": documents.docx, "txt": documents.text}


@dataclass(frozen=True, slots=True)
class Makers:
    """What every dossier is made with: who works where, the permissions of grants, and the day of the load."""

    staff: dict[str, Staff]
    permissions: dict[Ability, Permission]
    today: date

    @classmethod
    def of(cls, staff: dict[str, Staff], today: date) -> "Makers":
        """Look the permissions up once."""
        return cls(staff, {ability: permission(str(ability)) for ability in ABILITIES}, today)


def make(planned: Planned, makers: Makers) -> Arrival:
    """Make a dossier as planned; the same plan on the same day gives the same dossier, but for its secrets."""
    rng = Random(f"{SEED} dossier {planned.number}")  # noqa: S311 - invention, not secrecy
    staff = makers.staff[planned.team]
    guardian = planned.kind == Dossier.Kind.VOOGDIJ
    family = invent(rng, planned.number, planned.birth, guardian=guardian, parents=planned.story.parents)
    told = tell(planned.story, family, rng, opened=planned.opened, ends=planned.ends, until=makers.today)
    dossier = _dossier(planned, staff, told)
    worker = staff.workers[planned.number // len(makers.staff) % len(staff.workers)]
    parties = [Party(dossier=dossier, role=role, facts=facts) for role, facts in family.members]
    files, entries, former = [], [], rng.choice(names().former_staff)
    for event in told:
        author = worker.name if makers.today - event.on < REMEMBERED else former
        entries.append(_entry(dossier, event, family, author, rng))
        if event.document:
            files.append(_file(dossier, event, family, author, rng))
    rows: dict[type[Model], list[Any]] = {
        Party: parties,
        Authority: list(_authorities(dossier, parties, planned)),
        Entry: entries,
        DossierUserGrant: list(_care_team(dossier, worker, makers, rng)),
    }
    return Arrival(dossier, Dossier.Status.CLOSED if planned.closed else Dossier.Status.OPEN, rows, files)


def _dossier(planned: Planned, staff: Staff, told: list[Told]) -> Dossier:
    substantive = [event.on for event in told if _is_substantive(event)]
    closed_on = planned.ends if planned.closed else None
    return Dossier(
        reference=planned.reference,
        kind=planned.kind,
        team=staff.team,
        opened_on=planned.opened,
        closed_on=closed_on,
        last_change_on=max(substantive, default=planned.opened),
        end_of_measure_on=closed_on if planned.kind in MEASURES else None,
    )


def _is_substantive(event: Told) -> bool:
    return event.kind != Entry.Kind.ADMINISTRATIVE


def _entry(dossier: Dossier, event: Told, family: Family, author: str, rng: Random) -> Entry:
    spoken_with = event.kind in (Entry.Kind.REPORT, Entry.Kind.DECISION) and rng.random() < 0.6
    return Entry(
        dossier=dossier,
        occurred_on=event.on,
        kind=event.kind,
        source=event.source,
        substantive=_is_substantive(event),
        written_at=datetime(event.on.year, event.on.month, event.on.day, rng.randint(8, 16), 30, tzinfo=UTC),
        facts=EntryFacts(
            text=event.text,
            author=author,
            title=event.title,
            discussed_with=f"{family.words['naam']} en {family.words['ouder']}" if spoken_with else "",
        ),
    )


def _file(dossier: Dossier, event: Told, family: Family, author: str, rng: Random) -> Incoming:
    category, title, extension = PAPERS[event.document]
    named = f"{title} {event.on:%d-%m-%Y}"
    document = Document(
        dossier=dossier,
        storage_key=storage.new_key(dossier.pk),
        category=category,
        created_on=event.on,
        facts=DocumentFacts(
            title=named,
            filename=f"{title.lower()}-{event.on:%Y-%m-%d}.{extension}",
            media_type=MEDIA[extension],
            author=author,
        ),
    )
    paragraphs = list(_paragraphs(event, family, dossier, author))
    content = documents.png(rng) if extension == "png" else WRITERS[extension](named, paragraphs)
    return Incoming(document, partial(BytesIO, content))


def _paragraphs(event: Told, family: Family, dossier: Dossier, author: str) -> Iterator[str]:
    yield f"Dossier {dossier.reference}. Opgesteld op {event.on:%d-%m-%Y} door {author}."
    yield event.title
    yield event.text
    yield (
        f"Dit stuk is besproken met {family.words['naam']} en {family.words['ouder']}. Wie het er niet mee eens is, "
        "kan een eigen verklaring laten toevoegen. Inzage en een afschrift zijn gratis."
    )
    yield "Deze personen, adressen en gebeurtenissen zijn verzonnen voor de demonstratie."


def _authorities(dossier: Dossier, parties: list[Party], planned: Planned) -> Iterator[Authority]:
    """Yield the dated authority of parents and guardians over each child."""
    adults = [p for p in parties if p.role in (Party.Role.PARENT, Party.Role.GUARDIAN) and p.facts.authority]
    for child in (p for p in parties if p.role == Party.Role.YOUTH):
        for adult in adults:
            yield Authority(dossier=dossier, adult=adult, child=child, facts=_evidence(adult, child.facts, planned))


def _evidence(adult: Party, child: PartyFacts, planned: Planned) -> AuthorityFacts:
    if adult.role == Party.Role.GUARDIAN:
        return AuthorityFacts(evidence="Beschikking rechtbank", since=planned.opened)
    return AuthorityFacts(evidence="Uittreksel gezagsregister", since=child.birth_date)


def _care_team(dossier: Dossier, worker: User, makers: Makers, rng: Random) -> Iterator[DossierUserGrant]:
    """Yield the grants: one leads, sometimes a colleague helps or somebody of another team reads for a while."""
    yield _grant(dossier, worker, Ability.LEAD, makers, rng.randint(60, 365))
    own = next(staff for staff in makers.staff.values() if staff.team == dossier.team)
    if rng.random() < 0.2:
        colleague = next(user for user in own.workers if user != worker)
        yield _grant(dossier, colleague, Ability.CONTRIBUTE, makers, rng.randint(20, 200))
    if rng.random() < 0.06:
        elsewhere = rng.choice([staff for staff in makers.staff.values() if staff is not own])
        yield _grant(dossier, rng.choice(elsewhere.workers), Ability.READ, makers, rng.choice((-30, 14, 60)))


def _grant(dossier: Dossier, user: User, ability: Ability, makers: Makers, days: int) -> DossierUserGrant:
    day = makers.today + timedelta(days=days)
    return DossierUserGrant(
        content_object=dossier,
        user=user,
        permission=makers.permissions[ability],
        until=datetime(day.year, day.month, day.day, 23, tzinfo=UTC),
        reason="demonstration",
        granted_by=makers.staff[dossier.team.name].lead,
    )
