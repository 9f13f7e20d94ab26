"""How many dossiers, no further than a cap: a count of everything costs more than the page itself."""

from collections.abc import Mapping, Sequence

from casefiles.access import METADATA_ROLES
from casefiles.listing import registry
from casefiles.listing.branches import PRESENT, Branch, branches
from casefiles.listing.values import Tally, Wanted
from casefiles.models import User
from casefiles.sql import Sql, joined, prepared

COUNT_CAP = 1000


def tally(user: User, wanted: Wanted, views: Sequence[Mapping[str, str]]) -> Tally:
    """Count in one statement: what is asked gives, and each of the views (filters by name and value).

    Whoever was given more than COUNT_CAP dossiers gets no number at all; it costs the same for 1,001 and 50,000.
    """
    if not user.is_active:
        return Tally(0, [0] * len(views))
    given = _given(user, COUNT_CAP + 1)
    conditions = [registry.chosen(wanted, user), *(registry.condition(view, user) for view in views)]
    columns = ", ".join(f"count(*) FILTER (WHERE {c.text})" for c in conditions)
    text = (
        f"WITH given AS MATERIALIZED ({given.text}), capped AS (SELECT count(*) > {COUNT_CAP} AS too_many FROM given)"  # noqa: S608 - our own fragments; values are parameters
        f" SELECT (SELECT too_many FROM capped), {columns} FROM given"
        f" JOIN casefiles_dossier dossier ON dossier.id = given.id {' '.join(joined(conditions))}"
        f" WHERE {PRESENT.text} AND NOT (SELECT too_many FROM capped)"
    )
    params = (*given.params, *(value for c in conditions for value in c.params))
    ((too_many, total, *each),) = prepared(Sql(text, params))
    return Tally(None, [None] * len(each)) if too_many else Tally(total, each)


def _given(user: User, limit: int) -> Sql:
    """Return the statement for the ids of at most `limit` dossiers that the person sees, each once."""
    if user.role in METADATA_ROLES:
        return Sql(f"SELECT dossier.id FROM casefiles_dossier dossier WHERE {PRESENT.text} LIMIT {limit}")  # noqa: S608 - our own fragments; values are parameters
    parts = [branch.of_each(_newest(branch, limit)) for branch in branches(user)]
    union = " UNION ALL ".join(f"({part.text})" for part in parts)
    text = f"SELECT DISTINCT id FROM ({union}) found LIMIT {limit}"  # noqa: S608 - constants of ours
    return Sql(text, tuple(value for part in parts for value in part.params))


def _newest(branch: Branch, limit: int) -> Sql:
    text = (
        f"SELECT DISTINCT {branch.date} AS key, {branch.row} AS id FROM {branch.table} WHERE {branch.where.text}"  # noqa: S608 - our own fragments; values are parameters
        f" ORDER BY key DESC, id LIMIT {limit}"
    )
    return Sql(text, branch.where.params)
