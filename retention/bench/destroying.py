"""Destruction end to end beside plain SQL and Django's own .delete(), in one run, by one and by more workers.

The product claims, writes intent, destroys keys, erases files, deletes rows, sweeps and issues receipts, durably at
each step; the limit is one SQL DELETE a batch with the database's cascade, of dossiers of the same size without files.
"""

import time
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from dataclasses import asdict, dataclass
from datetime import date
from io import BytesIO
from multiprocessing import get_context
from typing import Any
from uuid import UUID

import django
from django.db import connection, connections, transaction
from django.utils import timezone

from casefiles import storage
from casefiles.bulk import Arrival, Incoming, bring_in
from casefiles.models import (
    Document,
    DocumentFacts,
    Dossier,
    Entry,
    EntryFacts,
    Party,
    PartyFacts,
    Role,
    SearchToken,
    Team,
    User,
)
from casefiles.vault import keys
from retention import lists, sweeping
from retention.bench.dossiers import PREFIX
from retention.destruction import run, steering, verification
from retention.models import Clock, DestructionList, Execution, Receipt
from retention.states import ListState

BATCH = 200
CHUNK = 500
PEOPLE, ENTRIES = 3, 12
DAY = date(1999, 5, 6)
BY_DJANGO = 200  # one by one: so many are enough to know its rate
TEAM = "Bench of destruction"
PAUSE_SECONDS = 0.005


@dataclass(frozen=True, slots=True)
class Destroyed:
    """Dossiers a second: of the product with so many workers, and of both ways of only deleting rows, in one run."""

    dossiers: int
    documents: int
    workers: int
    product: float
    sql: float
    django: float

    @property
    def percent_of_sql(self) -> int:
        """How much of the limit the product reaches."""
        return round(100 * self.product / self.sql)

    def as_dict(self) -> dict[str, Any]:
        """Return the measurement as plain values."""
        return asdict(self) | {"percent_of_sql": self.percent_of_sql}

    def __str__(self) -> str:
        return (
            f"{self.dossiers} dossiers of {self.documents} documents, {self.workers} workers: {self.product:.0f}/s, "
            f"{self.percent_of_sql}% of SQL ({self.sql:.0f}/s); Django {self.django:.0f}/s"
        )


def measure(dossiers: int, documents: list[int], workers: list[int]) -> Iterator[Destroyed]:
    """Destroy so many dossiers for each number of documents and of workers. Everything is made for it first."""
    team = Team.objects.named(TEAM)
    lead = _person("bench-destroying-lead", Role.TEAM_LEAD)
    team.add(lead)
    officer = _person("bench-destroying-officer", Role.PRIVACY_OFFICER)
    first = Receipt.objects.filter(type=Receipt.Type.DESTROYED).count()  # no reference comes twice
    for each in documents:
        for number in workers:
            sql_ids = _made(team, f"{first}-sql-{each}-{number}", dossiers, 0)
            sql = dossiers / _seconds(lambda ids=sql_ids: _by_sql(ids))  # type: ignore[misc] # bound at once
            django_ids = _made(team, f"{first}-dj-{each}-{number}", min(dossiers, BY_DJANGO), 0)
            one_by_one = len(django_ids) / _seconds(lambda ids=django_ids: _by_django(ids))  # type: ignore[misc]
            _made(team, f"{first}-{each}-{number}", dossiers, each)
            chosen = _started(team, lead, officer)
            product = dossiers / _seconds(lambda c=chosen, n=number: _by_the_product(c, n))  # type: ignore[misc]
            yield Destroyed(dossiers, each, number, round(product), round(sql), round(one_by_one))


def _person(username: str, role: Role) -> User:
    return User.objects.filter(username=username).first() or User.objects.enrol(username, "Bench", role)


def _seconds(act: Callable[[], object]) -> float:
    begin = time.perf_counter()
    act()
    return time.perf_counter() - begin


