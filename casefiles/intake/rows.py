"""The rows of an import package, typed. Their repr hides personal values: no log or traceback shows them."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date
from typing import Generic, TypeVar

from casefiles.intake.files import Content
from casefiles.intake.problems import Problem
from casefiles.intake.vocabulary import Category, EntryKind, EntrySource, Kind, Role, Status

Row = TypeVar("Row")


@dataclass(frozen=True, slots=True)
class DossierRow:
    """One row of dossiers.csv: nothing in it identifies a person but the case worker's login name."""

    line: int
    reference: str
    kind: Kind
    status: Status
    opened_on: date
    closed_on: date | None
    last_change_on: date
    team: str
    case_worker: str | None
    end_of_measure_on: date | None
    said: dict[str, date] = field(default_factory=dict, repr=False)
    """The optional dates that are filled in, by column."""


@dataclass(frozen=True, slots=True, repr=False)
class PartyRow:
    """One row of parties.csv. A missing birth date is None: the clock then waits for a person."""

    line: int
    role: Role
    given_names: str | None
    prefix: str | None
    surname: str | None
    birth_date: date | None
    bsn: str | None
    authority: bool | None
    address: str | None
    postcode: str | None
    city: str | None
    phone: str | None
    email: str | None
    secret_address: bool


@dataclass(frozen=True, slots=True, repr=False)
class EntryRow:
    """One row of entries.csv. `substantive` says whether it restarts the retention period (JW 7.3.8(3))."""

    line: int
    occurred_on: date
    kind: EntryKind
    author: str | None
    source: EntrySource
    substantive: bool
    text: str


@dataclass(frozen=True, slots=True, repr=False)
class DocumentRow:
    """One row of documents.csv.

    `name` is the path as the package writes it (`documents/…`), the same wherever the package stands; `path`
    opens its content: a file inside the package's documents folder or in a zip; `size` is in bytes.
    """

    line: int
    name: str
    path: Content
    title: str | None
    created_on: date
    category: Category
    size: int


class Rows(Generic[Row]):
    """The rows of one dossier in one table, read from the package each time that they are walked.

    Not a list, so that a dossier with very many documents takes no more memory than another.
    Walking raises PackageUnreadable (`package_changed`) when the package was changed after it was judged.
    """

    def __init__(self, count: int, read: Callable[[], Iterator[Row]]) -> None:
        self._count = count
        self._read = read

    def __len__(self) -> int:
        return self._count

    def __iter__(self) -> Iterator[Row]:
        return self._read()

    def held(self, most: int) -> "Rows[Row]":
        """Return the same rows, in memory when there are at most so many: they are then read from it only once."""
        if len(self) > most:
            return self
        rows = tuple(self)
        return Rows(len(rows), lambda: iter(rows))


@dataclass(frozen=True, slots=True, repr=False)
class Received:
    """A dossier that is sound in every row. `source` is the system that the package says it comes from."""

    dossier: DossierRow
    parties: Rows[PartyRow]
    entries: Rows[EntryRow]
    documents: Rows[DocumentRow]
    source: str

    def held(self, most: int) -> "Received":
        """Return the same dossier with the rows of each table in memory, where there are at most so many."""
        held = (self.parties.held(most), self.entries.held(most), self.documents.held(most))
        return Received(self.dossier, *held, self.source)


@dataclass(frozen=True, slots=True)
class Refused:
    """A dossier that stays out, with everything that is wrong with it; `reference` as in Problem."""

    reference: str
    line: int
    problems: tuple[Problem, ...]
