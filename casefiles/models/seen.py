"""What the database says of who may see what: its own views, which the second wall stands on (0006_second_wall)."""

from datetime import datetime

from django.contrib.auth.models import Permission
from django.db import models

from casefiles.models.dossier import Dossier
from casefiles.models.user import User


class RightQuerySet(models.QuerySet["Right"]):
    """Questions about rights."""

    def living(self, now: datetime) -> "RightQuerySet":
        """Return those that count at a moment."""
        return self.filter(since__lte=now, until__gt=now)


class Right(models.Model):
    """A right that a person has on a dossier from `since` until `until`, and where it comes from."""

    class Source(models.TextChoices):
        OWN = "own"
        GROUP = "group"
        SUBSTITUTION = "substitution"
        WHOLE_TEAM = "whole_team"
        EMERGENCY = "emergency"

    pk = models.CompositePrimaryKey("user_id", "dossier_id", "permission_id")
    user = models.ForeignKey(User, models.DO_NOTHING, related_name="+")
    dossier = models.ForeignKey(Dossier, models.DO_NOTHING, related_name="+")
    permission = models.ForeignKey(Permission, models.DO_NOTHING, related_name="+")
    since = models.DateTimeField()
    until = models.DateTimeField()
    source = models.CharField(max_length=20)

    objects = RightQuerySet.as_manager()

    class Meta:
        managed = False
        default_permissions = ()

    def __str__(self) -> str:
        return f"{self.user_id} {self.permission_id} {self.dossier_id}"


class Contents(models.Model):
    """How much a dossier holds: numbers, also for those who may not see what is counted. Documents are the stored."""

    dossier = models.OneToOneField(Dossier, models.DO_NOTHING, primary_key=True, related_name="contents")
    entries = models.PositiveIntegerField()
    documents = models.PositiveIntegerField()
    people = models.PositiveIntegerField()
    youths = models.PositiveIntegerField()

    class Meta:
        managed = False
        default_permissions = ()

    def __str__(self) -> str:
        return f"contents of {self.dossier_id}"
