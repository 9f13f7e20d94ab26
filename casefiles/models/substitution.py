"""Substitution during leave: one person has another's case load, from one moment until another."""

from datetime import datetime

from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from casefiles.models.user import User


class SubstitutionQuerySet(models.QuerySet["Substitution"]):
    """Questions about substitutions."""

    def living(self, now: datetime) -> "SubstitutionQuerySet":
        """Return those whose window is open now; nothing is copied, so outside it there are no rights at all."""
        return self.filter(starts_at__lte=now, ends_at__gt=now, absent__is_active=True)

    def coming(self) -> "SubstitutionQuerySet":
        """Return those that are not over yet."""
        return self.filter(ends_at__gt=timezone.now())


class Substitution(models.Model):
    """Within its window the substitute may do what the absent person's own grants allow, treatment secrecy apart."""

    class Reason(models.TextChoices):
        LEAVE = "leave", _("leave")
        ILLNESS = "illness", _("illness")
        TRAINING = "training", _("training")
        VACANCY = "vacancy", _("position not filled yet")

    absent = models.ForeignKey(User, models.CASCADE, related_name="substituted_by")
    substitute = models.ForeignKey(User, models.CASCADE, related_name="substitutes_for")
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    reason = models.CharField(max_length=40, choices=Reason.choices)
    arranged_by = models.ForeignKey(User, models.PROTECT, related_name="+")

    objects = SubstitutionQuerySet.as_manager()

    class Meta:
        default_permissions = ()
        indexes = [models.Index(fields=["substitute", "ends_at"], name="substitution_of_substitute")]
        constraints = [
            models.CheckConstraint(condition=Q(ends_at__gte=F("starts_at")), name="substitution_has_a_window"),
            models.CheckConstraint(condition=~Q(absent=F("substitute")), name="substitution_by_another"),
        ]

    def __str__(self) -> str:
        return f"substitution {self.pk}"
