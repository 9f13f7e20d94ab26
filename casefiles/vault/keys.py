"""Dossier keys (level 2 and 3): create, open, shred. `design/keys-and-destruction.md` is the specification.

An opened key stays in this process at most CACHE_SECONDS: that is how long a shredded dossier's key can live on.
"""

import secrets
import threading
from collections.abc import Iterable, Sequence
from typing import NamedTuple
from uuid import UUID

from cachetools import TTLCache
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.db import connections, transaction

from casefiles.vault.models import DossierKey, KeyEpoch
from casefiles.vault.roots import KEY_BYTES, RootKey, RootKeyMissing, provider

CACHE_SECONDS = 60
CACHE_KEYS = 4096
NONCE_BYTES = 12
DATA_KEY = "data key"

# Of each dossier its data key and what was derived from it, by use: they leave the memory together.
_cache: TTLCache[UUID, dict[str, bytes]] = TTLCache(maxsize=CACHE_KEYS, ttl=CACHE_SECONDS)
_cache_lock = threading.Lock()


class KeyShredded(Exception):
    """There is no key for this dossier: it was destroyed, or never made. What was sealed under it stays closed."""


def current_epoch() -> KeyEpoch:
    """Return the current epoch, making epoch 1 with its root key on a new installation."""
    epoch = KeyEpoch.objects.filter(state=KeyEpoch.State.CURRENT).first()
    if epoch is not None:
        return epoch
    roots = provider()
    with transaction.atomic(using="vault"):
        one_maker()
        defaults = {"state": KeyEpoch.State.CURRENT, "provider": roots.name, "fingerprint": roots.make(1).fingerprint}
        epoch, _ = KeyEpoch.objects.get_or_create(number=1, defaults=defaults)
    return epoch


def one_maker() -> None:
    """Let no two processes make a root key at once, until the transaction on the vault ends: a token cannot refuse."""
    with connections["vault"].cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext('casefiles.vault.roots'))")


def _epoch_to_wrap_under() -> KeyEpoch:
    """Return the current epoch, held current until the caller's transaction ends: a rotation waits for it.

    Without that a key could be wrapped under an epoch that a rotation already believes empty, and dies with it.
    """
    while True:
        current_epoch()  # makes the first
        held = KeyEpoch.objects.raw("SELECT * FROM vault_keyepoch WHERE state = %s FOR SHARE", [KeyEpoch.State.CURRENT])
        if found := list(held):
            return found[0]


def wrap(wrapper: RootKey, dossier_id: UUID, version: int, data_key: bytes) -> bytes:
    """Wrap a data key under an epoch's root key, bound to its dossier and version."""
    nonce = secrets.token_bytes(NONCE_BYTES)
    return nonce + wrapper.encrypt(nonce, data_key, _aad(dossier_id, version))


def unwrap(wrapper: RootKey, dossier_id: UUID, version: int, wrapped: bytes) -> bytes:
    """Open a wrapped data key. Raises InvalidTag when it is another dossier's, another epoch's, or damaged."""
    return wrapper.decrypt(wrapped[:NONCE_BYTES], wrapped[NONCE_BYTES:], _aad(dossier_id, version))


def _aad(dossier_id: UUID, version: int) -> bytes:
    return dossier_id.bytes + b"|" + str(version).encode()


def create(dossier_ids: Iterable[UUID]) -> None:
    """Make and store a wrapped key for each dossier; one that has its key already keeps it."""
    with transaction.atomic(using="vault"):
        epoch = _epoch_to_wrap_under()
        wrapper = provider().open(epoch.number)
        rows = [
            DossierKey(
                dossier_id=dossier_id,
                epoch=epoch,
                first_epoch=epoch.number,
                version=1,
                wrapped=wrap(wrapper, dossier_id, 1, secrets.token_bytes(KEY_BYTES)),
            )
            for dossier_id in dossier_ids
        ]
        DossierKey.objects.bulk_create(rows, ignore_conflicts=True)


