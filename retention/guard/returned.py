"""What came back: everything that is still, or again, here of a dossier that the log says was destroyed.

All three stores are asked: rows, vault and stored files. A dossier of which the log has an intent alone was not
destroyed: two people decide about it, and nothing is done by itself.
"""

from dataclasses import dataclass, field
from uuid import UUID

from django.db import connections

from casefiles import storage
from retention.receipts.facts import tombstone

ENDS = ("destroyed", "transferred", "redestroyed")

_DESTROYED = """
    SELECT DISTINCT decode(stated.body ->> 'tombstone', 'hex')
    FROM (SELECT convert_from(body, 'UTF8')::jsonb AS body FROM retention_ledgerleaf) stated
    WHERE stated.body ->> 'type' = ANY(%s)
"""
_ROWS = "SELECT id FROM casefiles_dossier WHERE sha256('tomb/v1'::bytea || uuid_send(id)) = ANY(%s)"
_KEYS = "SELECT dossier_id FROM vault_dossierkey WHERE sha256('tomb/v1'::bytea || uuid_send(dossier_id)) = ANY(%s)"


@dataclass(frozen=True, slots=True)
class Returned:
    """The dossiers of which rows, keys or files are here although the log says that they were destroyed."""

    rows: set[UUID] = field(default_factory=set)
    keys: set[UUID] = field(default_factory=set)
    files: set[UUID] = field(default_factory=set)

    @property
    def all(self) -> list[UUID]:
        """Each of them once, in a fixed order."""
        return sorted(self.rows | self.keys | self.files)


def destroyed() -> set[bytes]:
    """Return the tombstones (32 bytes) of everything that the log says was destroyed."""
    with connections["default"].cursor() as cursor:
        cursor.execute(_DESTROYED, [list(ENDS)])
        return {bytes(found) for (found,) in cursor.fetchall()}


def find() -> Returned:
    """Compare the three stores with the log, a set against a set."""
    gone = destroyed()
    if not gone:
        return Returned()
    files = {dossier_id for dossier_id in storage.dossiers() if tombstone(dossier_id) in gone}
    return Returned(_found("default", _ROWS, gone), _found("vault", _KEYS, gone), files)


def _found(store: str, statement: str, gone: set[bytes]) -> set[UUID]:
    with connections[store].cursor() as cursor:
        cursor.execute(statement, [list(gone)])
        return {dossier_id for (dossier_id,) in cursor.fetchall()}
