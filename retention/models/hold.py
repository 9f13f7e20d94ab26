"""Holds (vernietigingsstop): rows, so that lifting one never lifts another.

A hold covers dossiers by name, or by a criterion that also catches dossiers that come later. `HoldCover` is the
truth of what is held: a clock's `held` counts its covers that are not lifted.
"""

from dataclasses import dataclass
from uuid import uuid4

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from casefiles.models import Dossier, Job, Team, User
from casefiles.models.cascade import DatabaseForeignKey, DossierBound
from casefiles.vault.sealing import SealedField


class Hold(models.Model):
    """A reasoned, owned and dated block on destruction. `job` does the work of one that covers very many dossiers."""

    class Reason(models.TextChoices):
        RIGHTS_REQUEST = "rights_request", _("request by a data subject")
        COMPLAINT = "complaint", _("complaint")
        CLAIM = "claim", _("claim")
        DISCIPLINARY = "disciplinary", _("disciplinary complaint")
        INSPECTORATE = "inspectorate", _("inspectorate")
        POLICE = "police", _("police investigation")
        HOTSPOT = "hotspot", _("hotspot")
        COLLECTIVE_STOP = "collective_stop", _("collective stop")
        GOOD_CARE = "good_care", _("good care")

    reason = models.CharField(max_length=20, choices=Reason.choices)
    owner = models.ForeignKey(User, models.PROTECT, related_name="+")
    placed_at = models.DateTimeField(auto_now_add=True)
    review_on = models.DateField()
    lifted_at = models.DateTimeField(null=True)
    lifted_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    once = models.UUIDField(unique=True, null=True)
    job = models.OneToOneField(Job, models.SET_NULL, null=True, related_name="hold")

    class Meta:
        default_permissions = ()
        constraints = [
            models.CheckConstraint(
                condition=Q(lifted_by__isnull=True) | ~Q(lifted_by=F("owner")),
                name="hold_lifted_by_a_second_person",
            )
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def name(self) -> str:
        """What people call it, such as VS-2026-007."""
        return f"VS-{self.placed_at.year}-{self.pk:03}"


class HoldCriterion(models.Model):
    """The class of dossiers that a hold covers, those that come later included. What is empty does not narrow it."""

    hold = models.OneToOneField(Hold, models.CASCADE, primary_key=True, related_name="criterion")
    kind = models.CharField(max_length=20, choices=Dossier.Kind.choices, blank=True)
    team = models.ForeignKey(Team, models.PROTECT, null=True, related_name="+")
    opened_from = models.DateField(null=True)
    opened_until = models.DateField(null=True)

    class Meta:
        default_permissions = ()
        constraints = [
            models.CheckConstraint(
                condition=~Q(kind="")
                | Q(team__isnull=False)
                | Q(opened_from__isnull=False)
                | Q(opened_until__isnull=False),
                name="hold_criterion_says_something",
            )
        ]

    def __str__(self) -> str:
        return f"criterion of {self.hold_id}"

    @property
    def narrows(self) -> bool:
        """Whether it says anything at all: a criterion that means every dossier is a mistake."""
        return any((self.kind, self.team_id, self.opened_from, self.opened_until))


class HoldCover(models.Model):
    """A dossier that a hold covers, until it is lifted for it."""

    class How(models.TextChoices):
        PLACED = "placed", _("when the hold was placed")
        CAUGHT = "caught", _("when the dossier was opened or changed")
        REPAIRED = "repaired", _("by the nightly check")

    hold = models.ForeignKey(Hold, models.CASCADE, related_name="covers")
    dossier = models.ForeignKey(Dossier, models.DO_NOTHING, db_constraint=False, related_name="+")
    how = models.CharField(max_length=8, choices=How.choices, default=How.PLACED)
    lifted_at = models.DateTimeField(null=True)
    lifted_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")

    class Meta:
        default_permissions = ()
        constraints = [
            DatabaseForeignKey(field="dossier", name="retention_holdcover_of_dossier"),
            models.UniqueConstraint(fields=["hold", "dossier"], name="hold_covers_once"),
        ]

    def __str__(self) -> str:
        return f"{self.hold_id} covers {self.dossier_id}"


class HoldMissed(models.Model):
    """A dossier for which a hold came too late. Its plain id stays, as on the destruction list, when it is gone."""

    hold = models.ForeignKey(Hold, models.CASCADE, related_name="missed")
    dossier_id = models.UUIDField()

    class Meta:
        default_permissions = ()
        constraints = [models.UniqueConstraint(fields=["hold", "dossier_id"], name="hold_missed_once")]

    def __str__(self) -> str:
        return f"{self.hold_id} came too late for {self.dossier_id}"


@dataclass(frozen=True, slots=True, repr=False)
class HoldFacts:
    """Why a hold stands, in the owner's own words, and the evidence for it: a letter, a case number."""

    text: str = ""
    evidence: str = ""
    author: str = ""

    def __bool__(self) -> bool:
        return bool(self.text or self.evidence)


class HoldNote(DossierBound):
    """The words of a hold on named dossiers: sealed under each dossier's own key, and destroyed with it."""

    hold = models.ForeignKey(Hold, models.CASCADE, related_name="notes")
    facts: SealedField[HoldFacts] = SealedField(HoldFacts)

    class Meta(DossierBound.Meta):
        default_permissions = ()

    def __str__(self) -> str:
        return f"note on {self.hold_id}"


class HoldText(models.Model):
    """The words of a hold by criterion: they speak of an occasion, not of a dossier.

    Sealed under a key that is made in the vault for this row alone: under one dossier's key they would be lost with
    that dossier, and a copy under each of a hundred thousand keys would say nothing more.
    """

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    hold = models.OneToOneField(Hold, models.CASCADE, related_name="text")
    facts: SealedField[HoldFacts] = SealedField(HoldFacts)

    class Meta:
        default_permissions = ()

    def __str__(self) -> str:
        return f"text of {self.hold_id}"
