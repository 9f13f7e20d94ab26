"""Taking a package in: some dossiers at a time, each whole or not at all; running it again changes nothing.

The order keeps every stored file known (casefiles/bulk.py): the dossiers' rows, their keys, the documents' rows, the
files, and only then the rest in one transaction that makes them present. What a killed run left is discarded by the
next.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from uuid import UUID

from django.db import connection, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from casefiles import bulk, journal
from casefiles.access import Ability
from casefiles.bulk import Arrival
from casefiles.intake import register
from casefiles.intake.arrivals import CareTeam, arrival_of, fingerprint, is_same
from casefiles.intake.package import Package
from casefiles.intake.problems import Code, Problem
from casefiles.intake.rows import Received, Refused
from casefiles.intake.unreadable import PackageUnreadable, Reason
from casefiles.models import AccessEvent, Dossier, DossierUserGrant, Team, User
from casefiles.vault import keys

GRANTED_DAYS = 365

# What comes in at once, and is lost at once by a kill: enough for few statements a dossier, little enough to hold.
DOSSIERS_AT_ONCE = 100
ROWS_AT_ONCE = 2_000
BYTES_AT_ONCE = 64 << 20
ROWS_HELD = 1_000  # of one dossier and table; more are read again from the package

Progress = Callable[[int], object]


class ImportRunning(Exception):
    """Another import is under way; wait until it is done, for two would discard each other's work."""


class BrokenOff(PackageUnreadable):
    """The package changed or could not be read on halfway: what came in before stays, and is in `outcome`."""

    def __init__(self, cause: PackageUnreadable, outcome: "Outcome") -> None:
        super().__init__(Reason(cause.code), **cause.details)
        self.outcome = outcome


@dataclass(slots=True)
class Outcome:
    """What an import did. Every row of dossiers.csv is counted once; orphan rows are problems of no dossier."""

    imported: int = 0
    unchanged: int = 0
    refused: int = 0
    problems: list[Problem] = field(default_factory=list)

    def refuse(self, *problems: Problem) -> None:
        """Count a dossier that stays out."""
        self.refused += 1
        self.problems.extend(problems)


def import_package(
    package: Package, *, by: User | None, dry_run: bool, on_progress: Progress = lambda count: None
) -> Outcome:
    """Take in every sound dossier of a package. `on_progress` is told how many rows of dossiers.csv were dealt with.

    It is told 0 between two files, as a sign of life. With `dry_run` nothing is written, and `imported` counts what
    would come in. Raises ImportRunning, and BrokenOff when the package changes meanwhile.
    """
    outcome = Outcome()
    with _alone():
        intake = Intake(by, dry_run, on_progress, outcome)
        try:
            for batch in _batches(package.dossiers()):
                intake.receive(batch)
                on_progress(len(batch))
            outcome.problems.extend(package.orphans())
        except PackageUnreadable as error:
            raise BrokenOff(error, outcome) from None
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


def _batches(items: Iterable[Received | Refused]) -> Iterator[list[Received | Refused]]:
    """Yield the dossiers in their order, as many at once as the limits above allow; a large one goes by itself."""
    batch: list[Received | Refused] = []
    rows = size = 0
    for item in items:
        held = item.held(ROWS_HELD) if isinstance(item, Received) else item
        more_rows, more_bytes = _weight(held)
        full = len(batch) >= DOSSIERS_AT_ONCE or rows + more_rows > ROWS_AT_ONCE or size + more_bytes > BYTES_AT_ONCE
        if batch and full:
            yield batch
            batch, rows, size = [], 0, 0
        batch.append(held)
        rows, size = rows + more_rows, size + more_bytes
    if batch:
        yield batch


def _weight(item: Received | Refused) -> tuple[int, int]:
    if isinstance(item, Refused):
        return 0, 0
    rows = len(item.parties) + len(item.entries) + len(item.documents)
    return rows, sum(document.size for document in item.documents)