def _made(team: Team, name: str, count: int, documents: int) -> list[UUID]:
    """Bring in closed dossiers that are due for years; return their ids."""
    ids = []
    for start in range(0, count, CHUNK):
        arrivals = [_arrival(team, f"{name}-{n}", documents) for n in range(start, min(start + CHUNK, count))]
        bring_in(arrivals, ground="bench")
        ids += [arrival.dossier.pk for arrival in arrivals]
    keys.forget()
    return ids


def _arrival(team: Team, name: str, documents: int) -> Arrival:
    dates = {"opened_on": DAY, "closed_on": DAY, "last_change_on": DAY}
    dossier = Dossier(reference=f"{PREFIX}{name}", kind=Dossier.Kind.JEUGDHULP, team=team, **dates)
    person = PartyFacts(given_names="Julia", surname="Luinenburg")
    people = [Party(dossier=dossier, role=Party.Role.YOUTH, facts=person) for _ in range(PEOPLE)]
    codes = {"occurred_on": DAY, "kind": "contact", "source": "fact", "substantive": True}
    text = EntryFacts(text="Gesprek op school over de planning. " * 5, author="Bench")
    entries = [Entry(dossier=dossier, facts=text, **codes) for _ in range(ENTRIES)]
    files = [Incoming(_document(dossier), lambda: BytesIO(b"verslag " * 500)) for _ in range(documents)]
    return Arrival(dossier, Dossier.Status.CLOSED, {Party: people, Entry: entries}, files)


def _document(dossier: Dossier) -> Document:
    facts = DocumentFacts(title="verslag", filename="verslag.txt")
    key = storage.new_key(dossier.pk)
    return Document(dossier=dossier, storage_key=key, category="report", created_on=DAY, facts=facts)


def _started(team: Team, lead: User, officer: User) -> DestructionList:
    """Sweep, approve as two people, start, and let pass that so much at once is unusual."""
    sweeping.sweep()
    chosen = DestructionList.objects.get(team=team, state=ListState.REVIEW)
    lists.approve(chosen, by=lead)
    lists.approve(chosen, by=officer)
    DestructionList.objects.filter(pk=chosen.pk).update(cooling_off_until=timezone.now())
    lists.start(chosen, by=officer)
    run.run(chosen.pk)
    halt = Execution.objects.values_list("halt", flat=True).get(pk=chosen.pk)
    steering.go_on(chosen, halt, by=officer)
    return chosen


def _by_the_product(chosen: DestructionList, workers: int) -> None:
    if workers == 1:
        work(chosen.pk)
        return
    connections.close_all()
    with ProcessPoolExecutor(workers, get_context("spawn"), django.setup) as pool:
        list(pool.map(work, [chosen.pk] * workers))


def work(destruction_list_id: int) -> None:
    """Do what the worker's two tasks do until the list is done."""
    while not DestructionList.objects.filter(pk=destruction_list_id, state=ListState.DONE).exists():
        run.run(destruction_list_id)
        passed, failed = verification.verify(destruction_list_id)
        for item in failed:
            run.mark_failed(item)
        if not passed:
            time.sleep(PAUSE_SECONDS)  # another worker has what is left


def _by_sql(ids: list[UUID]) -> None:
    """Delete in batches with the database's own cascade; the clock goes first, as nothing keeps it."""
    with connection.cursor() as cursor:
        for start in range(0, len(ids), BATCH):
            batch = ids[start : start + BATCH]
            cursor.execute("DELETE FROM retention_clock WHERE dossier_id = ANY(%s)", [batch])
            cursor.execute("DELETE FROM casefiles_dossier WHERE id = ANY(%s)", [batch])


def _by_django(ids: list[UUID]) -> None:
    """Delete one by one through the models, as most products do: children first, each by its own query."""
    for dossier_id in ids:
        with transaction.atomic():
            for model in (SearchToken, Entry, Party, Document):
                for row in model._default_manager.filter(dossier_id=dossier_id):
                    row.delete()
            Clock.objects.get(dossier_id=dossier_id).delete()
            Dossier.objects.get(pk=dossier_id).delete()
