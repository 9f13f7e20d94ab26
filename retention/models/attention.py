"""What waits for a person: why an open dossier stays open past its date, reminders, and when they go a step up."""

from dataclasses import dataclass

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from casefiles.models import Dossier, User
from casefiles.models.cascade import DatabaseForeignKey, DossierBound
from casefiles.vault.sealing import SealedField
from retention.models.hold import Hold
from retention.models.rights import RightsRequest


@dataclass(frozen=True, slots=True, repr=False)
class StaysOpenFacts:
    """The lead's own words, and whose they are."""

    text: str = ""
    author: str = ""


class StaysOpen(DossierBound):
    """The answer of who leads a case to "past its date, and still open": why, and until when. The last one counts."""

    class Reason(models.TextChoices):
        HELP_GOES_ON = "help_goes_on", _("the help goes on")
        HAND_OVER = "hand_over", _("it is being handed over")
        PROCEDURE = "procedure", _("a procedure runs")
        OTHER = "other", _("another reason")

    reason = models.CharField(max_length=20, choices=Reason.choices)
    until = models.DateField()
    answered_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    answered_at = models.DateTimeField(auto_now_add=True)
    facts: SealedField[StaysOpenFacts] = SealedField(StaysOpenFacts)

    class Meta(DossierBound.Meta):
        default_permissions = ()
        indexes = [models.Index(fields=["dossier", "-answered_at"], name="stays_open_by_dossier")]

    def __str__(self) -> str:
        return f"{self.dossier_id} stays open until {self.until}"


class Escalation(models.Model):
    """After how many days over its date a dossier is brought to the team's lead, the officer, the administrator."""

    id = models.PositiveSmallIntegerField(primary_key=True, default=1, editable=False)
    to_lead = models.PositiveSmallIntegerField(default=14)
    to_officer = models.PositiveSmallIntegerField(default=28)
    to_administrator = models.PositiveSmallIntegerField(default=42)

    class Meta:
        default_permissions = ()
        constraints = [
            models.CheckConstraint(condition=Q(id=1), name="one_escalation"),
            models.CheckConstraint(
                condition=Q(to_lead__lt=F("to_officer")) & Q(to_officer__lt=F("to_administrator")),
                name="escalation_goes_up",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.to_lead}, {self.to_officer}, {self.to_administrator} days"

    @classmethod
    def current(cls) -> "Escalation":
        """Return the organisation's choice, or what it is before anybody chose."""
        return cls._default_manager.first() or cls()


class Reminder(models.Model):
    """One reminder to one person about one thing at one step: made once, mailed once, shown in the product."""

    to = models.ForeignKey(User, models.CASCADE, related_name="reminders")
    kind = models.CharField(max_length=20)
    step = models.PositiveSmallIntegerField()
    dossier = models.ForeignKey(Dossier, models.DO_NOTHING, db_constraint=False, null=True, related_name="+")
    hold = models.ForeignKey(Hold, models.CASCADE, null=True, related_name="+")
    request = models.ForeignKey(RightsRequest, models.CASCADE, null=True, related_name="+")
    made_on = models.DateField()
    sent_at = models.DateTimeField(null=True)

    class Meta:
        default_permissions = ()
        constraints = [
            DatabaseForeignKey(field="dossier", name="retention_reminder_of_dossier"),
            models.UniqueConstraint(
                fields=["to", "kind", "step", "dossier", "hold", "request"],
                name="reminded_once_per_step",
                nulls_distinct=False,
            ),
        ]
        indexes = [models.Index(fields=["to"], condition=Q(sent_at=None), name="reminder_to_send")]

    def __str__(self) -> str:
        return f"{self.kind} {self.step} to {self.to_id}"
