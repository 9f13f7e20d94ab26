"""The access log: record() is the only way to write a line. The database refuses to change or remove one."""

from contextvars import ContextVar
from typing import Any
from uuid import UUID, uuid4

from django.db import connection

from casefiles.models import AccessEvent, User

SYSTEM = "Goed Vertrouwen"

# From where a request comes (NEN 7513: network access point); config.middleware sets it, tasks and commands have none.
access_point: ContextVar[str | None] = ContextVar("access_point", default=None)

Action = AccessEvent.Action
Outcome = AccessEvent.Outcome


def record(
    action: AccessEvent.Action,
    actor: User | None,
    dossier_id: UUID | None = None,
    *,
    outcome: AccessEvent.Outcome = AccessEvent.Outcome.DONE,
    ground: str = "",
    basis: str = "",
    **detail: Any,
) -> None:
    """Write one line in the caller's transaction. `actor` None is the system itself.

    `ground` is what for and `basis` (AccessEvent.Basis) by what right (NEN 7513). They and `detail` hold codes and
    counts, never personal data or free text.
    """
    record_many(action, actor, [dossier_id], outcome=outcome, ground=ground, basis=basis, **detail)


def prepare_partitions(months: int = 2) -> None:
    """Make the log's partitions of this month and the next ones; what has none yet falls into a common rest."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT casefiles_make_partitions(%s)", [months])


def record_many(
    action: AccessEvent.Action,
    actor: User | None,
    dossier_ids: list[UUID | None] | list[UUID],
    *,
    outcome: AccessEvent.Outcome = AccessEvent.Outcome.DONE,
    ground: str = "",
    basis: str = "",
    **detail: Any,
) -> None:
    """Write the same line for many dossiers in one statement."""
    AccessEvent.objects.bulk_create(
        AccessEvent(
            id=uuid4(),
            action=action,
            outcome=outcome,
            actor_id=actor.pk if actor else None,
            actor_name=actor.name if actor else SYSTEM,
            actor_role=actor.role if actor else "system",
            dossier_id=dossier_id,
            ground=ground,
            basis=basis,
            address=access_point.get(),
            detail=detail,
        )
        for dossier_id in dossier_ids
    )
