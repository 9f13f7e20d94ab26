"""Categories of the retention schedule and the versions of their rules."""

from datetime import date

from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.utils.translation import get_language

from retention.schedule.rules import Rule


class Category(models.Model):
    """A category of dossiers that share a retention rule; its code is the dossier kind."""

    code = models.CharField(max_length=20, primary_key=True)
    name_nl = models.CharField(max_length=120)
    name_en = models.CharField(max_length=120)
    cooling_off_days = models.PositiveSmallIntegerField(null=True, blank=True)

    class Meta:
        default_permissions = ()

    def __str__(self) -> str:
        return self.name_nl if (get_language() or "nl").startswith("nl") else self.name_en


class RuleVersionQuerySet(models.QuerySet["RuleVersion"]):
    """Questions about rules."""

    def in_force(self, day: date) -> "RuleVersionQuerySet":
        """Return the versions in force on a day, at most one per category: of those that apply the latest.

        A published version is never changed, so its successor ends it. One whose trigger dates are being worked out
        beforehand does not apply before they have taken over, so that rule and dates are always of one piece.
        """
        later = RuleVersion.objects.filter(category=OuterRef("category"), version__gt=OuterRef("version"))
        return self._applying(day).filter(~Exists(later._applying(day)))

    def _applying(self, day: date) -> "RuleVersionQuerySet":
        unfinished = Q(change__works_ahead=True, change__switched_at=None)
        return self.filter(valid_from__lte=day).exclude(valid_to__lt=day).exclude(unfinished)


class RuleVersion(models.Model):
    """One published version of a category's rule, as the schedule's JSON; `digest` is what receipts cite.

    The database refuses to change or remove one (migration 0009). Its `change` says who published it; the versions
    that ship with the product have none.
    """

    category = models.ForeignKey(Category, models.PROTECT, related_name="rules")
    version = models.PositiveIntegerField()
    valid_from = models.DateField()
    valid_to = models.DateField(null=True, blank=True)
    spec = models.JSONField()
    digest = models.CharField(max_length=64)

    objects = RuleVersionQuerySet.as_manager()

    class Meta:
        default_permissions = ()
        constraints = [models.UniqueConstraint(fields=["category", "version"], name="one_rule_per_version")]

    def __str__(self) -> str:
        return f"{self.category_id} v{self.version}"

    @property
    def rule(self) -> Rule:
        """The rule itself. Raises msgspec.ValidationError when the stored JSON is not a rule."""
        return Rule.from_json(self.spec)
