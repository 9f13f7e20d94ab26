"""Destruction lists, what stands on them, and who approved it. No foreign key to the dossier: they outlive it."""

from dataclasses import dataclass
from datetime import date
from uuid import uuid4

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from casefiles.models import Team, User
from casefiles.models.cascade import DossierBound
from casefiles.vault.sealing import SealedField
from retention.models.category import Category, RuleVersion
from retention.states import ENDED, ItemStep, ListState


class DestructionList(models.Model):
    """A list of dossiers of one category and team, whose terms passed under one rule version.

    `composed_by` put it together by hand; the nightly sweep composed the others, and adds to those alone.
    """

    name = models.CharField(max_length=20, unique=True)
    category = models.ForeignKey(Category, models.PROTECT, related_name="lists")
    team = models.ForeignKey(Team, models.PROTECT, related_name="lists")
    rule = models.ForeignKey(RuleVersion, models.PROTECT, related_name="+")
    state = models.CharField(max_length=12, choices=ListState.choices, default=ListState.REVIEW)
    composed_at = models.DateTimeField(auto_now_add=True)
    composed_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    cooling_off_until = models.DateTimeField(null=True)
    started_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    done_at = models.DateTimeField(null=True)

    class Meta:
        default_permissions = ()

    def __str__(self) -> str:
        return self.name

    @classmethod
    def next_name(cls, day: date) -> str:
        """Return the next free name of the year, such as VL-2026-015."""
        prefix = f"VL-{day.year}-"
        last = cls.objects.filter(name__startswith=prefix).order_by("-name").values_list("name", flat=True).first()
        return f"{prefix}{int(last.removeprefix(prefix)) + 1 if last else 1:03}"


class ListItem(models.Model):
    """One dossier on a list. An approval counts for exactly this due date and the list's rule version.

    `tries` begins anew when a step succeeds; `setbacks` counts every time that it was set apart.
    """

    class ExemptReason(models.TextChoices):
        PENDING_REQUEST = "pending_request", _("pending request by the data subject")
        COMPLAINT = "complaint", _("complaint or claim")
        SIBLING = "sibling", _("sibling has an active dossier")
        GOOD_CARE = "good_care", _("good care requires longer keeping")
        HISTORIC_VALUE = "historic_value", _("historic value")

    destruction_list = models.ForeignKey(DestructionList, models.PROTECT, related_name="items")
    dossier_id = models.UUIDField()
    due_on = models.DateField()
    added_at = models.DateTimeField(auto_now_add=True)
    step = models.CharField(max_length=10, choices=ItemStep.choices, default=ItemStep.LISTED)
    exempt_reason = models.CharField(max_length=20, choices=ExemptReason.choices, blank=True)
    review_on = models.DateField(null=True)
    facts = models.JSONField(null=True)
    failure = models.CharField(max_length=80, blank=True)
    tries = models.PositiveSmallIntegerField(default=0)
    retry_at = models.DateTimeField(null=True)
    setbacks = models.PositiveSmallIntegerField(default=0)

    class Meta:
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(
                fields=["dossier_id"],
                condition=~Q(step__in=[str(step) for step in ENDED]),
                name="on_one_list_at_a_time",
            ),
            models.CheckConstraint(
                condition=~Q(step="exempted") | (~Q(exempt_reason="") & Q(review_on__isnull=False)),
                name="exemption_has_reason_and_review_date",
            ),
        ]
        indexes = [
            models.Index(fields=["destruction_list", "step", "id"], name="item_by_step"),
            models.Index(fields=["dossier_id"], name="item_by_dossier"),
        ]

    def __str__(self) -> str:
        return f"{self.dossier_id} on {self.destruction_list_id} ({self.step})"


@dataclass(frozen=True, slots=True, repr=False)
class RemarkFacts:
    """A reviewer's own words about one dossier, and whose they are."""

    text: str
    author: str


class ItemRemark(DossierBound):
    """A remark beside a decision; free text about a dossier is sealed under its key and goes with it."""

    item = models.OneToOneField(ListItem, models.CASCADE, related_name="remark")
    facts: SealedField[RemarkFacts] = SealedField(RemarkFacts)

    class Meta(DossierBound.Meta):
        default_permissions = ()

    def __str__(self) -> str:
        return f"remark on {self.item_id}"


@dataclass(frozen=True, slots=True, repr=False)
class ListWords:
    """What a decider says about a list."""

    text: str = ""


class ListRemark(models.Model):
    """That a list was sent back or cancelled, by whom, and in which words.

    They speak of a list and of no one dossier, and people write more than they should: so they are sealed, under a
    key that is made in the vault for this row alone.
    """

    class Kind(models.TextChoices):
        SENT_BACK = "sent_back", _("sent back")
        CANCELLED = "cancelled", _("cancelled")

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    destruction_list = models.ForeignKey(DestructionList, models.CASCADE, related_name="remarks")
    kind = models.CharField(max_length=10, choices=Kind.choices)
    made_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    made_at = models.DateTimeField(auto_now_add=True)
    facts: SealedField[ListWords] = SealedField(ListWords)

    class Meta:
        default_permissions = ()

    def __str__(self) -> str:
        return f"{self.kind} {self.destruction_list_id}"


class Approval(models.Model):
    """One person's agreement that one dossier is destroyed, at one of the two stages."""

    class Stage(models.IntegerChoices):
        DEPARTMENT = 1, _("the department that knows the case")
        OFFICER = 2, _("privacy officer or administrator")

    item = models.ForeignKey(ListItem, models.CASCADE, related_name="approvals")
    stage = models.PositiveSmallIntegerField(choices=Stage.choices)
    approver = models.ForeignKey(User, models.PROTECT, related_name="+")
    approver_role = models.CharField(max_length=30)
    approved_at = models.DateTimeField(auto_now_add=True)
    due_on = models.DateField()
    rule = models.ForeignKey(RuleVersion, models.PROTECT, related_name="+", db_index=False)

    class Meta:
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(fields=["item", "stage"], name="one_approval_per_stage"),
            models.UniqueConstraint(fields=["item", "approver"], name="approvals_by_distinct_people"),
            models.CheckConstraint(condition=Q(stage__in=[1, 2]), name="approval_has_two_stages"),
        ]

    def __str__(self) -> str:
        return f"stage {self.stage} of {self.item_id}"


VALID_APPROVAL = Q(approvals__due_on=F("due_on"), approvals__rule=F("destruction_list__rule"))
