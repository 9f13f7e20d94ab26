"""What became of the offer of a copy and a slip, before a dossier is destroyed. It goes with the dossier."""

from uuid import uuid4

from django.db import models
from django.utils.translation import gettext_lazy as _

from casefiles.models import Dossier, User
from casefiles.models.cascade import DatabaseForeignKey


class SlipOffer(models.Model):
    """One step of the offer; the newest counts. Codes only: to whom and how is in the dossier itself."""

    class Outcome(models.TextChoices):
        OFFERED = "offered", _("offered")
        DECLINED = "declined", _("not wanted")
        NOT_REACHED = "not_reached", _("not reached")
        PRINTED = "printed", _("letter made")
        HANDED_OVER = "handed_over", _("handed over")

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    dossier = models.ForeignKey(Dossier, models.DO_NOTHING, db_constraint=False, related_name="slip_offers")
    outcome = models.CharField(max_length=12, choices=Outcome.choices)
    recorded_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    recorded_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        default_permissions = ()
        constraints = [DatabaseForeignKey(field="dossier", name="retention_slipoffer_of_dossier")]
        indexes = [models.Index(fields=["dossier", "-recorded_at"], name="slip_offer_newest")]

    def __str__(self) -> str:
        return f"{self.dossier_id} ({self.outcome})"
