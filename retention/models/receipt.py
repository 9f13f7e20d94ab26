"""Receipts: what the organisation states in its log about one dossier. See design/receipts.md."""

from uuid import uuid4

from django.db import models
from django.utils.translation import gettext_lazy as _

from retention.models.ledger import LedgerLeaf


class Receipt(models.Model):
    """One leaf of the log, found by dossier. `opening` is what opens its commitments; it never leaves the house.

    `annex` are the keyed digests (hex) of the documents that a `destroyed` leaf counts under its Merkle root: null
    where they were not kept. They go into the bundle, for who has the slip and a copy.
    """

    class Type(models.TextChoices):
        INTENT = "intent", _("intent")
        DESTROYED = "destroyed", _("destroyed")
        FINAL = "final", _("final")
        TRANSFERRED = "transferred", _("transferred")
        REDESTROYED = "redestroyed", _("destroyed again")

    # What a dossier's end is stated by: one of these, once. Our copy is destroyed at every one of them.
    ENDINGS = (Type.DESTROYED, Type.TRANSFERRED)

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    type = models.CharField(max_length=12, choices=Type.choices)
    dossier_id = models.UUIDField()
    leaf = models.OneToOneField(LedgerLeaf, models.PROTECT, related_name="receipt")
    opening = models.JSONField(default=dict)
    annex = models.JSONField(null=True)
    made_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(
                fields=["dossier_id", "type"],
                condition=~models.Q(type="redestroyed"),  # a dossier may come back with more than one backup
                name="one_receipt_of_each_type",
            )
        ]

    def __str__(self) -> str:
        return f"{self.type} {self.pk}"
