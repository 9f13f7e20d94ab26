"""The transparency log as rows; append-only for every login (a trigger refuses UPDATE and DELETE)."""

from django.db import models


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
