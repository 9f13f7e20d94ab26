"""Escrow: every living root key sealed to a recovery key whose private half exists only as shares on paper.

Without it the loss of the root keys loses every dossier. One file per living epoch (0600), in a folder that is kept
where backups are not: ESCROW_DIR. The sealing is HPKE (RFC 9180); the shares are SLIP-39, k of n, in English words.
"""

import os
from collections.abc import Sequence
from pathlib import Path

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.hpke import AEAD, KDF, KEM, Suite
from django.conf import settings
from shamir_mnemonic import MnemonicError, combine_mnemonics, generate_mnemonics

from casefiles.vault.kept import forget, keep
from casefiles.vault.roots import NeverLeaves, provider

SUITE = Suite(KEM.X25519, KDF.HKDF_SHA256, AEAD.AES_256_GCM)
PUBLIC_KEY = "recovery.pub"


class AlreadyMade(Exception):
    """There is a recovery key already; a second one would leave the printed shares of the first without use."""


class SharesDoNotFit(Exception):
    """These shares are too few, mistyped, or not of this recovery key."""


class NoEscrow(Exception):
    """There is no escrow of this epoch."""


def make_recovery_key(threshold: int, count: int) -> list[str]:
    """Make the recovery key, keep its public half, put every given epoch under it later; return the shares.

    `threshold` of the `count` shares (1 < threshold <= count <= 16) open it; they are shown once and stored nowhere.
    Raises AlreadyMade.
    """
    private = X25519PrivateKey.generate()
    [shares] = generate_mnemonics(1, [(threshold, count)], private.private_bytes_raw())
    public = private.public_key().public_bytes_raw()
    if keep(_folder() / PUBLIC_KEY, lambda: public) != public:
        raise AlreadyMade
    return list(shares)


def is_ready() -> bool:
    """Tell whether there is a recovery key to seal to."""
    return (_folder() / PUBLIC_KEY).exists()


def deposit(epoch: int) -> bool:
    """Seal an epoch's root key to the recovery key, durably; return False when there is no recovery key.

    False also when the provider gives no root key out: a token's own backup is its escrow.
    """
    if not is_ready():
        return False
    public = X25519PublicKey.from_public_bytes((_folder() / PUBLIC_KEY).read_bytes())
    try:
        keep(_path(epoch), lambda: SUITE.encrypt(provider().export(epoch), public, info=_info(epoch)))
    except NeverLeaves:
        return False
    return True


def withdraw(epoch: int, shares: Sequence[str]) -> bytes:
    """Open the escrow of an epoch with the printed shares. Raises SharesDoNotFit, NoEscrow."""
    try:
        private = X25519PrivateKey.from_private_bytes(combine_mnemonics(shares))
        return SUITE.decrypt(_path(epoch).read_bytes(), private, info=_info(epoch))
    except (MnemonicError, InvalidTag, ValueError):
        raise SharesDoNotFit from None
    except FileNotFoundError:
        raise NoEscrow(epoch) from None


def destroy(epoch: int) -> str:
    """Destroy the escrow of an epoch and return the evidence, "" when there is none. Safe to repeat."""
    return f"escrow of epoch {epoch} overwritten and unlinked" if forget(_path(epoch)) else ""


def holds(epoch: int) -> bool:
    """Tell whether an epoch's root key lies in escrow."""
    return _path(epoch).exists()


def _folder() -> Path:
    return Path(os.fspath(settings.ESCROW_DIR))


def _path(epoch: int) -> Path:
    return _folder() / f"epoch-{epoch}.escrow"


def _info(epoch: int) -> bytes:
    return f"goed-vertrouwen/escrow|{epoch}".encode()
