"""SealedField: all that identifies or describes a person, as one authenticated blob per row.

Blob = version ‖ nonce ‖ AES-256-GCM ciphertext of the dataclass as JSON; the associated data is
table | row | dossier | version, so that a blob copied to another row, table or dossier does not open.
"""

import secrets
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Generic, Self, TypeVar, cast
from uuid import UUID

import msgspec
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.db import models

from casefiles.vault.keys import NONCE_BYTES, derive

VERSION = b"\x01"
Facts = TypeVar("Facts")


def _aad(table: str, row: UUID, dossier_id: UUID, version: bytes) -> bytes:
    return b"|".join((table.encode(), row.bytes, dossier_id.bytes, version))


def seal(facts: object, table: str, row: UUID, dossier_id: UUID) -> bytes:
    """Seal a dataclass for one row of one dossier. Raises KeyShredded."""
    nonce = secrets.token_bytes(NONCE_BYTES)
    cipher = AESGCM(derive(dossier_id, "fields"))
    return VERSION + nonce + cipher.encrypt(nonce, msgspec.json.encode(facts), _aad(table, row, dossier_id, VERSION))


def unseal(blob: bytes, shape: type[Facts], table: str, row: UUID, dossier_id: UUID) -> Facts:
    """Open a blob as the dataclass `shape`. Raises KeyShredded, InvalidTag (moved or altered), ValidationError."""
    cipher = AESGCM(derive(dossier_id, "fields"))
    version, nonce, sealed = blob[:1], blob[1 : 1 + NONCE_BYTES], blob[1 + NONCE_BYTES :]
    return msgspec.json.decode(cipher.decrypt(nonce, sealed, _aad(table, row, dossier_id, version)), type=shape)


class _Opening(Generic[Facts]):
    """The attribute of an instance: holds the blob from the database, opens it when it is first read."""

    def __init__(self, field: "SealedField[Facts]") -> None:
        self.field = field

    def __get__(self, instance: models.Model | None, owner: type[models.Model]) -> Any:
        if instance is None:
            return self
        if self.field.attname not in instance.__dict__:
            instance.refresh_from_db(fields=[self.field.attname])
        value = instance.__dict__[self.field.attname]
        if isinstance(value, bytes | memoryview):
            table, row, dossier_id = self.field.place(instance)
            value = unseal(bytes(value), self.field.shape, table, row, dossier_id)
            instance.__dict__[self.field.attname] = value
        return value

    def __set__(self, instance: models.Model, value: object) -> None:
        instance.__dict__[self.field.attname] = value


if TYPE_CHECKING:  # what is assigned and read is the dataclass

    class _Sealed(models.BinaryField[Facts, Facts]): ...

else:  # at run time Django's fields are not generic

    class _Sealed(models.BinaryField, Generic[Facts]): ...


class SealedField(_Sealed[Facts]):
    """A column that takes and gives the typed dataclass `shape` and stores only its sealed form.

    The row's primary key must be known before it is saved (UUID keys), for it is part of the seal.
    """

    def __init__(self, shape: type[Facts], **options: Any) -> None:
        self.shape = shape
        super().__init__(**options)

    def deconstruct(self) -> tuple[str, str, list[Any], dict[str, Any]]:
        """In migrations a sealed field is bytes: the shape belongs to the code, not to the table."""
        name, _, _, options = super().deconstruct()
        return name, "django.db.models.BinaryField", [], options

    def clone(self) -> Self:
        """Copy itself with its shape, which deconstruct() leaves out."""
        make: Callable[..., Self] = type(self)
        return make(self.shape, **self.deconstruct()[3])

    def contribute_to_class(self, cls: type[models.Model], name: str, private_only: bool = False) -> None:
        """Put the opening attribute in the place of the plain one."""
        super().contribute_to_class(cls, name, private_only)
        setattr(cls, self.attname, _Opening(self))

    def place(self, instance: models.Model) -> tuple[str, UUID, UUID]:
        """Return what the seal is bound to: table, row and dossier (a dossier's own facts are bound to itself)."""
        dossier_id = getattr(instance, "dossier_id", instance.pk)
        return self.model._meta.db_table, cast(UUID, instance.pk), cast(UUID, dossier_id)

    def pre_save(self, model_instance: models.Model, add: bool) -> Any:
        """Seal the dataclass; a blob that was never opened goes back as it came."""
        value = model_instance.__dict__[self.attname]
        if value is None or isinstance(value, bytes | memoryview):
            return value
        table, row, dossier_id = self.place(model_instance)
        return seal(value, table, row, dossier_id)
