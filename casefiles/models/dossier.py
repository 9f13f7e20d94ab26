"""The dossier: a case file about one or more young people. No personal data in its clear columns."""

from dataclasses import dataclass, field
from datetime import date
from uuid import uuid4

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils.translation import gettext_lazy as _

from casefiles.models.team import Team
from casefiles.vault.sealing import SealedField


@dataclass(frozen=True, slots=True, repr=False)
class Circumstances:
    """What a retention term may count from or depend on, as people say it: None or absent where nobody said.

    `events` are the dates of events that a rule names by code, `flags` the answers to its questions. Codes alone
    would tell of a death or of suspected abuse, so all of it is sealed. `version` counts the changes.
    """

    arrived_on: date | None = None
    decision_starts_on: date | None = None
    decision_expires_on: date | None = None
    main_case_ended_on: date | None = None
    related_cases_ended_on: date | None = None
    events: dict[str, date] = field(default_factory=dict)
    flags: dict[str, bool] = field(default_factory=dict)
    version: int = 0


@dataclass(frozen=True, slots=True, repr=False)
class DossierFacts:
    """The secret that ties receipts and document digests to this dossier, for whoever holds the slip.

    `subject` is what the receipt will state about whom, frozen when a slip was printed; empty until then. With it
    go the circumstances of the dossier as a whole.
    """

    subject_secret: bytes
    subject: str = ""
    circumstances: Circumstances = field(default_factory=Circumstances)


class DossierQuerySet(models.QuerySet["Dossier"]):
    """Questions about dossiers; who may ask them is decided in casefiles/access.py."""

    def present(self) -> "DossierQuerySet":
        """Return those that are wholly in and not being destroyed."""
        return self.filter(status__in=[Dossier.Status.OPEN, Dossier.Status.CLOSED])


class Dossier(models.Model):
    """One case file. Its key is a random UUID (never one that carries a date); people use the reference."""

    class Kind(models.TextChoices):
        JEUGDHULP = "jeugdhulp", _("youth-care file")
        TOEGANG = "toegang", _("access file")
        OTS = "ots", _("supervision order file")
        VOOGDIJ = "voogdij", _("guardianship file")
        JEUGDRECLASSERING = "jeugdreclassering", _("youth probation file")
        VEILIG_THUIS = "veilig-thuis", _("Veilig Thuis file")
        JGZ = "jgz", _("youth health care file")
        LEERPLICHT = "leerplicht", _("school attendance file")
        KLACHT = "klacht", _("complaint file")

    class Status(models.TextChoices):
        ARRIVING = "arriving", _("arriving")
        OPEN = "open", _("open")
        CLOSED = "closed", _("closed")
        DESTROYING = "destroying", _("being destroyed")

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    reference = models.CharField(max_length=40, unique=True)
    kind = models.CharField(max_length=20, choices=Kind.choices)
    # Other kinds of records in the same file, such as a complaint: the longest of their terms counts for the whole.
    also = ArrayField(models.CharField(max_length=20, choices=Kind.choices), default=list, db_default=[])
    status = models.CharField(max_length=10, choices=Status.choices)
    team = models.ForeignKey(Team, models.PROTECT, related_name="dossiers")
    opened_on = models.DateField()
    closed_on = models.DateField(null=True, blank=True)
    last_change_on = models.DateField()
    end_of_measure_on = models.DateField(null=True, blank=True)
    # Its lead wants a reason from everybody who opens it, also while it is open.
    ask_reason = models.BooleanField(default=False, db_default=False)
    source = models.CharField(max_length=120, blank=True)
    fingerprint = models.BinaryField(max_length=32, null=True)
    # Empty only while the dossier arrives: its row is committed before its key exists.
    facts: SealedField[DossierFacts] = SealedField(DossierFacts, null=True)  # type: ignore[misc] # its reason is above

    objects = DossierQuerySet.as_manager()

    class Meta:
        default_permissions = ()
        permissions = [
            ("read_dossier", "Read the dossier"),
            ("contribute_dossier", "Add and change entries and documents"),
            ("lead_dossier", "Lead the case: care team, closing, reopening"),
            ("treat_dossier", "Read and write what is under treatment secrecy"),
        ]
        indexes = [
            models.Index(fields=["team", "-last_change_on", "id"], name="dossier_by_team"),
            models.Index(fields=["-last_change_on", "id"], name="dossier_by_change"),
            models.Index(fields=["kind"], condition=~models.Q(also=[]), name="dossier_of_several_kinds"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=~models.Q(status="closed") | models.Q(closed_on__isnull=False),
                name="closed_dossier_has_its_date",
            ),
            models.CheckConstraint(
                condition=models.Q(last_change_on__gte=models.F("opened_on")),
                name="no_change_before_opening",
            ),
        ]

    def __str__(self) -> str:
        return self.reference
