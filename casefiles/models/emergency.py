"""Emergency access (noodtoegang): who used it, why, until when, and what the privacy officer made of it."""

from dataclasses import dataclass

from django.db import models
from django.utils.translation import gettext_lazy as _

from casefiles.models.cascade import DossierBound
from casefiles.models.user import User
from casefiles.vault.sealing import SealedField


@dataclass(frozen=True, slots=True, repr=False)
class EmergencyFacts:
    """What the person wrote, and what the officer wrote in the after-review."""

    text: str
    remark: str = ""


class EmergencyAccess(DossierBound):
    """One use of emergency access. The right itself is a grant with the same end (casefiles/access.py)."""

    class Reason(models.TextChoices):
        CRISIS = "crisis", _("acute danger for the young person or another")
        REPORT = "report", _("report to Veilig Thuis that cannot wait")
        MEDICAL = "medical", _("medical emergency")
        MISSING = "missing", _("young person is missing")
        UNREACHABLE = "unreachable", _("nobody of the care team can be reached, and it cannot wait")

    class Verdict(models.TextChoices):
        JUSTIFIED = "justified", _("justified")
        UNNECESSARY = "unnecessary", _("not necessary: the care team could have been asked")
        UNJUSTIFIED = "unjustified", _("not justified")

    used_by = models.ForeignKey(User, models.PROTECT, related_name="emergencies")
    reason = models.CharField(max_length=40, choices=Reason.choices)
    started_at = models.DateTimeField(auto_now_add=True)
    until = models.DateTimeField()
    facts: SealedField[EmergencyFacts] = SealedField(EmergencyFacts)
    verdict = models.CharField(max_length=20, choices=Verdict.choices, blank=True)
    reviewed_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    reviewed_at = models.DateTimeField(null=True)

    class Meta(DossierBound.Meta):
        default_permissions = ()
        indexes = [
            models.Index(fields=["dossier", "-started_at"], name="emergency_by_dossier"),
            models.Index(fields=["started_at"], name="emergency_to_review", condition=models.Q(verdict="")),
        ]
        constraints = [
            *DossierBound.Meta.constraints,
            models.CheckConstraint(
                condition=models.Q(reviewed_by__isnull=True) | ~models.Q(reviewed_by=models.F("used_by")),
                name="emergency_reviewed_by_another",
            ),
        ]

    def __str__(self) -> str:
        return f"emergency access {self.pk}"
