"""Registers the vault."""

from django.apps import AppConfig


class VaultConfig(AppConfig):
    """The key vault."""

    name = "casefiles.vault"
    label = "vault"
