"""What the guard found, what was done about it, and which two people found the way out."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from casefiles.models import Job, User


class Verdict(models.TextChoices):
    """How the database stands to the copy of its log outside of it."""

    SAME = "same", _("the database and the copy of its log agree")
    LAGGING = "lagging", _("the copy of the log is behind and is brought up to date")
    RESTORED = "restored", _("the database was put back from a backup")
    FORKED = "forked", _("the database and the copy of its log contradict each other")
    LOST = "lost", _("the copy of the log is lost")
    UNREACHABLE = "unreachable", _("the copy of the log cannot be read")


class Quarantine(models.Model):
    """One time that the guard kept the doors shut, or the product read-only. Sizes count leaves of the log."""

    verdict = models.CharField(max_length=12, choices=Verdict.choices)
    database_size = models.BigIntegerField()
    mirror_size = models.BigIntegerField(null=True)
    began_at = models.DateTimeField(auto_now_add=True)
    ended_at = models.DateTimeField(null=True)
    job = models.OneToOneField(Job, models.PROTECT, null=True, related_name="quarantine")
    redestroyed = models.PositiveIntegerField(default=0)

    class Meta:
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(
                fields=["verdict"], condition=models.Q(ended_at=None), name="one_quarantine_of_a_kind_at_once"
            )
        ]

    def __str__(self) -> str:
        return f"quarantine {self.pk} ({self.verdict})"


class WayOut(models.Model):
    """One person's word that the log as it stands in the database is the true one. Two are needed, of two roles."""

    quarantine = models.ForeignKey(Quarantine, models.PROTECT, related_name="ways_out")
    person = models.ForeignKey(User, models.PROTECT, related_name="+")
    role = models.CharField(max_length=30)
    given_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(fields=["quarantine", "person"], name="one_way_out_a_person"),
            models.UniqueConstraint(fields=["quarantine", "role"], name="two_ways_out_are_of_two_roles"),
        ]

    def __str__(self) -> str:
        return f"way out of {self.quarantine_id}"
