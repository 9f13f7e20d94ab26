"""Bringing many whole dossiers in at once: the steps and the order of lifecycle.open_dossier, by COPY.

For imports, whose rows were judged, and for generators (the demonstration, the bench), whose rows are sound by
construction. Rows (`reserve`), keys, files (`store`), and then one transaction that makes the dossiers present
(`settle`): what a killed run left is discarded by the next one that brings the same references.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from functools import partial
from operator import attrgetter
from typing import IO, Any, NamedTuple
from uuid import UUID

from django.db import connection, models, transaction
from django.utils import timezone

from casefiles import journal, lifecycle, search, storage
from casefiles.models import (
    AccessEvent,
    Authority,
    Circumstances,
    Document,
    Dossier,
    DossierGroupGrant,
    DossierUserGrant,
    Entry,
    Party,
    SearchToken,
    User,
)
from casefiles.signals import dossiers_arrived
from casefiles.vault import keys
from casefiles.vault.sealing import SealedField

# Parents before the rows that point to them. A document among the rows comes without its file, for the bench.
ROWS: tuple[type[models.Model], ...] = (Party, Authority, Entry, Document, DossierUserGrant, DossierGroupGrant)

SETTLE = """
    UPDATE casefiles_dossier AS dossier SET status = new.status, facts = new.facts, fingerprint = new.fingerprint
    FROM unnest(%s::uuid[], %s::text[], %s::bytea[], %s::bytea[]) AS new (id, status, facts, fingerprint)
    WHERE dossier.id = new.id AND dossier.status = 'arriving'
"""
STORED = """
    UPDATE casefiles_document AS document SET stored = true, size = new.size, digest = new.digest
    FROM unnest(%s::uuid[], %s::bigint[], %s::bytea[]) AS new (id, size, digest)
    WHERE document.id = new.id AND NOT document.stored
"""


class Incoming(NamedTuple):
    """A document (not saved) and what opens its plain content for reading."""

    document: Document
    opened: Callable[[], IO[bytes]]


@dataclass(frozen=True, slots=True, repr=False)
class Arrival:
    """A new dossier (not saved) with the status that it gets, its rows by the models in ROWS, and its files.

    A row is an unsaved instance, or anything else with the attributes of one: an instance of Django's costs more
    to make than to seal.
    """

    dossier: Dossier
    status: Dossier.Status
    rows: Mapping[type[models.Model], Iterable[Any]]
    files: Sequence[Incoming] = ()
    circumstances: Circumstances = field(default_factory=Circumstances)

    @property
    def people(self) -> Iterable[Party]:
        """The people among its rows."""
        return self.rows.get(Party, ())


class _Token(NamedTuple):
    purpose: SearchToken.Purpose
    token: int
    dossier_id: UUID
    epoch: int


def bring_in(
    arrivals: Sequence[Arrival], *, ground: str, within: Callable[[Sequence[Arrival]], object] = lambda arrivals: None
) -> None:
    """Bring the dossiers in, all or none, logged as imported by the system on `ground` (a code).

    `within` is called in the transaction that makes them present. At most 1,000 at a time, so that their keys fit
    the cache. Raises NotWritable when one was taken away meanwhile.
    """
    if arrivals:
        reserve(arrivals)
        store(arrivals)
        with transaction.atomic():
            settle(arrivals, ground=ground)
            within(arrivals)


def reserve(arrivals: Sequence[Arrival]) -> None:
    """Commit the dossiers' rows, then make their keys and subject secrets, as lifecycle.reserve does for one."""
    dossiers = [arrival.dossier for arrival in arrivals]
    references = [dossier.reference for dossier in dossiers]
    for left_over in Dossier.objects.filter(reference__in=references, status=Dossier.Status.ARRIVING):
        lifecycle.discard(left_over)
    for dossier in dossiers:
        dossier.status = Dossier.Status.ARRIVING
    with transaction.atomic():
        copy(Dossier, dossiers)
    ids = [dossier.pk for dossier in dossiers]
    keys.create(ids)
    keys.open_many(ids)  # into the cache with one query
    for arrival in arrivals:
        arrival.dossier.facts = replace(lifecycle.fresh_facts(), circumstances=arrival.circumstances)


