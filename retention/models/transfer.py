"""Dossiers on their way to an archive: the package, who handed it over, and that the receiver confirmed it."""

from collections.abc import Iterable
from uuid import UUID, uuid4

from django.db import models
from django.db.models import F, Q

from casefiles.models import Dossier, Job, User
from casefiles.models.cascade import DatabaseForeignKey


class Transfer(models.Model):
    """One dossier's transfer; the row goes with our copy, and the receipt says what it said.

    `package` is where the sealed package lies in the document store; `checksum` is the SHA-256 (hex) of the plain
    package, empty until it is made. 32 random bytes in the package keep anyone without it from guessing.
    """

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    dossier = models.OneToOneField(Dossier, models.DO_NOTHING, db_constraint=False, related_name="transfer")
    job = models.OneToOneField(Job, models.PROTECT, related_name="transfer")
    receiver = models.CharField(max_length=120)
    asked_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    package = models.CharField(max_length=80, blank=True)
    size = models.BigIntegerField(default=0)
    checksum = models.CharField(max_length=64, blank=True)
    handed_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    handed_at = models.DateTimeField(null=True)
    confirmed_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    confirmed_at = models.DateTimeField(null=True)
    statement = models.CharField(max_length=40, blank=True)

    class Meta:
        default_permissions = ()
        constraints = [
            DatabaseForeignKey(field="dossier", name="retention_transfer_of_dossier"),
            models.CheckConstraint(
                condition=Q(confirmed_by=None)
                | Q(handed_by__isnull=False) & ~Q(confirmed_by=F("handed_by")) & ~Q(checksum="") & ~Q(statement=""),
                name="transfer_confirmed_by_another_than_handed_over",
            ),
        ]

    def __str__(self) -> str:
        return f"transfer of {self.dossier_id}"

    @classmethod
    def confirmed(cls, dossier_ids: Iterable[UUID]) -> "dict[UUID, Transfer]":
        """Return those of which the receiver confirmed the package, by dossier."""
        found = cls._default_manager.filter(dossier__in=list(dossier_ids), confirmed_by__isnull=False)
        return {transfer.dossier_id: transfer for transfer in found}
