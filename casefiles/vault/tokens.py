"""Root keys in a PKCS#11 token (a hardware security module, or SoftHSM): they are made there and never leave it.

An epoch is two objects, both sensitive and not extractable: an AES-256 key that wraps the dossiers' keys (CKM_AES_GCM)
and an HMAC key for what is derived, for one key serves one purpose (NIST SP 800-57 part 1, 5.2). Their label is
`goed-vertrouwen epoch N`.
"""

import hashlib
import os
import threading
from collections.abc import Callable
from functools import cache, partial
from pathlib import Path
from typing import Any, TypeVar

import pkcs11
from cryptography.exceptions import InvalidTag
from django.conf import settings
from pkcs11 import Attribute, GCMParams, KeyType, Mechanism, MechanismFlag, ObjectClass
from pkcs11.exceptions import (
    DataInvalid,
    EncryptedDataInvalid,
    EncryptedDataLenRange,
    GeneralError,
    MultipleObjectsReturned,
    NoSuchKey,
    PKCS11Error,
    SessionClosed,
    SessionHandleInvalid,
    UserNotLoggedIn,
)

from casefiles.vault.roots import FileRootKeys, KeptKey, NeverLeaves, RootKeyMissing

WRAPPING, DERIVING = KeyType.AES, KeyType.GENERIC_SECRET
STAYS_INSIDE = {Attribute.PRIVATE: True, Attribute.SENSITIVE: True, Attribute.EXTRACTABLE: False}
# What libraries answer to a wrong tag; SoftHSM says GeneralError.
NOT_OURS = (EncryptedDataInvalid, EncryptedDataLenRange, DataInvalid, GeneralError)
LOST_SESSION = (SessionClosed, SessionHandleInvalid, UserNotLoggedIn)

Answer = TypeVar("Answer")


class TokenUnreachable(RootKeyMissing):
    """The token does not answer: library, label or PIN are wrong, or it is not plugged in."""


class Token:
    """One session with a token, opened when it is first needed and again when it was lost. Threads take turns.

    A child that was forked has no session of its parent (PKCS#11 2.40, 2.5.2) and opens its own.
    """

    def __init__(self, module: str, label: str, pin: Callable[[], str]) -> None:
        self._module, self._label, self._pin = module, label, pin
        self._turn = threading.RLock()
        self._session: Any = None
        os.register_at_fork(after_in_child=self._begin_anew)

    def _begin_anew(self) -> None:
        self._turn, self._session = threading.RLock(), None

    def ask(self, question: Callable[[Any], Answer]) -> Answer:
        """Return what `question` makes of the session. Raises TokenUnreachable; what the token refuses goes through."""
        with self._turn:
            try:
                return question(self._opened())
            except LOST_SESSION:
                self._session = None
                return question(self._opened())

    def _opened(self) -> Any:
        if self._session is None:
            try:
                library = pkcs11.lib(self._module)
                library.reinitialize()
                token = library.get_token(token_label=self._label)
                self._session = token.open(rw=True, user_pin=self._pin())
            except (PKCS11Error, OSError, RuntimeError) as error:
                raise TokenUnreachable(type(error).__name__) from None  # its words may hold the PIN
        return self._session


@cache
def token() -> Token:
    """Return this process's access to the configured token."""
    return Token(settings.PKCS11_MODULE, settings.PKCS11_TOKEN, _pin)


def _pin() -> str:
    return Path(settings.PKCS11_PIN_FILE).read_text(encoding="utf-8").strip()


