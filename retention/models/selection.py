"""The official selection lists that were read in, so that rules can be laid beside them and taken over."""

from django.db import models

from casefiles.models import User


class SelectionFile(models.Model):
    """One published list as it was read: public text, the same file once. `digest` is the SHA-256 of its bytes."""

    digest = models.CharField(max_length=64, unique=True)
    year = models.PositiveSmallIntegerField()
    content = models.BinaryField()
    results = models.PositiveIntegerField()
    read_at = models.DateTimeField(auto_now_add=True)
    read_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")

    class Meta:
        default_permissions = ()

    def __str__(self) -> str:
        return f"selection list {self.year} ({self.results})"
