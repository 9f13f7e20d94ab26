"""Holds (vernietigingsstop): rows, so that lifting one never lifts another."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from casefiles.models import Dossier, User
from casefiles.models.cascade import DatabaseForeignKey


class Hold(models.Model):
    """A reasoned, owned and dated block on destruction."""

    class Reason(models.TextChoices):
        RIGHTS_REQUEST = "rights_request", _("request by a data subject")
        COMPLAINT = "complaint", _("complaint")
        CLAIM = "claim", _("claim")
        DISCIPLINARY = "disciplinary", _("disciplinary complaint")
        INSPECTORATE = "inspectorate", _("inspectorate")
        POLICE = "police", _("police investigation")
        HOTSPOT = "hotspot", _("hotspot")
        COLLECTIVE_STOP = "collective_stop", _("collective stop")
        GOOD_CARE = "good_care", _("good care")

    reason = models.CharField(max_length=20, choices=Reason.choices)
    owner = models.ForeignKey(User, models.PROTECT, related_name="+")
    placed_at = models.DateTimeField(auto_now_add=True)
    review_on = models.DateField()
    lifted_at = models.DateTimeField(null=True)
    lifted_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")

    class Meta:
        default_permissions = ()
        constraints = [
            models.CheckConstraint(
                condition=models.Q(lifted_by__isnull=True) | ~models.Q(lifted_by=models.F("owner")),
                name="hold_lifted_by_a_second_person",
            )
        ]

    def __str__(self) -> str:
        return f"hold {self.pk} ({self.reason})"


class HoldCover(models.Model):
    """A dossier that a hold covers."""

    hold = models.ForeignKey(Hold, models.CASCADE, related_name="covers")
    dossier = models.ForeignKey(Dossier, models.DO_NOTHING, db_constraint=False, related_name="+")

    class Meta:
        default_permissions = ()
        constraints = [
            DatabaseForeignKey(field="dossier", name="retention_holdcover_of_dossier"),
            models.UniqueConstraint(fields=["hold", "dossier"], name="hold_covers_once"),
        ]

    def __str__(self) -> str:
        return f"{self.hold_id} covers {self.dossier_id}"
