"""Progress: one small mechanism for every long task. A number in the database; browser and terminal show the same."""

from uuid import uuid4

from django.db import models
from django.utils.translation import gettext_lazy as _

from casefiles.models.user import User


class Job(models.Model):
    """A long task: how much there is to do, how much is done, what failed, and whether it still moves.

    `problem` is a code; nothing here holds personal data.
    """

    class State(models.TextChoices):
        WAITING = "waiting", _("waiting")
        RUNNING = "running", _("running")
        DONE = "done", _("done")
        FAILED = "failed", _("failed")

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    kind = models.CharField(max_length=30)
    state = models.CharField(max_length=8, choices=State.choices, default=State.WAITING)
    total = models.PositiveIntegerField(default=0)
    done = models.PositiveIntegerField(default=0)
    failed = models.PositiveIntegerField(default=0)
    problem = models.CharField(max_length=60, blank=True)
    started_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    made_at = models.DateTimeField(auto_now_add=True)
    moved_at = models.DateTimeField(auto_now=True)

    class Meta:
        default_permissions = ()

    def __str__(self) -> str:
        return f"{self.kind} {self.done}/{self.total}"


class ImportRun(models.Model):
    """An import in the browser: which package, and what came of it. An uploaded package is kept sealed.

    `sealed_under` is the id of a key in the vault that is made for this upload alone and shredded with it.
    """

    job = models.OneToOneField(Job, models.CASCADE, primary_key=True, related_name="import_run")
    package_name = models.CharField(max_length=120)
    folder = models.CharField(max_length=200, blank=True)
    storage_key = models.CharField(max_length=80, blank=True)
    sealed_under = models.UUIDField(null=True)
    dry_run = models.BooleanField(default=True)
    imported = models.PositiveIntegerField(default=0)
    unchanged = models.PositiveIntegerField(default=0)
    refused = models.PositiveIntegerField(default=0)
    problems = models.JSONField(default=list)

    class Meta:
        default_permissions = ()

    def __str__(self) -> str:
        return f"import of {self.package_name}"
