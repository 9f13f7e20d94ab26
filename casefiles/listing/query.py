"""One page of the list of dossiers, filtered and sorted, in one statement.

Per principal the newest rows come from one index; those are merged. `IN (a UNION b)` or an OR of EXISTS reads
everything instead (design/performance.md, "Listing").
"""

from dataclasses import dataclass
from typing import Any

from casefiles.listing import registry
from casefiles.listing.branches import PRESENT, Branch, branches
from casefiles.listing.values import Cursor, Page, Wanted
from casefiles.models import Dossier, User
from casefiles.sql import TRUE, Sql, every, joined, prepared

PAGE_SIZE = 25
SHOWN = ("id", "reference", "kind", "status", "team_id", "opened_on", "closed_on", "last_change_on")  # as in the model


@dataclass(frozen=True, slots=True)
class _Order:
    sort: registry.Sort
    descending: bool
    cursor: Cursor | None

    @property
    def back(self) -> bool:
        return self.cursor is not None and self.cursor.back

    def by(self, key: str, row: str) -> str:
        """Return ORDER BY's list: the row breaks ties, upwards when reading forward, as the indexes have it."""
        down = self.descending != self.back
        return f"{key} {'DESC' if down else 'ASC'}, {row} {'DESC' if self.back else 'ASC'}"

    def seek(self, key: Sql, row: str) -> Sql:
        """Return the condition of lying beyond the cursor; its first comparison is what the index can use."""
        if self.cursor is None:
            return TRUE
        beyond, after = "<" if self.descending != self.back else ">", "<" if self.back else ">"
        value = f"%s::{self.sort.type}"
        text = f"{key.text} {beyond}= {value} AND ({key.text} {beyond} {value} OR {row} {after} %s)"
        params = (*key.params, self.cursor.key, *key.params, self.cursor.key, self.cursor.id)
        return Sql(text, params)


def _merged(user: User, chosen: Sql, order: _Order, limit: int) -> Sql:
    """Return the statement for the first `limit` rows (key, id) of all principals together, each dossier once."""
    parts = [branch.of_each(_first(branch, chosen, order, limit)) for branch in branches(user)]
    union = " UNION ALL ".join(f"({part.text})" for part in parts)
    text = f"SELECT DISTINCT key, id FROM ({union}) found ORDER BY {order.by('key', 'id')} LIMIT {limit}"  # noqa: S608 - constants of ours
    return Sql(text, tuple(value for part in parts for value in part.params))


def _first(branch: Branch, chosen: Sql, order: _Order, limit: int) -> Sql:
    key = Sql(branch.date) if order.sort.name == "change" else order.sort.key()
    where = every([branch.where, PRESENT, chosen, order.seek(key, branch.row)])
    joins = " ".join((branch.dossier, *joined([key, where])))
    text = (
        f"SELECT DISTINCT {key.text} AS key, {branch.row} AS id FROM {branch.table} {joins}"  # noqa: S608 - constants of ours
        f" WHERE {where.text} ORDER BY {order.by('key', 'id')} LIMIT {limit}"
    )
    return Sql(text, (*key.params, *where.params))


_PAGE = """
    SELECT {columns}, team.name, {lead}, merged.key::text
    FROM ({merged}) merged
    JOIN casefiles_dossier dossier ON dossier.id = merged.id
    JOIN casefiles_team team ON team.id = dossier.team_id
    ORDER BY {order}
"""


def page(user: User, wanted: Wanted, size: int = PAGE_SIZE) -> Page:
    """Return one page in one statement. An inactive person sees nothing."""
    order = _Order(registry.sort(wanted.sort), wanted.descending, wanted.cursor)
    if not user.is_active:
        return Page([], 0, None, None)
    merged = _merged(user, registry.chosen(wanted, user), order, size + 1)
    columns, lead = ", ".join(f"dossier.{name}" for name in SHOWN), registry.lead()
    by = order.by("merged.key", "merged.id")
    text = _PAGE.format(columns=columns, merged=merged.text, lead=lead.text, order=by)
    found = [_shown(row) for row in prepared(Sql(text, (*lead.params, *merged.params)))]
    return _paged(found, order, size)


def _shown(row: tuple[Any, ...]) -> Any:
    """Return a dossier with what stands in its row of the list; its other columns are asked for when they are used."""
    found: Any = Dossier.from_db("default", SHOWN, row[: len(SHOWN)])
    found.team_name, found.lead, found.key = row[len(SHOWN) :]
    return found


def _paged(found: list[Any], order: _Order, size: int) -> Page:
    more, shown = len(found) > size, found[:size]
    cursor = order.cursor
    if order.back:
        shown.reverse()
    earlier = more if order.back else cursor is not None
    ahead = cursor.position - (len(shown) if order.back else 0) if cursor and earlier else 0
    later = bool(cursor) if order.back else more
    if not shown:
        return Page([], 0, None, None)
    first, last = shown[0], shown[-1]
    return Page(
        shown,
        ahead + 1,
        Cursor(first.key, first.pk, ahead, back=True) if earlier else None,
        Cursor(last.key, last.pk, ahead + len(shown)) if later else None,
    )
