"""Where a person's dossiers come from: grants to themselves and to their groups, and teams that they read as a whole.

It decides the same as casefiles.access.visible_to, which a test holds it to: every permission on a dossier includes
reading. Roles that work on metadata see every dossier, through an index of all by date.
"""

from dataclasses import dataclass
from datetime import datetime

from django.utils import timezone

from casefiles.access import EMERGENCY, METADATA_ROLES, READ_TEAM
from casefiles.models import User
from casefiles.sql import TRUE, Sql

STANDING_IN = (
    "SELECT absent_id AS id FROM casefiles_substitution away JOIN casefiles_user gone ON gone.id = away.absent_id"
    " WHERE away.substitute_id = %s AND away.starts_at <= %s AND away.ends_at > %s AND gone.is_active"
)
ITSELF = "JOIN casefiles_dossier dossier ON dossier.id = held.dossier_id"
PRESENT = Sql("dossier.status IN ('open', 'closed')")


@dataclass(frozen=True, slots=True)
class Branch:
    """The dossiers of one kind of principal: `outer` has a row per principal, None when there is just one.

    `table` has its dossiers in index order: `date` (newest first), then `row`. `dossier` joins the dossier's own row.
    """

    outer: Sql | None
    table: str
    dossier: str
    where: Sql
    date: str
    row: str

    def of_each(self, inner: Sql) -> Sql:
        """Return the statement that gives the rows of `inner` for each principal."""
        if self.outer is None:
            return inner
        text = f"SELECT mine.key, mine.id FROM ({self.outer.text}) principal CROSS JOIN LATERAL ({inner.text}) mine"  # noqa: S608 - our own fragments; values are parameters
        return Sql(text, (*self.outer.params, *inner.params))


def branches(user: User) -> list[Branch]:
    """Return where a person's dossiers come from; for roles on metadata one branch has all of them."""
    if user.role in METADATA_ROLES:
        return [_of_teams(None)]
    now = timezone.now()
    own = Sql("held.user_id = %s AND held.until > %s", (user.pk, now))
    mine = Sql("SELECT group_id AS id FROM casefiles_user_groups WHERE user_id = %s", (user.pk,))
    theirs = Sql("held.user_id = principal.id AND held.until > %s AND held.reason <> %s", (now, EMERGENCY))
    grouped = Sql("held.group_id = principal.id AND held.until > %s", (now,))
    return [
        _granted(None, "casefiles_dossierusergrant", own, "casefiles_ofperson"),
        _granted(Sql(STANDING_IN, (user.pk, now, now)), "casefiles_dossierusergrant", theirs),
        _granted(mine, "casefiles_dossiergroupgrant", grouped, "casefiles_ofgroup"),
        _of_teams(_read_teams(user, now)),
    ]


def _granted(outer: Sql | None, table: str, where: Sql, view: str = "") -> Branch:
    """Return the branch of grants; a `view` gives a grant's dossier without asking the second wall for each row."""
    joined_to = f"JOIN {view} dossier ON dossier.grant_id = held.id" if view else ITSELF
    return Branch(outer, f"{table} held", joined_to, where, "held.last_change_on", "held.dossier_id")


def _of_teams(teams: Sql | None) -> Branch:
    where = Sql("dossier.team_id = principal.id") if teams else TRUE
    return Branch(teams, "casefiles_dossier dossier", "", where, "dossier.last_change_on", "dossier.id")


def _read_teams(user: User, now: datetime) -> Sql:
    """Return the statement for the teams that the person reads as a whole, by themselves or through a group."""
    read = (
        "SELECT held.content_object_id AS id FROM casefiles_team{0} held"
        " JOIN auth_permission may ON may.id = held.permission_id"
        " WHERE {1} AND held.until > %s AND may.codename = %s"
    )
    in_group = "held.group_id IN (SELECT group_id FROM casefiles_user_groups WHERE user_id = %s)"
    text = f"{read.format('usergrant', 'held.user_id = %s')} UNION {read.format('groupgrant', in_group)}"
    return Sql(text, (user.pk, now, READ_TEAM) * 2)
