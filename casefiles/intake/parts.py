"""What belongs to one dossier in the other tables: judged once, and read again by whoever stores it."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import chain
from typing import Generic, TypeVar

from casefiles.intake.fields import Fields
from casefiles.intake.index import Index
from casefiles.intake.manifest import Calendar
from casefiles.intake.problems import Code, Problem
from casefiles.intake.rows import DocumentRow, DossierRow, EntryRow, PartyRow, Received, Rows
from casefiles.intake.unreadable import PackageUnreadable, Reason
from casefiles.intake.vocabulary import Role

Row = TypeVar("Row")


@dataclass(frozen=True, slots=True)
class Part(Generic[Row]):
    """The rows of dossier `reference`, whose number is `owner`, in one table; `parse` makes them typed."""

    index: Index
    owner: int
    reference: str
    calendar: Calendar
    parse: Callable[[Fields], Row | None]

    def judged(self) -> Iterator[tuple[Row | None, list[Problem]]]:
        """Yield each row in the order of the file, None when something is wrong, and what that is."""
        table = self.index.table
        for line, record in self.index.records(self.owner):
            fault = table.fault(record) if record else Code.ROW_MALFORMED
            if record is None or fault is not None:
                yield None, [Problem.of(fault or Code.ROW_MALFORMED, table.name, line, self.reference)]
            else:
                fields = Fields(table, record, self.calendar)
                yield self.parse(fields), fields.problems

    def rows(self) -> Rows[Row]:
        """Return the rows of a part in which nothing is wrong."""
        return Rows(len(self.index.rows(self.owner)), self._sound)

    def _sound(self) -> Iterator[Row]:
        for row, _ in self.judged():
            if row is None:
                raise PackageUnreadable(Reason.PACKAGE_CHANGED, file=self.index.table.name)
            yield row


@dataclass(frozen=True, slots=True)
class Contents:
    """The parties, entries and documents of one dossier."""

    parties: Part[PartyRow]
    entries: Part[EntryRow]
    documents: Part[DocumentRow]

    def problems(self) -> Iterator[Problem]:
        """Yield what is wrong with the rows."""
        for _, problems in chain(self.parties.judged(), self.entries.judged(), self.documents.judged()):
            yield from problems

    def lacks_youth(self) -> bool:
        """Say whether no party is a young person; not known, so no, while a party is at fault."""
        roles = {row.role if row else None for row, _ in self.parties.judged()}
        return roles.isdisjoint({Role.YOUTH, None})

    def received(self, dossier: DossierRow, source: str) -> Received:
        """Return the dossier with its rows, none of which is at fault."""
        return Received(dossier, self.parties.rows(), self.entries.rows(), self.documents.rows(), source)