def store(arrivals: Sequence[Arrival], *, on_progress: Callable[[int], object] = lambda count: None) -> None:
    """Commit the rows of the reserved dossiers' documents, then seal their files, durably when it returns.

    Gives each document its size and digest. `on_progress` is told 0 after each file.
    """
    files = [file for arrival in arrivals for file in arrival.files]
    if not files:
        return
    with transaction.atomic():
        copy(Document, [document for document, _opened in files])
    for document, opened in files:
        with opened() as plain:
            stored = storage.put(plain, document.dossier_id, document.storage_key, _secret(document), durable=False)
        document.size, document.digest = stored.size, stored.digest
        on_progress(0)
    # At the end, when most of it has reached the disk by itself: waiting for each file alone takes far longer.
    storage.make_durable(document.storage_key for document, _opened in files)


def settle(arrivals: Sequence[Arrival], *, ground: str, by: User | None = None) -> None:
    """Write the rows and make the dossiers present, in the caller's transaction. Raises NotWritable."""
    if not arrivals:
        return
    _make_present(arrivals)
    documents = [file.document for arrival in arrivals for file in arrival.files]
    _update_all(STORED, ([d.pk for d in documents], [d.size for d in documents], [d.digest for d in documents]))
    for model in ROWS:
        copy(model, (row for arrival in arrivals for row in arrival.rows.get(model, ())))
    copy(SearchToken, _tokens(arrivals))
    journal.record_many(AccessEvent.Action.IMPORT, by, [a.dossier.pk for a in arrivals], ground=ground)
    dossiers_arrived.send(Dossier, arrivals=arrivals)


def copy(model: type[models.Model], rows: Iterable[Any]) -> None:
    """Insert new rows of a model by COPY, in the caller's transaction; a row has the attributes of an instance."""
    fields = [f for f in model._meta.concrete_fields if not isinstance(f, models.AutoField)]
    values = [_reader(field) for field in fields]
    quote = connection.ops.quote_name
    table, columns = quote(model._meta.db_table), ", ".join(quote(str(field.column)) for field in fields)
    with (
        transaction.atomic(savepoint=False),
        connection.cursor() as cursor,
        _door(cursor, table, columns) as door,
        cursor.copy(f"COPY {door} ({columns}) FROM STDIN") as stream,
    ):
        for row in rows:
            stream.write_row([value(row) for value in values])


@contextmanager
def _door(cursor: Any, table: str, columns: str) -> Iterator[str]:
    """Give the table to COPY into: PostgreSQL refuses one with row-level security, whose rows pass through another."""
    cursor.execute("SELECT row_security_active(%s)", [table])
    if not cursor.fetchone()[0]:
        yield table
        return
    cursor.execute(f"CREATE TEMPORARY TABLE passing ON COMMIT DROP AS SELECT {columns} FROM {table} WITH NO DATA")  # noqa: S608 - names of the schema
    yield "passing"
    cursor.execute(f"INSERT INTO {table} ({columns}) SELECT {columns} FROM passing")  # noqa: S608 - names of the schema
    cursor.execute("DROP TABLE passing")


def _reader(field: "models.Field[Any, Any]") -> Callable[[Any], Any]:
    """Return what reads the column's value from a row as psycopg takes it; a moment that is not given is now."""
    read = attrgetter(field.attname)
    if isinstance(field, SealedField):
        return partial(field.pre_save, add=True)
    if getattr(field, "auto_now_add", False):
        return lambda row: read(row) or timezone.now()
    return read


def _secret(document: Document) -> bytes:
    return bytes(document.dossier.facts.subject_secret)


def _make_present(arrivals: Sequence[Arrival]) -> None:
    """Give the reserved dossiers their status and facts; all of them must still be arriving."""
    field: Any = Dossier._meta.get_field("facts")
    for arrival in arrivals:
        arrival.dossier.status = arrival.status
    dossiers = [arrival.dossier for arrival in arrivals]
    sealed = [field.pre_save(dossier, add=False) for dossier in dossiers]
    fingerprints = [dossier.fingerprint for dossier in dossiers]
    _update_all(SETTLE, ([d.pk for d in dossiers], [str(d.status) for d in dossiers], sealed, fingerprints))


def _update_all(statement: str, columns: tuple[list[Any], ...]) -> None:
    if not columns[0]:
        return
    with connection.cursor() as cursor:
        cursor.execute(statement, list(columns))
        if cursor.rowcount != len(columns[0]):
            raise lifecycle.NotWritable(f"{cursor.rowcount} of {len(columns[0])}")


def _tokens(arrivals: Sequence[Arrival]) -> Iterator[_Token]:
    key = keys.search_key()
    for arrival in arrivals:
        for purpose, token in search.tokens(key, [party.facts for party in arrival.people]):
            yield _Token(purpose, token, arrival.dossier.pk, key.epoch)
