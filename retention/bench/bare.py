"""The limit that the pages are measured against: the same table by one statement and string formatting."""

from uuid import UUID

from django.db import connection

from casefiles.models import Entry, Party, User

ROWS = 25
NEWEST = """
    WITH mine AS (
        (SELECT dossier_id, last_change_on FROM casefiles_dossierusergrant
         WHERE user_id = %(user)s AND until > now() ORDER BY last_change_on DESC, dossier_id LIMIT %(rows)s)
        UNION
        (SELECT newest.dossier_id, newest.last_change_on FROM unnest(%(groups)s::int[]) AS of_group,
            LATERAL (SELECT dossier_id, last_change_on FROM casefiles_dossiergroupgrant
                     WHERE group_id = of_group AND until > now()
                     ORDER BY last_change_on DESC, dossier_id LIMIT %(rows)s) AS newest)
    )
    SELECT d.id, d.reference, d.kind, d.status, d.last_change_on::text FROM mine JOIN casefiles_dossier d
        ON d.id = mine.dossier_id ORDER BY d.last_change_on DESC, d.id LIMIT %(rows)s
"""


def newest_dossiers(user: User, count: int = ROWS) -> list[tuple[UUID, str, str, str, str]]:
    """Return id, reference, kind, status and last change of the person's newest dossiers, in one statement."""
    groups = list(user.groups.values_list("pk", flat=True))
    with connection.cursor() as cursor:
        cursor.execute(NEWEST, {"user": user.pk, "groups": groups, "rows": count})
        return list(cursor.fetchall())


def dossiers(user: User) -> str:
    """Return the table of My dossiers: the newest ones with the young person's name."""
    rows = newest_dossiers(user)
    youths = Party.objects.filter(dossier__in=[row[0] for row in rows], role=Party.Role.YOUTH)
    names = {p.dossier_id: f"{p.facts.given_names} {p.facts.surname}" for p in youths}
    cells = (f"<tr><td>{names[pk]}</td><td>{'</td><td>'.join(rest)}</td></tr>" for pk, *rest in rows)
    return f"<table>{''.join(cells)}</table>"


def dossier(dossier_id: UUID) -> str:
    """Return a dossier's entries as a list."""
    entries = Entry.objects.filter(dossier=dossier_id).order_by("-occurred_on")
    return "".join(f"<li>{e.occurred_on.isoformat()} {e.kind} {e.facts.text}</li>" for e in entries)
