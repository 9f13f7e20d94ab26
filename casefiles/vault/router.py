"""Sends the vault's models to the vault's database, and everything else away from it."""

from typing import Any

from django.db.models import Model

VAULT_APP = "vault"
VAULT_DATABASES = {"vault", "sweep_vault"}


class VaultRouter:
    """Routes by app label; a relation between the two databases is refused."""

    def db_for_read(self, model: type[Model], **hints: Any) -> str | None:
        """Return `vault` for the vault's models."""
        return "vault" if model._meta.app_label == VAULT_APP else None

    db_for_write = db_for_read

    def allow_relation(self, left: Model, right: Model, **hints: Any) -> bool | None:
        """Refuse a relation across the two databases."""
        return (left._meta.app_label == VAULT_APP) == (right._meta.app_label == VAULT_APP)

    def allow_migrate(self, db: str, app_label: str, **hints: Any) -> bool:
        """The vault's tables live in the vault's database and nowhere else."""
        return (app_label == VAULT_APP) == (db in VAULT_DATABASES)
