"""The retention clock: facts are stored, dates are derived from the rule in force and never stored."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q

from casefiles.models import Dossier
from casefiles.models.cascade import DatabaseForeignKey, OnDelete
from retention.models.category import Category
from retention.states import LIVING, ClockState


class Clock(models.Model):
    """One per dossier from its creation. It survives the dossier as a pseudonymous row of years.

    `starts_on` has one resolved trigger date per applied line of the rule; `held` counts the holds that cover
    the dossier and is tested in the same statement as every claim.
    """

    dossier = models.OneToOneField(Dossier, models.DO_NOTHING, db_constraint=False, null=True, related_name="clock")
    category = models.ForeignKey(Category, models.PROTECT, db_index=False, related_name="clocks")
    state = models.CharField(max_length=12, choices=ClockState.choices)
    starts_on = ArrayField(models.DateField(null=True), default=list)
    held = models.PositiveIntegerField(default=0)
    tombstone = models.BinaryField(max_length=32, null=True, unique=True)

    class Meta:
        default_permissions = ()
        constraints = [
            DatabaseForeignKey(field="dossier", name="retention_clock_of_dossier", on_delete=OnDelete.SET_NULL),
            models.CheckConstraint(
                condition=Q(dossier__isnull=False) | Q(state__in=["destroying", "failed", "destroyed"]),
                name="clock_without_dossier_was_destroyed",
            ),
            models.CheckConstraint(
                condition=~Q(state="destroyed") | Q(dossier__isnull=True),
                name="destroyed_clock_has_no_dossier",
            ),
        ]
        indexes = [
            # What falls due: the due condition compares the first line's date. A held clock falls due too.
            models.Index(F("category"), F("starts_on__0"), condition=Q(state="running"), name="clock_falls_due"),
            # Every number about a category, without touching the rows: previews and forecasts group by trigger dates.
            models.Index(fields=["category", "starts_on"], condition=Q(state__in=LIVING), name="clock_living"),
            models.Index(fields=["category", "dossier"], condition=Q(state="due"), name="clock_due"),
            models.Index(fields=["dossier"], condition=Q(state="waiting"), name="clock_waiting"),
            models.Index("category", "starts_on__0", condition=Q(dossier__isnull=False), name="clock_by_trigger"),
        ]

    def __str__(self) -> str:
        return f"clock of {self.dossier_id} ({self.state})"


class ClockSweep(models.Model):
    """Each day on which the sweep ran: a wrong system date makes everything due, so dates are compared."""

    day = models.DateField(primary_key=True)
    became_due = models.PositiveIntegerField(default=0)
    confirmed_by = models.ForeignKey("casefiles.User", models.PROTECT, null=True, related_name="+")

    class Meta:
        default_permissions = ()

    def __str__(self) -> str:
        return self.day.isoformat()
