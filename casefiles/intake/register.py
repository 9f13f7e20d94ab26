"""The register of destroyed references: written when a dossier's rows go, asked by every import."""

import hmac
import secrets
from collections.abc import Iterable

from django.conf import settings

from casefiles.models import DestroyedReference, Dossier
from casefiles.vault.kept import keep


def digest(source: str, reference: str) -> bytes:
    """Return HMAC(register secret, source | reference): what the register keeps of a reference."""
    secret = keep(settings.KEYS_DIR / "register.key", lambda: secrets.token_bytes(32))
    return hmac.digest(secret, f"{source}|{reference}".encode(), "sha256")


def remember(dossiers: Iterable[Dossier]) -> None:
    """Put the dossiers in the register, in the caller's transaction; safe to repeat."""
    DestroyedReference.objects.bulk_create(
        (DestroyedReference(digest=digest(d.source, d.reference)) for d in dossiers), ignore_conflicts=True
    )


def holds(source: str, reference: str) -> bool:
    """Tell whether this reference from this source was destroyed here."""
    return bool(held(source, [reference]))


def held(source: str, references: Iterable[str]) -> set[str]:
    """Return those of the references from this source that were destroyed here.

    An empty register needs no secret: a dry run on a fresh machine makes none.
    """
    register = DestroyedReference.objects.all()
    if not register.exists():
        return set()
    digests = {digest(source, reference): reference for reference in references}
    found = register.filter(digest__in=list(digests)).values_list("digest", flat=True)
    return {digests[bytes(digest)] for digest in found}
