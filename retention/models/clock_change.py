"""What happened to a clock: a line for every change of its state or its trigger dates, by whatever statement."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from casefiles.models import Dossier
from casefiles.models.cascade import DatabaseForeignKey
from retention.states import ClockState


class ClockChange(models.Model):
    """Written by the database itself in the statement that changes the clock, and never changed; it goes with the
    dossier. `cause` and `actor` are what retention/transitions.py told the transaction.
    """

    class Cause(models.TextChoices):
        OPENED = "opened", _("the dossier was opened")
        CHANGED = "changed", _("a substantive change")
        CLOSED = "closed", _("the dossier was closed")
        REOPENED = "reopened", _("the dossier was opened again")
        FELL_DUE = "fell_due", _("the last day had passed")
        NOT_DUE = "not_due", _("a published rule keeps it longer")
        RULE = "rule", _("a published rule counts from another event")
        CLAIMED = "claimed", _("its destruction began")
        GRANTED = "granted", _("a request for destruction was granted")
        SYSTEM = "system", _("worked out again")

    dossier = models.ForeignKey(Dossier, models.DO_NOTHING, db_constraint=False, related_name="+")
    changed_at = models.DateTimeField(db_default=Now())
    cause = models.CharField(max_length=12, choices=Cause.choices)
    category = models.CharField(max_length=20, blank=True, db_default="")  # empty where it was not kept yet
    actor = models.CharField(max_length=120, blank=True)
    state_before = models.CharField(max_length=12, choices=ClockState.choices)
    state_after = models.CharField(max_length=12, choices=ClockState.choices)
    starts_before = ArrayField(models.DateField(null=True))
    starts_after = ArrayField(models.DateField(null=True))

    class Meta:
        default_permissions = ()
        constraints = [DatabaseForeignKey(field="dossier", name="retention_clockchange_of_dossier")]
        indexes = [models.Index(fields=["dossier", "id"], name="clock_change_of_dossier")]

    def __str__(self) -> str:
        return f"{self.dossier_id}: {self.state_before} to {self.state_after} ({self.cause})"
