"""Pieces of SQL with their parameters, for the few statements that the ORM cannot write (LATERAL, capped counts)."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import psycopg
from django.db import connection


@dataclass(frozen=True, slots=True)
class Sql:
    """A piece of SQL with one positional `%s` for each of `params`; `joins` are what it needs beside its table."""

    text: str
    params: tuple[Any, ...] = ()
    joins: tuple[str, ...] = ()


TRUE = Sql("TRUE")


def every(parts: Iterable[Sql]) -> Sql:
    """Return the condition that all of the parts hold."""
    found = list(parts) or [TRUE]
    return Sql(
        " AND ".join(f"({part.text})" for part in found),
        tuple(value for part in found for value in part.params),
        joined(found),
    )


def joined(parts: Iterable[Sql]) -> tuple[str, ...]:
    """Return the joins of the parts, each once, in order."""
    return tuple(dict.fromkeys(join for part in parts for join in part.joins))


def rows(statement: Sql) -> list[tuple[Any, ...]]:
    """Run a statement on the main database and return its rows."""
    with connection.cursor() as cursor:
        cursor.execute(statement.text, statement.params)
        found: list[tuple[Any, ...]] = cursor.fetchall()
        return found


def prepared(statement: Sql) -> list[tuple[Any, ...]]:
    """Run a statement that is asked all day, and return its rows: the database plans it once for a connection.

    Where ten indexes decide what a person sees, planning takes longer than finding it. The values are bound by the
    server (Django writes them into the text, which is another statement every time); DATABASES lets it be prepared.
    """
    connection.ensure_connection()
    own: Any = connection
    if own.queries_logged:  # a prepared statement has no text that a log could show
        return rows(statement)
    with own.make_cursor(psycopg.Cursor(own.connection)) as cursor:
        cursor.execute(statement.text, statement.params)
        found: list[tuple[Any, ...]] = cursor.fetchall()
        return found
