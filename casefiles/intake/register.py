"""The register of destroyed references: written when a dossier's rows go, asked by every import.

It stands in the database, and once more beside its secret, which is in no backup: a restored database knows nothing of
a dossier that came in and was destroyed after its backup, and its package would bring it back.
"""

import fcntl
import hmac
import os
import secrets
from collections.abc import Collection, Iterable
from pathlib import Path

from django.conf import settings

from casefiles.models import DestroyedReference, Dossier
from casefiles.vault.kept import keep

OUTSIDE = "register.destroyed"  # in KEYS_DIR: a digest (hex) a line


def digest(source: str, reference: str) -> bytes:
    """Return HMAC(register secret, source | reference): what the register keeps of a reference.

    The secret is of no epoch: a rotation leaves it, so that what was destroyed before one stays known.
    """
    secret = keep(settings.KEYS_DIR / "register.key", lambda: secrets.token_bytes(32))
    return hmac.digest(secret, f"{source}|{reference}".encode(), "sha256")


def remember(dossiers: Iterable[Dossier]) -> None:
    """Put the dossiers in the register, in the caller's transaction and outside of it; safe to repeat."""
    digests = [digest(d.source, d.reference) for d in dossiers]
    rows = [DestroyedReference(digest=one) for one in digests]
    DestroyedReference.objects.bulk_create(rows, ignore_conflicts=True)
    if not _outside().exists():  # an installation of before has them in the database alone
        digests = list(map(bytes, DestroyedReference.objects.values_list("digest", flat=True)))
    _note(digests)


def holds(source: str, reference: str) -> bool:
    """Tell whether this reference from this source was destroyed here."""
    return bool(held(source, [reference]))


def held(source: str, references: Iterable[str]) -> set[str]:
    """Return those of the references from this source that were destroyed here.

    An empty register needs no secret: a dry run on a fresh machine makes none.
    """
    register, outside = DestroyedReference.objects.all(), _noted()
    if not outside and not register.exists():
        return set()
    digests = {digest(source, reference): reference for reference in references}
    found = set(map(bytes, register.filter(digest__in=list(digests)).values_list("digest", flat=True)))
    return {reference for one, reference in digests.items() if one in found or one.hex().encode() in outside}


def _outside() -> Path:
    return Path(os.fspath(settings.KEYS_DIR)) / OUTSIDE


def _noted() -> frozenset[bytes]:
    try:
        return frozenset(_outside().read_bytes().split())
    except FileNotFoundError:
        return frozenset()


def _note(digests: Collection[bytes]) -> None:
    """Add lines durably. One that a crash cut off stays a line of its own, and is no digest of anything."""
    handle = os.open(_outside(), os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    with os.fdopen(handle, "ab") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        file.write(b"".join(b"\n" + one.hex().encode() for one in digests) + b"\n")
        file.flush()
        os.fsync(file.fileno())