class TokenKey:
    """The root key of one epoch, which works inside its token."""

    def __init__(self, place: Token, epoch: int) -> None:
        self._token, self._epoch = place, epoch

    @property
    def fingerprint(self) -> str:
        """SHA-256 of an HMAC that only this key makes; that the wrapping key is the right one, its tags prove."""
        return hashlib.sha256(self.derive(b"goed-vertrouwen/fingerprint")).hexdigest()

    def encrypt(self, nonce: bytes, data: bytes, associated_data: bytes) -> bytes:
        """Seal with AES-256-GCM, in the token."""
        how = {"mechanism": Mechanism.AES_GCM, "mechanism_param": _gcm(nonce, associated_data)}
        return self._token.ask(lambda session: bytes(_object(session, self._epoch, WRAPPING).encrypt(data, **how)))

    def decrypt(self, nonce: bytes, data: bytes, associated_data: bytes) -> bytes:
        """Open, in the token. Raises InvalidTag."""
        how = {"mechanism": Mechanism.AES_GCM, "mechanism_param": _gcm(nonce, associated_data)}
        try:
            return self._token.ask(lambda session: bytes(_object(session, self._epoch, WRAPPING).decrypt(data, **how)))
        except NOT_OURS:
            raise InvalidTag from None

    def derive(self, info: bytes) -> bytes:
        """HMAC-SHA256, in the token."""
        how = {"mechanism": Mechanism.SHA256_HMAC}
        return self._token.ask(lambda session: bytes(_object(session, self._epoch, DERIVING).sign(info, **how)))


class TokenRootKeys:
    """Every epoch's key in the token; epochs from before the token are still opened, and destroyed, as files."""

    name = "pkcs11"
    gives_out = False

    def __init__(self, place: Token, before: FileRootKeys) -> None:
        self._token, self._before = place, before

    def make(self, epoch: int) -> TokenKey | KeptKey:
        """Generate both objects inside the token; the caller sees to it that no two processes do so at once."""
        if self._before.holds(epoch):
            return self._before.open(epoch)
        self._token.ask(lambda session: _generate(session, epoch))
        return TokenKey(self._token, epoch)

    def open(self, epoch: int) -> TokenKey | KeptKey:
        """Find the objects. Raises RootKeyMissing, and TokenUnreachable when the token does not answer."""
        if self._before.holds(epoch):
            return self._before.open(epoch)
        for kind in (WRAPPING, DERIVING):
            self._token.ask(partial(_object, epoch=epoch, kind=kind))
        return TokenKey(self._token, epoch)

    def export(self, epoch: int) -> bytes:
        """Give out the key of an epoch from before the token. Raises NeverLeaves."""
        if self._before.holds(epoch):
            return self._before.export(epoch)
        raise NeverLeaves(epoch)

    def restore(self, epoch: int, key: bytes) -> None:
        """Refuse: what is lost from a token comes back from the token's own backup. Raises NeverLeaves."""
        raise NeverLeaves(epoch)

    def destroy(self, epoch: int) -> str:
        """Destroy the objects (C_DestroyObject). Whether the module's own backups still hold them, only it knows."""
        if self._before.holds(epoch):
            return self._before.destroy(epoch)
        self._token.ask(lambda session: [one.destroy() for one in _objects(session, epoch)])
        return f"token objects of epoch {epoch} destroyed"


def _gcm(nonce: bytes, associated_data: bytes) -> GCMParams:
    return GCMParams(nonce=nonce, aad=associated_data, tag_bits=128)


def _label(epoch: int) -> str:
    return f"goed-vertrouwen epoch {epoch}"


def _objects(session: Any, epoch: int) -> list[Any]:
    return list(session.get_objects({Attribute.LABEL: _label(epoch), Attribute.CLASS: ObjectClass.SECRET_KEY}))


def _object(session: Any, epoch: int, kind: KeyType) -> Any:
    try:
        return session.get_key(ObjectClass.SECRET_KEY, kind, label=_label(epoch))
    except (NoSuchKey, MultipleObjectsReturned):
        raise RootKeyMissing(epoch) from None


def _generate(session: Any, epoch: int) -> None:
    """Make what is not there; the wrapping key last, so that an interrupted making is completed by the next."""
    there = {one.key_type for one in _objects(session, epoch)}
    common = {"label": _label(epoch), "store": True, "template": STAYS_INSIDE}
    if DERIVING not in there:
        how = Mechanism.GENERIC_SECRET_KEY_GEN
        session.generate_key(DERIVING, 256, mechanism=how, capabilities=MechanismFlag.SIGN, **common)
    if WRAPPING not in there:
        use = MechanismFlag.ENCRYPT | MechanismFlag.DECRYPT
        session.generate_key(WRAPPING, 256, capabilities=use, **common)
