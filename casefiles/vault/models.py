"""The two tables of the vault: which root keys exist, and the wrapped key of every dossier."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class KeyEpoch(models.Model):
    """One root key's life. The key itself lives in its provider, never here.

    `escrowed_at`: sealed to the recovery key; `tested_at`: a vault backup without this epoch's keys was opened
    whole, after which it may go; `evidence`: what its provider and the escrow said when it was destroyed.
    """

    class State(models.TextChoices):
        CURRENT = "current", _("in use")
        RETIRED = "retired", _("being replaced")
        DESTROYING = "destroying", _("being destroyed")
        DESTROYED = "destroyed", _("destroyed")

    number = models.PositiveIntegerField(primary_key=True)
    state = models.CharField(max_length=10, choices=State.choices)
    provider = models.CharField(max_length=20)
    fingerprint = models.CharField(max_length=64)
    made_at = models.DateTimeField(auto_now_add=True)
    escrowed_at = models.DateTimeField(null=True)
    tested_at = models.DateTimeField(null=True)
    destroyed_at = models.DateTimeField(null=True)
    evidence = models.CharField(max_length=200, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["state"], condition=models.Q(state="current"), name="vault_one_current_epoch"
            )
        ]

    def __str__(self) -> str:
        return f"epoch {self.number} ({self.state})"


class DossierKey(models.Model):
    """The data key of one dossier, wrapped under the root key of an epoch. Deleting this row shreds the dossier."""

    dossier_id = models.UUIDField(primary_key=True)
    epoch = models.ForeignKey(KeyEpoch, on_delete=models.PROTECT, related_name="keys")
    first_epoch = models.PositiveIntegerField()
    version = models.PositiveSmallIntegerField(default=1)
    wrapped = models.BinaryField()

    def __str__(self) -> str:
        return f"key of {self.dossier_id}"
