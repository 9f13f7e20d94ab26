"""The list of dossiers: what a person may see, filtered, sorted and paged, in one statement a page.

Per principal (the person, each group, each team read as a whole) the newest rows come from one index; those are
merged. `IN (a UNION b)` or an OR of EXISTS reads everything instead (design/performance.md, "Listing"). It decides
the same as casefiles.access.visible_to, which a test holds it to: every permission on a dossier includes reading.
Roles that work on metadata see every dossier, through the same index of each team.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils import timezone

from casefiles.access import METADATA_ROLES, READ_TEAM, Ability
from casefiles.listing import registry
from casefiles.listing.values import Cursor, Page, Wanted
from casefiles.models import Dossier, User
from casefiles.sql import TRUE, Sql, every, joined, rows

PAGE_SIZE = 25
COUNT_CAP = 1000


@dataclass(frozen=True, slots=True)
class _Branch:
    """The rows of one kind of principal: `outer` has one row per principal, `inner` its dossiers in index order."""

    outer: Sql | None
    inner: str
    where: Sql
    date: str


_GRANTED = "casefiles_{0} held JOIN casefiles_dossier dossier ON dossier.id = held.dossier_id"


def _branches(user: User) -> list[_Branch]:
    now = timezone.now()
    if user.role in METADATA_ROLES:
        teams = Sql("SELECT id FROM casefiles_team")
        return [_teams(teams)]
    mine = Sql("SELECT group_id AS id FROM casefiles_user_groups WHERE user_id = %s", (user.pk,))
    read = (
        "SELECT held.content_object_id AS id FROM casefiles_team{0} held"
        " JOIN auth_permission may ON may.id = held.permission_id"
        " WHERE {1} AND held.until > %s AND may.codename = %s"
    )
    in_group = "held.group_id IN (SELECT group_id FROM casefiles_user_groups WHERE user_id = %s)"
    teams = Sql(
        f"{read.format('usergrant', 'held.user_id = %s')} UNION {read.format('groupgrant', in_group)}",
        (user.pk, now, READ_TEAM) * 2,
    )
    living = "held.until > %s"
    return [
        _Branch(
            None, _GRANTED.format("dossierusergrant"), Sql(f"held.user_id = %s AND {living}", (user.pk, now)), "held"
        ),
        _Branch(
            mine,
            _GRANTED.format("dossiergroupgrant"),
            Sql(f"held.group_id = principal.id AND {living}", (now,)),
            "held",
        ),
        _teams(teams),
    ]


def _teams(teams: Sql) -> _Branch:
    return _Branch(teams, "casefiles_dossier dossier", Sql("dossier.team_id = principal.id"), "dossier")


_PRESENT = Sql("dossier.status IN ('open', 'closed')")


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
    parts = [_rows_of(branch, chosen, order, limit) for branch in _branches(user)]
    union = " UNION ALL ".join(f"({part.text})" for part in parts)
    text = f"SELECT DISTINCT key, id FROM ({union}) found ORDER BY {order.by('key', 'id')} LIMIT {limit}"  # noqa: S608 - constants of ours
    return Sql(text, tuple(value for part in parts for value in part.params))


def _rows_of(branch: _Branch, chosen: Sql, order: _Order, limit: int) -> Sql:
    by_index = order.sort.name == "change"
    row = "held.dossier_id" if branch.date == "held" and by_index else "dossier.id"
    key = Sql(f"{branch.date}.last_change_on") if by_index else order.sort.key()
    where = every([branch.where, _PRESENT, chosen, order.seek(key, row)])
    joins = " ".join(joined([key, where]))
    text = (
        f"SELECT DISTINCT {key.text} AS key, {row} AS id FROM {branch.inner} {joins}"  # noqa: S608 - constants of ours
        f" WHERE {where.text} ORDER BY {order.by('key', 'id')} LIMIT {limit}"
    )
    inner = Sql(text, (*key.params, *where.params))
    if branch.outer is None:
        return inner
    text = f"SELECT mine.key, mine.id FROM ({branch.outer.text}) principal CROSS JOIN LATERAL ({inner.text}) mine"  # noqa: S608
    return Sql(text, (*branch.outer.params, *inner.params))


_PAGE = """
    SELECT dossier.id, dossier.reference, dossier.kind, dossier.status, dossier.team_id, dossier.opened_on,
        dossier.closed_on, dossier.last_change_on, team.name AS team_name, lead.name AS lead, merged.key::text AS key
    FROM ({merged}) merged
    JOIN casefiles_dossier dossier ON dossier.id = merged.id
    JOIN casefiles_team team ON team.id = dossier.team_id
    LEFT JOIN LATERAL (
        SELECT person.name FROM casefiles_dossierusergrant held
        JOIN auth_permission may ON may.id = held.permission_id AND may.codename = %s
        JOIN casefiles_user person ON person.id = held.user_id
        WHERE held.dossier_id = dossier.id AND held.until > %s ORDER BY held.id LIMIT 1) lead ON TRUE
    ORDER BY {order}
"""


def page(user: User, wanted: Wanted, size: int = PAGE_SIZE, only: Sql = TRUE) -> Page:
    """Return one page in one statement, of those for which `only` holds. An inactive person sees nothing."""
    order = _Order(registry.sort(wanted.sort), wanted.descending, wanted.cursor)
    if not user.is_active:
        return Page([], 0, None, None)
    merged = _merged(user, every([registry.condition(wanted.filters, user), only]), order, size + 1)
    text = _PAGE.format(merged=merged.text, order=order.by("merged.key", "merged.id"))
    found: list[Any] = list(Dossier.objects.raw(text, (*merged.params, str(Ability.LEAD), timezone.now())))
    return _paged(found, order, size)


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


def tally(user: User, wanted: Mapping[str, str], views: Sequence[Mapping[str, str]]) -> tuple[int, list[int | None]]:
    """Count in one statement: what the filters give, and each of the views (filters by name and value).

    Nothing is counted past COUNT_CAP, which costs the same for 60 and for 50,000 dossiers: COUNT_CAP + 1 means
    "more". Beyond it the number of a view is not known, and None.
    """
    if not user.is_active:
        return 0, [0] * len(views)
    order = _Order(registry.sort("change"), True, None)
    everything = _merged(user, TRUE, order, COUNT_CAP + 1)
    narrowed = _merged(user, registry.condition(wanted, user), order, COUNT_CAP + 1) if wanted else everything
    conditions = [registry.condition(view, user) for view in views]
    columns = "".join(f", count(*) FILTER (WHERE {c.text})" for c in conditions)
    text = (
        f"SELECT (SELECT count(*) FROM ({narrowed.text}) narrowed), count(*){columns} FROM ({everything.text}) merged"  # noqa: S608
        f" JOIN casefiles_dossier dossier ON dossier.id = merged.id {' '.join(joined(conditions))}"
    )
    values = tuple(value for c in conditions for value in c.params)
    return _counted(Sql(text, (*narrowed.params, *values, *everything.params)))


def _counted(statement: Sql) -> tuple[int, list[int | None]]:
    ((total, everything, *each),) = rows(statement)
    return total, [count if everything <= COUNT_CAP else None for count in each]
