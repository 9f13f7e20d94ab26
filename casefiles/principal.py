"""Who asks: tells the database for whom this process works, which its row-level security goes by.

A setting of the connection and not of one transaction: pages run in autocommit, for a refusal's line in the log must
stay when its page fails, and a dossier's row is committed before its key exists. So it is set outside any
transaction, where no rollback can bring an earlier one back, and taken away when the answer has been sent, also one
that streams. A connection on which that fails is closed. While nobody asks, nothing of any dossier is seen.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

from django.core.signals import request_finished, request_started
from django.db import DatabaseError, connection, transaction
from django.db.backends.signals import connection_created

NOBODY = ""
TELL = "SELECT set_config('gv.principal', %s, false)"
OPEN = "SELECT set_config('gv.entrance', %s, true)"

_asking: ContextVar[str] = ContextVar("asking", default=NOBODY)


class InTransaction(Exception):
    """Who asks changes between transactions only: a rollback would bring the one before back."""


def ask_for(user_id: int) -> None:
    """Let every statement on the main database until the end of this request count as this person's."""
    if connection.in_atomic_block:
        raise InTransaction
    _asking.set(str(user_id))
    connection.ensure_connection()
    _tell(connection)


def ask_for_nobody(**_signal: Any) -> None:
    """Take the principal away from this process and from its connection."""
    if _asking.get() == NOBODY:
        return
    _asking.set(NOBODY)
    try:
        if connection.connection is not None:
            _tell(connection)
    except DatabaseError:
        connection.close()


@contextmanager
def at_entrance(reference: str) -> Iterator[None]:
    """Let the row of one dossier be seen by its exact reference, in this block: the entrance for emergencies."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(OPEN, [reference])
        yield
        cursor.execute(OPEN, [""])


def _tell(told: Any) -> None:
    """Tell the connection itself, so that it is no query of the page's."""
    with told.wrap_database_errors:
        told.connection.execute(TELL, [_asking.get()])


def _tell_new_connection(connection: Any, **_signal: Any) -> None:
    """Let a connection that is made in the middle of a request go on for the same person."""
    if connection.alias == "default" and _asking.get() != NOBODY:
        _tell(connection)


def connect() -> None:
    """Let every request begin and end with nobody."""
    request_started.connect(ask_for_nobody, dispatch_uid="casefiles.principal")
    request_finished.connect(ask_for_nobody, dispatch_uid="casefiles.principal")
    connection_created.connect(_tell_new_connection, dispatch_uid="casefiles.principal")
