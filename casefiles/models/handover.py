"""The hand-over of a case load: which dossiers go from whom to whom, and what came of each."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from casefiles.models.cascade import DatabaseForeignKey
from casefiles.models.job import Job
from casefiles.models.user import User


class HandOver(models.Model):
    """One hand-over; its bar is a job."""

    class Reason(models.TextChoices):
        LEAVES = "leaves", _("leaves the organisation")
        OTHER_WORK = "other_work", _("gets other work")
        CASE_LOAD = "case_load", _("the case load is spread anew")

    job = models.OneToOneField(Job, models.CASCADE, primary_key=True, related_name="hand_over")
    giver = models.ForeignKey(User, models.PROTECT, related_name="+")
    taker = models.ForeignKey(User, models.PROTECT, related_name="+")
    reason = models.CharField(max_length=40, choices=Reason.choices)

    class Meta:
        default_permissions = ()

    def __str__(self) -> str:
        return f"hand-over {self.pk}"


class HandOverItem(models.Model):
    """One dossier of a hand-over."""

    class Result(models.TextChoices):
        WAITING = "waiting", _("not handled yet")
        DONE = "done", _("handed over")
        NOT_LED = "not_led", _("was led by somebody else meanwhile")
        GONE = "gone", _("is being destroyed")

    hand_over = models.ForeignKey(HandOver, models.CASCADE, related_name="items")
    dossier = models.ForeignKey(
        "casefiles.Dossier", models.DO_NOTHING, db_constraint=False, db_index=False, related_name="+"
    )
    reference = models.CharField(max_length=40, default="", db_default="")  # also for who may not see it any more
    result = models.CharField(max_length=10, choices=Result.choices, default=Result.WAITING)

    class Meta:
        default_permissions = ()
        indexes = [models.Index(fields=["dossier"], name="handoveritem_by_dossier")]
        constraints = [
            models.UniqueConstraint(fields=["hand_over", "dossier"], name="handed_over_once"),
            DatabaseForeignKey(field="dossier", name="casefiles_handoveritem_of_dossier"),
        ]

    def __str__(self) -> str:
        return f"{self.dossier_id} {self.result}"
