"""A change of a retention rule on its way from a draft to a published version: who wrote it, who agreed, and why."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from casefiles.models import Job, User
from casefiles.models.cascade import DossierBound
from retention.models.category import Category, RuleVersion
from retention.schedule.rules import Rule
from retention.states import ClockState


class RuleChange(models.Model):
    """A proposed version of a category's rule. Publishing writes a RuleVersion, which nobody can change.

    `works_ahead`: its lines count from other events than those in force, so every clock's trigger dates are worked
    out beforehand (by `job`, into ClockAhead) and take over all at once (`switched_at`).
    """

    class State(models.TextChoices):
        DRAFT = "draft", _("draft")
        PROPOSED = "proposed", _("waits for a second officer")
        PUBLISHED = "published", _("published")
        WITHDRAWN = "withdrawn", _("withdrawn")

    OPEN = (State.DRAFT, State.PROPOSED)

    category = models.ForeignKey(Category, models.PROTECT, related_name="changes")
    state = models.CharField(max_length=10, choices=State.choices, default=State.DRAFT)
    spec = models.JSONField()
    digest = models.CharField(max_length=64)
    reason = models.TextField(blank=True)
    shortens = models.BooleanField(default=False)
    retroactive = models.BooleanField(default=False)
    author = models.ForeignKey(User, models.PROTECT, related_name="+")
    changed_at = models.DateTimeField(auto_now=True)
    approver = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    approved_at = models.DateTimeField(null=True)
    version = models.OneToOneField(RuleVersion, models.PROTECT, null=True, related_name="change")
    works_ahead = models.BooleanField(default=False)
    job = models.OneToOneField(Job, models.SET_NULL, null=True)
    switched_at = models.DateTimeField(null=True)

    class Meta:
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(
                fields=["category"], condition=Q(state__in=["draft", "proposed"]), name="one_open_change_per_category"
            ),
            models.CheckConstraint(
                condition=Q(approver__isnull=True) | ~Q(approver=F("author")), name="rule_approved_by_a_second_person"
            ),
            models.CheckConstraint(
                condition=~Q(state="published")
                | Q(approver__isnull=False, approved_at__isnull=False, version__isnull=False),
                name="published_rule_was_approved",
            ),
            models.CheckConstraint(
                condition=Q(state__in=["draft", "withdrawn"]) | ~Q(reason=""), name="proposed_rule_has_its_reason"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.category_id} ({self.state})"

    @property
    def rule(self) -> Rule:
        """The rule that is proposed. Raises msgspec.ValidationError when the stored JSON is not a rule."""
        return Rule.from_json(self.spec)


class ClockAhead(DossierBound):
    """What a clock will hold once a changed rule takes over; a change of the dossier removes it, to be made anew."""

    change = models.ForeignKey(RuleChange, models.CASCADE, related_name="ahead")
    state = models.CharField(max_length=12, choices=ClockState.choices)
    starts_on = ArrayField(models.DateField(null=True), default=list)

    class Meta(DossierBound.Meta):
        default_permissions = ()
        constraints = [
            *DossierBound.Meta.constraints,
            models.UniqueConstraint(fields=["dossier", "change"], name="one_clock_ahead_per_change"),
        ]

    def __str__(self) -> str:
        return f"{self.dossier_id} under change {self.change_id}"
