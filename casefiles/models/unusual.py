"""What is unusual in the access log, a day at a time: counted every night, and read by the page for officers."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from casefiles.models.cascade import DatabaseForeignKey
from casefiles.models.dossier import Dossier


class CountedDay(models.Model):
    """A day of the access log that has been counted; its lines were written with it, or there are none."""

    day = models.DateField(primary_key=True)

    class Meta:
        default_permissions = ()

    def __str__(self) -> str:
        return self.day.isoformat()


class UnusualDay(models.Model):
    """What one person did on one day that fits a pattern, how often, and the last moment of it.

    The person is copied as in the log itself. Only `surname` is about one dossier; its row goes with that dossier.
    """

    class Pattern(models.TextChoices):
        SURNAME = "surname", _("Own surname")
        MANY = "many", _("Many dossiers on one day")
        UNRELATED = "unrelated", _("Without care relation")
        ODD_HOURS = "odd_hours", _("At odd hours")
        REFUSED = "refused", _("Refused")

    pattern = models.CharField(max_length=10, choices=Pattern.choices)
    day = models.DateField()
    actor_id = models.BigIntegerField()
    actor_name = models.CharField(max_length=120)
    count = models.PositiveIntegerField()
    newest = models.DateTimeField()
    dossier = models.ForeignKey(Dossier, models.DO_NOTHING, db_constraint=False, null=True, related_name="+")

    class Meta:
        default_permissions = ()
        indexes = [models.Index(fields=["pattern", "day"], name="unusual_by_day")]
        constraints = [DatabaseForeignKey(field="dossier", name="casefiles_unusualday_of_dossier")]

    def __str__(self) -> str:
        return f"{self.pattern} {self.day}"
