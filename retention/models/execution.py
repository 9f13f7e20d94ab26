"""How the execution of a list is steered, and the time that was seen last: what a worker asks before it goes on."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from casefiles.models import User
from retention.models.destruction_list import DestructionList


class Execution(models.Model):
    """What is known of one list's execution beside its dossiers: why it stands still, and how large it was.

    `dossiers`, `documents` and `youngest` (the year of the latest change among its dossiers) are measured when it
    begins; later lists of the category are compared with them. What a person let pass, stays passed: `passed`
    for what deviated, `failed_before` for the failures that were looked at. `late_files` came after the verification
    sweep and were erased when the store was listed again.
    """

    class Halt(models.TextChoices):
        """Why nothing more is claimed until a person says so."""

        PAUSED = "paused", _("paused")
        MANY = "many", _("more dossiers than usual")
        LARGE = "large", _("more documents than usual")
        YOUNG = "young", _("younger dossiers than usual")
        FAILING = "failing", _("too much fails")
        CLOCK = "clock", _("the clock jumped")

    class Trouble(models.TextChoices):
        """What keeps the whole list waiting and is tried again by itself."""

        MIRROR = "mirror", _("the copy of the log outside the database cannot be written")
        RESTORED = "restored", _("the database is older than the copy of its log")
        DATABASE = "database", _("a database does not answer")

    destruction_list = models.OneToOneField(DestructionList, models.PROTECT, primary_key=True, related_name="execution")
    began_at = models.DateTimeField(auto_now_add=True)
    halt = models.CharField(max_length=10, choices=Halt.choices, blank=True)
    halted_at = models.DateTimeField(null=True)
    halted_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    dossiers = models.PositiveIntegerField(null=True)
    documents = models.PositiveIntegerField(null=True)
    youngest = models.PositiveSmallIntegerField(null=True)
    passed = models.BooleanField(default=False)
    failed_before = models.PositiveIntegerField(default=0)
    trouble = models.CharField(max_length=10, choices=Trouble.choices, blank=True)
    trouble_at = models.DateTimeField(null=True)
    listed_again_at = models.DateTimeField(null=True)
    late_files = models.PositiveIntegerField(default=0)

    class Meta:
        default_permissions = ()
        constraints = [
            models.CheckConstraint(condition=Q(halt="") | Q(halted_at__isnull=False), name="halt_has_its_time"),
        ]

    def __str__(self) -> str:
        return f"execution of {self.destruction_list_id} ({self.halt})"


class TimeSeen(models.Model):
    """The latest moment that any worker saw on its clock: one row. `confirmed` counts how often a person moved it."""

    id = models.PositiveSmallIntegerField(primary_key=True, default=1, editable=False)
    at = models.DateTimeField()
    confirmed = models.PositiveIntegerField(default=0)

    class Meta:
        default_permissions = ()
        constraints = [models.CheckConstraint(condition=Q(id=1), name="one_time_seen")]

    def __str__(self) -> str:
        return self.at.isoformat()
