"""The transparency log as rows; append-only for every login (a trigger refuses UPDATE and DELETE)."""

from uuid import uuid4

from django.db import models

from casefiles.models import Job


class LedgerLeaf(models.Model):
    """The exact bytes of one leaf (a receipt in canonical JSON) at its index."""

    index = models.BigIntegerField(primary_key=True)
    body = models.BinaryField()

    class Meta:
        default_permissions = ()

    def __str__(self) -> str:
        return f"leaf {self.index}"


class LedgerNode(models.Model):
    """The hash of one complete subtree: node (level, index) covers leaves index·2^level and on."""

    pk = models.CompositePrimaryKey("level", "index")
    level = models.PositiveSmallIntegerField()
    index = models.BigIntegerField()
    hash = models.BinaryField(max_length=32)

    class Meta:
        default_permissions = ()

    def __str__(self) -> str:
        return f"node {self.level}/{self.index}"


class Checkpoint(models.Model):
    """A signed head of the log, as the note that was published."""

    size = models.BigIntegerField(primary_key=True)
    note = models.TextField()
    made_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        default_permissions = ()

    def __str__(self) -> str:
        return f"checkpoint {self.size}"


class Inventory(models.Model):
    """What was there at one moment: the leaf states the root, `tombstones` (32 bytes each, sorted) open it.

    The list is for auditors and never leaves the house by itself.
    """

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    leaf = models.OneToOneField(LedgerLeaf, models.PROTECT, related_name="inventory")
    dossiers = models.PositiveIntegerField()
    tombstones = models.BinaryField()
    made_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        default_permissions = ()

    def __str__(self) -> str:
        return f"inventory at {self.leaf_id}"


class LedgerAudit(models.Model):
    """One check of the whole log: how many leaves it had, and what was found wrong, as codes with their place."""

    job = models.OneToOneField(Job, models.CASCADE, primary_key=True, related_name="ledger_audit")
    size = models.BigIntegerField(default=0)
    checkpoints = models.PositiveIntegerField(default=0)
    inventories = models.PositiveIntegerField(default=0)
    pending = models.PositiveIntegerField(default=0)
    findings = models.JSONField(default=list)

    class Meta:
        default_permissions = ()

    def __str__(self) -> str:
        return f"audit of {self.size} leaves"