class Intake:
    """One run of an import: it keeps who works where, and counts in `outcome`."""

    def __init__(self, by: User | None, dry_run: bool, on_progress: Progress, outcome: Outcome) -> None:
        self._by, self._dry_run, self._on_progress, self._outcome = by, dry_run, on_progress, outcome
        self._until = timezone.now() + timedelta(days=GRANTED_DAYS)
        self._teams: dict[str, Team] = {}
        self._workers: dict[str, User | None] = {}

    def receive(self, batch: list[Received | Refused]) -> None:
        """Judge a batch by what is here already, and take in what is new."""
        here = _Here.of([item for item in batch if isinstance(item, Received)])
        new = []
        for item in batch:
            if isinstance(item, Refused):
                self._outcome.refuse(*item.problems)
            elif (code := here.fault(item)) is not None:
                row = item.dossier
                self._outcome.refuse(Problem.of(code, "dossiers.csv", row.line, row.reference, "reference"))
            elif here.knows(item):
                self._outcome.unchanged += 1
            else:
                new.append(item)
        if not self._dry_run:
            self._take_in(new)
        self._outcome.imported += len(new)

    def _take_in(self, new: list[Received]) -> None:
        arrivals = [arrival_of(received, self._care(received)) for received in new]
        bulk.reserve(arrivals)
        bulk.store(arrivals, on_progress=self._on_progress)
        for received, arrival in zip(new, arrivals, strict=True):
            digests = [bytes(file.document.digest or b"") for file in arrival.files]
            arrival.dossier.fingerprint = fingerprint(arrival.dossier, received, digests)
        with transaction.atomic():
            bulk.settle(arrivals, ground="package", by=self._by)
            self._log_grants(arrivals)

    def _care(self, received: Received) -> CareTeam:
        name, username = received.dossier.team, received.dossier.case_worker or ""
        if name not in self._teams:
            self._teams[name] = Team.objects.select_related("group").get(pk=Team.objects.named(name).pk)
        if username not in self._workers:
            self._workers[username] = User.objects.filter(username=username, is_active=True).first()
        return CareTeam(self._teams[name], self._workers[username], self._until, self._by)

    def _log_grants(self, arrivals: list[Arrival]) -> None:
        """Write a line for every grant, as access.grant does for one."""
        granted: dict[tuple[Ability, str], list[UUID]] = defaultdict(list)
        for arrival in arrivals:
            granted[Ability.READ, str(arrival.dossier.team)].append(arrival.dossier.pk)
            for grant in arrival.rows[DossierUserGrant]:
                granted[Ability.LEAD, str(grant.user)].append(arrival.dossier.pk)
        for (ability, to), dossiers in granted.items():
            journal.record_many(
                AccessEvent.Action.GRANT, self._by, dossiers, ground="import", ability=ability.label, to=to
            )


@dataclass(frozen=True, slots=True)
class _Here:
    """What is known here of the references of a batch."""

    destroyed: set[str]
    present: dict[str, Dossier]

    @classmethod
    def of(cls, received: list[Received]) -> "_Here":
        references = [each.dossier.reference for each in received]
        found = Dossier.objects.filter(reference__in=references).exclude(status=Dossier.Status.ARRIVING)
        present = {dossier.reference: dossier for dossier in found}
        keys.open_many([dossier.pk for dossier in present.values()])  # into the cache with one query
        destroyed = register.held(received[0].source, references) if received else set()
        return cls(destroyed, present)

    def fault(self, received: Received) -> Code | None:
        """Return why a sound dossier stays out all the same; None when it is new, or here with the same contents."""
        reference = received.dossier.reference
        dossier = self.present.get(reference)
        if reference in self.destroyed:
            return Code.DESTROYED
        if dossier is None:
            return None
        if dossier.status == Dossier.Status.DESTROYING:
            return Code.DESTROYED
        if dossier.source != received.source or dossier.fingerprint is None:
            return Code.REFERENCE_TAKEN
        return None if is_same(dossier, received) else Code.DIFFERS

    def knows(self, received: Received) -> bool:
        """Tell whether a dossier without a fault is here."""
        return received.dossier.reference in self.present
