"""What a person decided about a dossier whose rule says: a person looks first. The newest decision counts."""

from uuid import uuid4

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from casefiles.models import Dossier, User
from casefiles.models.cascade import DatabaseForeignKey
from retention.models.category import RuleVersion


class EndReview(models.Model):
    """One decision at the end of a term, for one due date under one rule. Codes only; it goes with the dossier."""

    class Decision(models.TextChoices):
        EXTEND = "extend", _("keep longer, and review again")
        DESTROY = "destroy", _("destroy: put it on a destruction list")
        KEEP = "keep", _("keep permanently")

    class Reason(models.TextChoices):
        GOOD_CARE = "good_care", _("good care requires longer keeping")
        OTHER_INTEREST = "other_interest", _("keeping is of substantial interest to another")
        PROCEDURE = "procedure", _("a procedure runs")
        HISTORIC_VALUE = "historic_value", _("historic value")
        NO_INTEREST = "no_interest", _("nobody has an interest in keeping it")

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    dossier = models.ForeignKey(Dossier, models.DO_NOTHING, db_constraint=False, related_name="end_reviews")
    decision = models.CharField(max_length=8, choices=Decision.choices)
    reason = models.CharField(max_length=20, choices=Reason.choices)
    until = models.DateField(null=True)
    due_on = models.DateField()
    rule = models.ForeignKey(RuleVersion, models.PROTECT, related_name="+", db_index=False)
    decided_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    decided_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        default_permissions = ()
        constraints = [
            DatabaseForeignKey(field="dossier", name="retention_endreview_of_dossier"),
            models.CheckConstraint(
                condition=Q(decision="extend", until__isnull=False) | Q(until__isnull=True) & ~Q(decision="extend"),
                name="end_review_extends_until_a_day",
            ),
        ]
        indexes = [models.Index(fields=["dossier", "-decided_at"], name="end_review_newest")]

    def __str__(self) -> str:
        return f"{self.dossier_id} ({self.decision})"
