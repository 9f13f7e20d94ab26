"""Dossier keys (level 2 and 3): create, open, shred. `design/keys-and-destruction.md` is the specification.

An opened key stays in this process at most CACHE_SECONDS: that is how long a shredded dossier's key can live on.
"""

import hashlib
import secrets
import threading
from collections.abc import Iterable, Sequence
from uuid import UUID

from cachetools import TTLCache
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.db import transaction

from casefiles.vault.models import DossierKey, KeyEpoch
from casefiles.vault.roots import KEY_BYTES, provider

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
    fingerprint = hashlib.sha256(roots.make(1)).hexdigest()
    epoch, _ = KeyEpoch.objects.get_or_create(
        number=1,
        defaults={"state": KeyEpoch.State.CURRENT, "provider": roots.name, "fingerprint": fingerprint},
    )
    return epoch


def _aad(dossier_id: UUID, version: int) -> bytes:
    return dossier_id.bytes + b"|" + str(version).encode()


def create(dossier_ids: Iterable[UUID]) -> None:
    """Make and store a wrapped key for each dossier; one that has its key already keeps it."""
    epoch = current_epoch()
    wrapper = AESGCM(provider().open(epoch.number))
    rows = []
    for dossier_id in dossier_ids:
        nonce = secrets.token_bytes(NONCE_BYTES)
        wrapped = nonce + wrapper.encrypt(nonce, secrets.token_bytes(KEY_BYTES), _aad(dossier_id, 1))
        rows.append(
            DossierKey(dossier_id=dossier_id, epoch=epoch, first_epoch=epoch.number, version=1, wrapped=wrapped)
        )
    DossierKey.objects.bulk_create(rows, ignore_conflicts=True)


def open_many(dossier_ids: Sequence[UUID]) -> dict[UUID, bytes]:
    """Open the data keys of many dossiers with one query; a shredded one is simply absent from the answer."""
    with _cache_lock:
        found = {i: opened[DATA_KEY] for i in dossier_ids if (opened := _cache.get(i)) is not None}
    missing = [i for i in dossier_ids if i not in found]
    if not missing:
        return found
    unwrappers: dict[int, AESGCM] = {}
    for row in DossierKey.objects.filter(dossier_id__in=missing):
        if row.epoch_id not in unwrappers:
            unwrappers[row.epoch_id] = AESGCM(provider().open(row.epoch_id))
        wrapped = bytes(row.wrapped)
        found[row.dossier_id] = unwrappers[row.epoch_id].decrypt(
            wrapped[:NONCE_BYTES], wrapped[NONCE_BYTES:], _aad(row.dossier_id, row.version)
        )
    with _cache_lock:
        for dossier_id in missing:
            if dossier_id in found:
                _cache[dossier_id] = {DATA_KEY: found[dossier_id]}
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


def search_key() -> bytes:
    """Return the blind index's key: derived from the current root key, so that a rotation makes it anew."""
    root = provider().open(current_epoch().number)
    return HKDF(SHA256(), KEY_BYTES, salt=None, info=b"goed-vertrouwen/search").derive(root)


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
