"""Requests of data subjects (AVG, Jeugdwet, Wmo). They outlive the dossier that they are about."""

from dataclasses import dataclass
from datetime import date
from uuid import uuid4

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from casefiles.models import Dossier, User
from casefiles.models.cascade import DatabaseForeignKey
from casefiles.vault.sealing import SealedField
from retention.models.hold import Hold
from retention.rights import law


@dataclass(frozen=True, slots=True, repr=False)
class RequestFacts:
    """All that identifies or describes the requester, and the reasons of the decision in words."""

    requester: str = ""
    contact: str = ""
    text: str = ""
    whose_interest: str = ""
    why: str = ""
    evidence: str = ""
    scope: str = ""


class RightsRequest(models.Model):
    """One request. Its facts are sealed under a key of its own: request and decision are kept apart from the dossier,
    and stay when that is destroyed on request.
    """

    class Kind(models.TextChoices):
        INSPECT = law.Kind.INSPECT, _("inspection")
        COPY = law.Kind.COPY, _("copy")
        RECTIFY = law.Kind.RECTIFY, _("rectification")
        OWN_STATEMENT = law.Kind.OWN_STATEMENT, _("own statement")
        DESTROY = law.Kind.DESTROY, _("destruction")
        RESTRICT = law.Kind.RESTRICT, _("restriction")
        OBJECT = law.Kind.OBJECT, _("objection to processing")
        PORTABILITY = law.Kind.PORTABILITY, _("data portability")
        THIRD_PARTY = law.Kind.THIRD_PARTY, _("telling about data from third parties")

    class Regime(models.TextChoices):
        YOUTH_ACT = law.Regime.YOUTH_ACT, _("Youth Act (Jeugdwet)")
        GDPR = law.Regime.GDPR, _("GDPR alone, such as an access file")
        WMO = law.Regime.WMO, _("Social Support Act (Wmo)")
        VEILIG_THUIS = law.Regime.VEILIG_THUIS, _("Veilig Thuis")

    class Capacity(models.TextChoices):
        SELF = "self", _("the young person")
        PARENT = "parent", _("parent with authority")
        GUARDIAN = "guardian", _("guardian")
        REPRESENTATIVE = "representative", _("representative or proxy")
        RELATIVE = "relative", _("relative")
        OTHER = "other", _("someone else")

    class Decision(models.TextChoices):
        GRANTED = "granted", _("granted")
        PARTLY = "partly", _("partly granted")
        REFUSED = "refused", _("refused")
        WITHDRAWN = "withdrawn", _("withdrawn by the requester")

    class Ground(models.TextChoices):
        OTHER_INTEREST = law.Ground.OTHER_INTEREST, _("keeping is of substantial interest to another")
        LAW = law.Ground.LAW, _("a law opposes it")
        OTHER_PRIVACY = law.Ground.OTHER_PRIVACY, _("the privacy of another")
        UNFOUNDED = law.Ground.UNFOUNDED, _("manifestly unfounded or excessive")

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    name = models.CharField(max_length=20, unique=True)
    kind = models.CharField(max_length=20, choices=Kind.choices)
    regime = models.CharField(max_length=20, choices=Regime.choices)
    capacity = models.CharField(max_length=20, choices=Capacity.choices)
    received_on = models.DateField()
    registered_at = models.DateTimeField(auto_now_add=True)
    handler = models.ForeignKey(User, models.PROTECT, related_name="+")
    hold = models.OneToOneField(Hold, models.PROTECT, related_name="request")
    extended_until = models.DateField(null=True)
    extension_told_on = models.DateField(null=True)
    decision = models.CharField(max_length=10, choices=Decision.choices, blank=True)
    ground = models.CharField(max_length=20, choices=Ground.choices, blank=True)
    decided_on = models.DateField(null=True)
    decided_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    refusal_review_on = models.DateField(null=True)
    contested = models.BooleanField(default=False)
    ended_at = models.DateTimeField(null=True)
    facts: SealedField[RequestFacts] = SealedField(RequestFacts)

    class Meta:
        default_permissions = ()
        constraints = [
            models.CheckConstraint(
                condition=Q(decision="") | Q(decided_on__isnull=False, decided_by__isnull=False),
                name="request_decision_has_day_and_decider",
            ),
            models.CheckConstraint(
                condition=~Q(decision__in=["refused", "partly"]) | ~Q(ground=""), name="request_refusal_has_ground"
            ),
            models.CheckConstraint(
                condition=~Q(kind="destroy") | Q(ground__in=["", "other_interest", "law"]),
                name="destruction_has_two_grounds_of_refusal",
            ),
            models.CheckConstraint(
                condition=Q(extended_until__isnull=True) | Q(extension_told_on__isnull=False),
                name="request_extension_was_told",
            ),
            models.CheckConstraint(condition=Q(decided_on__gte=F("received_on")), name="request_decided_after_receipt"),
        ]
        indexes = [models.Index(fields=["received_on"], condition=Q(ended_at=None), name="request_open")]

    def __str__(self) -> str:
        return self.name

    @property
    def deadline(self) -> date:
        """The last day for the decision, extension included."""
        return self.extended_until or law.term(self.regime, self.kind, self.received_on).deadline

    @property
    def remedy_until(self) -> date | None:
        """The last day of the remedy period, once there is a decision."""
        return law.remedy_until(self.decided_on) if self.decided_on else None


class RequestDossier(models.Model):
    """A dossier that a request is about; the row goes with the dossier, the request stays."""

    request = models.ForeignKey(RightsRequest, models.CASCADE, related_name="about")
    dossier = models.ForeignKey(Dossier, models.DO_NOTHING, db_constraint=False, related_name="+")

    class Meta:
        default_permissions = ()
        constraints = [
            DatabaseForeignKey(field="dossier", name="retention_requestdossier_of_dossier"),
            models.UniqueConstraint(fields=["request", "dossier"], name="request_is_about_once"),
        ]

    def __str__(self) -> str:
        return f"{self.request_id} about {self.dossier_id}"
