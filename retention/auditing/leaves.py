"""Reading every leaf twice: from the mirror's files and, as hashes, from the database."""

from collections.abc import Callable, Iterator

import msgspec
from django.db import connection

from retention.auditing.findings import Findings
from retention.ledger.copy import LogCopy
from retention.ledger.encoding import HASH_SIZE
from retention.ledger.errors import MalformedError
from retention.ledger.tiles import WIDTH
from retention.ledger.tree import leaf_hash
from retention.models import LedgerLeaf

AT_ONCE = 32 * WIDTH
_HASHES = (
    "SELECT coalesce(string_agg(sha256('\\x00'::bytea || body), ''::bytea ORDER BY index), ''::bytea) "
    "FROM retention_ledgerleaf WHERE index >= %s AND index < %s"
)


class Stated(msgspec.Struct):
    """What an audit asks of a leaf."""

    type: str = ""
    tombstone: str = ""


_decoder = msgspec.json.Decoder(Stated)
Reader = Callable[[int, list[Stated]], None]


def read(size: int, mirror: LogCopy | None, findings: Findings, told: Reader) -> bytes:
    """Compare the first `size` leaves in both places; return their hashes as the database has them.

    `told` gets what the leaves state, piece by piece with the index of the first: from the mirror as far as it goes.
    """
    hashes = []
    for start in range(0, size, AT_ONCE):
        stop = min(start + AT_ONCE, size)
        stored = _stored(start, stop)
        bodies = list(_bodies(start, stop, mirror, findings))
        _compare(start, stored, b"".join(map(leaf_hash, bodies)), findings)
        if len(stored) != (stop - start) * HASH_SIZE:
            findings.add("leaf_missing", start)
        hashes.append(stored)
        told(start, [_decoder.decode(body) if body else Stated() for body in bodies])
    return b"".join(hashes)


def _stored(start: int, stop: int) -> bytes:
    with connection.cursor() as cursor:
        cursor.execute(_HASHES, [start, stop])
        (hashes,) = cursor.fetchone()
    return bytes(hashes)


def _bodies(start: int, stop: int, mirror: LogCopy | None, findings: Findings) -> Iterator[bytes]:
    """Yield the leaves, of the mirror where it has them, and of the database for the rest."""
    mirrored = mirror.head.size if mirror else 0
    for first in range(start, stop, WIDTH):
        last = min(first + WIDTH, stop)
        if mirror and first < mirrored:
            try:
                from_mirror = mirror.entries(first // WIDTH)[: last - first]
            except MalformedError:
                findings.add("entries_unreadable", first)
            else:
                yield from from_mirror
                first += len(from_mirror)  # noqa: PLW2901 - the database gives what lies beyond the mirror's last entry
        if first < last:
            rows = LedgerLeaf.objects.filter(index__gte=first, index__lt=last).order_by("index")
            yield from (bytes(body) for body in rows.values_list("body", flat=True))


def _compare(start: int, stored: bytes, seen: bytes, findings: Findings) -> None:
    if stored == seen:
        return
    for at in range(0, max(len(stored), len(seen)), HASH_SIZE):
        if stored[at : at + HASH_SIZE] != seen[at : at + HASH_SIZE]:
            findings.add("leaf_differs", start + at // HASH_SIZE)
