"""Key epochs (level 1): begin the next, move the living keys to it, prove them, destroy what is behind.

A deleted key row survives in backups of the vault, wrapped under its epoch's root key. When that root key is gone,
no backup from before the rotation opens anything that was destroyed (`design/keys-and-destruction.md`). Each step
is durable before the next begins and may be repeated; casefiles/rotation.py walks them.
"""

from collections.abc import Iterator
from typing import Any
from uuid import UUID

from cryptography.exceptions import InvalidTag
from django.db import connections, transaction
from django.utils import timezone

from casefiles.vault import escrow, keys
from casefiles.vault.models import DossierKey, KeyEpoch
from casefiles.vault.roots import RootKey, provider

BATCH = 10_000

State = KeyEpoch.State

OLD = """
    SELECT dossier_id, epoch_id, version, wrapped FROM vault_dossierkey
    WHERE epoch_id < %s AND dossier_id > %s ORDER BY dossier_id LIMIT %s FOR UPDATE
"""
REWRAPPED = """
    UPDATE vault_dossierkey AS key SET epoch_id = %s, wrapped = new.wrapped
    FROM unnest(%s::uuid[], %s::bytea[]) AS new (dossier_id, wrapped) WHERE key.dossier_id = new.dossier_id
"""
STORED = """
    SELECT dossier_id, epoch_id, version, wrapped FROM vault_dossierkey
    WHERE dossier_id > %s ORDER BY dossier_id LIMIT %s
"""


class KeyDoesNotOpen(Exception):
    """A living dossier's key does not open: no root key is destroyed until a person has found out why."""


class StillNeeded(Exception):
    """This epoch is the current one, or keys are still wrapped under it: it may not be destroyed."""


def begin() -> KeyEpoch:
    """Make the next root key, put it in escrow, and let new keys be wrapped under it; return the epoch now current.

    One rotation at a time: while an older epoch still lives, that rotation goes on and no further one begins.
    """
    current = keys.current_epoch()
    if behind():
        return current
    number = current.number + 1
    with transaction.atomic(using="vault"):
        keys.one_maker()
        fingerprint = provider().make(number).fingerprint
    escrowed_at = timezone.now() if escrow.deposit(number) else None
    with transaction.atomic(using="vault"):
        if not KeyEpoch.objects.filter(pk=current.pk, state=State.CURRENT).update(state=State.RETIRED):
            return keys.current_epoch()  # another process was first
        return KeyEpoch.objects.create(
            number=number,
            state=State.CURRENT,
            provider=provider().name,
            fingerprint=fingerprint,
            escrowed_at=escrowed_at,
        )


def behind() -> list[KeyEpoch]:
    """Return the epochs that are replaced and not destroyed yet, oldest first."""
    return list(KeyEpoch.objects.filter(state__in=(State.RETIRED, State.DESTROYING)).order_by("number"))


def living() -> list[KeyEpoch]:
    """Return the epochs whose root key should be with its provider, oldest first."""
    return list(KeyEpoch.objects.exclude(state=State.DESTROYED).order_by("number"))


def rewrap() -> Iterator[int]:
    """Wrap every key of an older epoch under the current one; yield how many after each durable batch."""
    epoch = keys.current_epoch()
    last = UUID(int=0)
    while batch := _rewrap_batch(epoch.number, last):
        last = batch[-1]
        yield len(batch)


def _rewrap_batch(number: int, after: UUID) -> list[UUID]:
    wrappers = _Wrappers()
    new = wrappers[number]
    with transaction.atomic(using="vault"), connections["vault"].cursor() as cursor:
        cursor.execute(OLD, [number, after, BATCH])
        rows = [
            (dossier_id, keys.wrap(new, dossier_id, version, wrappers.open(dossier_id, epoch, version, wrapped)))
            for dossier_id, epoch, version, wrapped in cursor.fetchall()
        ]
        if rows:
            cursor.execute(REWRAPPED, [number, [row[0] for row in rows], [row[1] for row in rows]])
    return [dossier_id for dossier_id, _ in rows]


def open_all() -> Iterator[int]:
    """Open every wrapped key once; yield how many after each batch. Raises KeyDoesNotOpen with the dossier's id."""
    wrappers = _Wrappers()
    last = UUID(int=0)
    with connections["vault"].cursor() as cursor:
        while rows := _page(cursor, last):
            for row in rows:
                wrappers.open(*row)
            last = rows[-1][0]
            yield len(rows)


def _page(cursor: Any, after: UUID) -> list[tuple[UUID, int, int, bytes]]:
    cursor.execute(STORED, [after, BATCH])
    rows: list[tuple[UUID, int, int, bytes]] = cursor.fetchall()
    return rows


class _Wrappers(dict[int, RootKey]):
    """The ciphers of the epochs, each opened once and, where it is `recorded`, compared with its fingerprint."""

    def __init__(self, *, recorded: bool = True) -> None:
        super().__init__()
        self.recorded = recorded

    def __missing__(self, number: int) -> RootKey:
        root = provider().open(number)
        if self.recorded and root.fingerprint != KeyEpoch.objects.get(pk=number).fingerprint:
            raise KeyDoesNotOpen(f"epoch {number}")
        self[number] = root
        return root

    def open(self, dossier_id: UUID, epoch: int, version: int, wrapped: bytes) -> bytes:
        """Open one wrapped key. Raises KeyDoesNotOpen."""
        try:
            return keys.unwrap(self[epoch], dossier_id, version, bytes(wrapped))
        except InvalidTag:
            raise KeyDoesNotOpen(str(dossier_id)) from None


def open_rows(rows: Iterator[tuple[UUID, int, int, bytes]], *, recorded: bool = True) -> int:
    """Open every wrapped key of a backup with the root keys of today; return how many. Raises KeyDoesNotOpen.

    `recorded` False: the vault is empty, and knows no fingerprint of a root key; a false one opens nothing anyway.
    """
    wrappers = _Wrappers(recorded=recorded)
    count = 0
    for row in rows:
        wrappers.open(*row)
        count += 1
    return count


def destroy(number: int) -> str:
    """Destroy an epoch's root key and its escrow, on record; return the evidence. Safe to repeat.

    Raises StillNeeded while it is the current epoch, or one key is wrapped under it.
    """
    with transaction.atomic(using="vault"):
        epoch = KeyEpoch.objects.select_for_update().get(pk=number)
        if epoch.state == State.DESTROYED:
            return epoch.evidence
        if epoch.state == State.CURRENT or DossierKey.objects.filter(epoch=epoch).exists():
            raise StillNeeded(str(number))
        KeyEpoch.objects.filter(pk=number).update(state=State.DESTROYING)
    evidence = "; ".join(filter(None, [provider().destroy(number), escrow.destroy(number)]))
    ended = {"state": State.DESTROYED, "destroyed_at": timezone.now(), "evidence": evidence}
    KeyEpoch.objects.filter(pk=number, state=State.DESTROYING).update(**ended)
    return evidence
