"""Bringing many whole dossiers in at once: the steps and the order of lifecycle.open_dossier, by COPY.

For generators (the demonstration, the bench), whose rows are sound by construction. Rows, keys, files, and then one
transaction that makes the dossiers present: what a killed run left is discarded by the next one that brings the
same references.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from io import BytesIO
from typing import Any

from django.contrib.auth.models import Permission
from django.db import connection, models, transaction

from casefiles import journal, lifecycle, search, storage
from casefiles.models import (
    AccessEvent,
    Authority,
    Document,
    Dossier,
    DossierGroupGrant,
    DossierUserGrant,
    Entry,
    Party,
    SearchToken,
)
from casefiles.vault import keys

# Parents before the rows that point to them. A document among the rows comes without its file, for the bench.
ROWS: tuple[type[models.Model], ...] = (Party, Authority, Entry, Document, DossierUserGrant, DossierGroupGrant)

SETTLE = """
    UPDATE casefiles_dossier AS dossier SET status = new.status, facts = new.facts
    FROM unnest(%s::uuid[], %s::text[], %s::bytea[]) AS new (id, status, facts)
    WHERE dossier.id = new.id AND dossier.status = 'arriving'
"""
STORED = """
    UPDATE casefiles_document AS document SET stored = true, size = new.size, digest = new.digest
    FROM unnest(%s::uuid[], %s::bigint[], %s::bytea[]) AS new (id, size, digest)
    WHERE document.id = new.id AND NOT document.stored
"""


@dataclass(frozen=True, slots=True, repr=False)
class Arrival:
    """A new dossier (not saved) with the status that it gets, its rows of the types in ROWS, and its files."""

    dossier: Dossier
    status: Dossier.Status
    rows: Sequence[models.Model]
    files: Sequence[tuple[Document, bytes]] = ()

    @property
    def people(self) -> list[Party]:
        """The people among its rows."""
        return [row for row in self.rows if isinstance(row, Party)]


def bring_in(arrivals: Sequence[Arrival], *, ground: str, within: Callable[[Sequence[Arrival]], None]) -> None:
    """Bring the dossiers in, all or none, logged as imported by the system on `ground` (a code).

    `within` is called in the transaction that makes them present: retention starts their clocks there. At most
    1,000 at a time, so that their keys fit the cache. Raises NotWritable when one was taken away meanwhile.
    """
    if not arrivals:
        return
    _reserve([arrival.dossier for arrival in arrivals])
    files = [file for arrival in arrivals for file in arrival.files]
    copy(document for document, _content in files)
    stored = [storage.put(BytesIO(content), d.dossier_id, d.storage_key, _secret(d)) for d, content in files]
    with transaction.atomic():
        _settle(arrivals)
        if files:
            columns = [d.pk for d, _ in files], [s.size for s in stored], [s.digest for s in stored]
            _update_all(STORED, columns)
        for model in ROWS:
            copy(row for arrival in arrivals for row in arrival.rows if isinstance(row, model))
        copy(_tokens(arrivals))
        journal.record_many(AccessEvent.Action.IMPORT, None, [a.dossier.pk for a in arrivals], ground=ground)
        within(arrivals)


def copy(rows: Iterable[models.Model]) -> int:
    """Insert unsaved rows of one model by COPY, in the caller's transaction; return how many."""
    waiting = iter(rows)
    first = next(waiting, None)
    if first is None:
        return 0
    fields = [f for f in first._meta.concrete_fields if not isinstance(f, models.AutoField)]
    columns = ", ".join(connection.ops.quote_name(field.column) for field in fields)
    count = 0
    with (
        connection.cursor() as cursor,
        cursor.copy(f"COPY {connection.ops.quote_name(first._meta.db_table)} ({columns}) FROM STDIN") as stream,
    ):
        for row in _chained(first, waiting):
            stream.write_row([f.get_db_prep_save(f.pre_save(row, add=True), connection) for f in fields])
            count += 1
    return count


def _chained(first: models.Model, rest: Iterable[models.Model]) -> Iterable[models.Model]:
    yield first
    yield from rest


def permission(codename: str) -> Permission:
    """Return the permission of an ability on dossiers, for a grant among an arrival's rows."""
    return Permission.objects.get(codename=codename, content_type__app_label="casefiles")


def _reserve(dossiers: list[Dossier]) -> None:
    """Commit the rows, then make the keys and the subject secrets, as lifecycle.reserve does for one."""
    references = [dossier.reference for dossier in dossiers]
    for left_over in Dossier.objects.filter(reference__in=references, status=Dossier.Status.ARRIVING):
        lifecycle.discard(left_over)
    for dossier in dossiers:
        dossier.status = Dossier.Status.ARRIVING
        dossier.__dict__["facts"] = None
    with transaction.atomic():
        copy(dossiers)
    ids = [dossier.pk for dossier in dossiers]
    keys.create(ids)
    keys.open_many(ids)  # into the cache with one query
    for dossier in dossiers:
        dossier.facts = lifecycle.fresh_facts()


def _secret(document: Document) -> bytes:
    return bytes(document.dossier.facts.subject_secret)


def _settle(arrivals: Sequence[Arrival]) -> None:
    """Give the reserved dossiers their status and facts; all of them must still be arriving."""
    field: Any = Dossier._meta.get_field("facts")
    for arrival in arrivals:
        arrival.dossier.status = arrival.status
    dossiers = [arrival.dossier for arrival in arrivals]
    sealed = [field.pre_save(dossier, add=False) for dossier in dossiers]
    _update_all(SETTLE, ([d.pk for d in dossiers], [str(d.status) for d in dossiers], sealed))


def _update_all(statement: str, columns: tuple[list[Any], ...]) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement, list(columns))
        if cursor.rowcount != len(columns[0]):
            raise lifecycle.NotWritable(f"{cursor.rowcount} of {len(columns[0])}")


def _tokens(arrivals: Sequence[Arrival]) -> Iterable[SearchToken]:
    key = keys.search_key()
    for arrival in arrivals:
        values = {value for party in arrival.people for value in search._values(party.facts)}
        for purpose, words in values:
            yield SearchToken(purpose=purpose, token=search.token(key, purpose, *words), dossier_id=arrival.dossier.pk)
