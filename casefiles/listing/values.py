"""What is asked of the list of dossiers, and what it answers."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from uuid import UUID

from casefiles.models import Dossier


@dataclass(frozen=True, slots=True)
class Cursor:
    """Where a page begins: just after (or, going back, before) this row, which has `position` rows ahead of it."""

    key: str
    id: UUID
    position: int
    back: bool = False

    def __str__(self) -> str:
        return f"{'-' if self.back else ''}{self.position}~{self.id}~{self.key}"

    @classmethod
    def parse(cls, text: str) -> "Cursor | None":
        """Read what str() wrote; None for anything else, which shows the first page."""
        position, _sep, rest = text.removeprefix("-").partition("~")
        row, _sep, key = rest.partition("~")
        try:
            return cls(key, UUID(row), int(position), text.startswith("-")) if key else None
        except ValueError:
            return None


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a person asks of the list; `filters` by name, all of them registered and checked.

    `search` is the name of a search of this session and `among` are the dossiers that it found; None when the whole
    list is meant. `columns` are those that the address names, () when it names none.
    """

    filters: Mapping[str, str] = field(default_factory=dict)
    sort: str = "change"
    descending: bool = True
    cursor: Cursor | None = None
    search: str = ""
    among: tuple[UUID, ...] | None = None
    columns: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Page:
    """One page: its dossiers (with `team_name` and `lead`, a name or "") and the cursors to its neighbours."""

    dossiers: list[Dossier]
    first: int
    previous: Cursor | None
    next: Cursor | None


@dataclass(frozen=True, slots=True)
class Tally:
    """How many dossiers the filters give, and each view; None where that is more than is counted, or not known."""

    total: int | None
    views: list[int | None]