def open_many(dossier_ids: Sequence[UUID]) -> dict[UUID, bytes]:
    """Open the data keys of many dossiers with one query; a shredded one is simply absent from the answer."""
    with _cache_lock:
        found = {i: opened[DATA_KEY] for i in dossier_ids if (opened := _cache.get(i)) is not None}
    missing = [i for i in dossier_ids if i not in found]
    if not missing:
        return found
    try:
        found |= _open_stored(missing)
    except RootKeyMissing:  # between reading the rows and the root key, a rotation may have destroyed its epoch
        found |= _open_stored(missing)
    with _cache_lock:
        for dossier_id in missing:
            if dossier_id in found:
                _cache[dossier_id] = {DATA_KEY: found[dossier_id]}
    return found


def _open_stored(dossier_ids: Sequence[UUID]) -> dict[UUID, bytes]:
    unwrappers: dict[int, RootKey] = {}
    found = {}
    for row in DossierKey.objects.filter(dossier_id__in=dossier_ids):
        if row.epoch_id not in unwrappers:
            unwrappers[row.epoch_id] = provider().open(row.epoch_id)
        found[row.dossier_id] = unwrap(unwrappers[row.epoch_id], row.dossier_id, row.version, bytes(row.wrapped))
    return found


def derive(dossier_id: UUID, use: str) -> bytes:
    """Return the 32-byte key of a dossier for one use (`fields`, `files`, `fingerprint`). Raises KeyShredded."""
    with _cache_lock:
        derived = _cache.get(dossier_id, {}).get(use)
    if derived is not None:
        return derived
    data_key = open_many([dossier_id]).get(dossier_id)
    if data_key is None:
        raise KeyShredded(dossier_id)
    derived = HKDF(SHA256(), KEY_BYTES, salt=None, info=f"goed-vertrouwen/{use}".encode()).derive(data_key)
    with _cache_lock:
        if (opened := _cache.get(dossier_id)) is not None:
            opened[use] = derived
    return derived


class SearchKey(NamedTuple):
    """The blind index's key of one epoch."""

    epoch: int
    key: bytes


def search_key() -> SearchKey:
    """Return the blind index's key: derived from the current root key, so that a rotation makes it anew."""
    return _search_key(current_epoch().number)


def search_keys() -> list[SearchKey]:
    """Return the keys that tokens may have been made with: one, and while a rotation is under way the one before."""
    current = current_epoch().number
    older = KeyEpoch.objects.filter(state=KeyEpoch.State.RETIRED).values_list("number", flat=True)
    return [_search_key(number) for number in (current, *older)]


def _search_key(epoch: int) -> SearchKey:
    return SearchKey(epoch, provider().open(epoch).derive(b"goed-vertrouwen/search"))


def shred(dossier_ids: Sequence[UUID]) -> int:
    """Delete the wrapped keys, durably; return how many there were. Safe to repeat."""
    with transaction.atomic(using="vault"):
        count, _ = DossierKey.objects.filter(dossier_id__in=dossier_ids).delete()
    evict(dossier_ids)
    return count


def remaining(dossier_ids: Sequence[UUID], using: str = "vault") -> set[UUID]:
    """Return those of the dossiers whose key is still in the vault, read with the login `using`."""
    rows = DossierKey.objects.using(using).filter(dossier_id__in=dossier_ids)
    return set(rows.values_list("dossier_id", flat=True))


def evict(dossier_ids: Iterable[UUID]) -> None:
    """Drop the opened keys of these dossiers from this process."""
    with _cache_lock:
        for dossier_id in dossier_ids:
            _cache.pop(dossier_id, None)


def forget() -> None:
    """Drop every opened key from this process."""
    with _cache_lock:
        _cache.clear()


def cached(dossier_ids: Iterable[UUID]) -> set[UUID]:
    """Return those of the dossiers whose opened key is still in this process's memory."""
    with _cache_lock:
        return {dossier_id for dossier_id in dossier_ids if dossier_id in _cache}
