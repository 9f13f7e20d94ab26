"""Entries of a dossier: what happened, was said, found or decided."""

from dataclasses import dataclass

from django.db import models
from django.utils.translation import gettext_lazy as _

from casefiles.models.cascade import DossierBound
from casefiles.vault.sealing import SealedField


@dataclass(frozen=True, slots=True, repr=False)
class EntryFacts:
    """The text and who wrote it: an author's name is a person's as well."""

    text: str
    author: str


class Entry(DossierBound):
    """One entry. Whether it is substantive decides whether it restarts the retention period (JW 7.3.8(3))."""

    class Kind(models.TextChoices):
        CONTACT = "contact", _("contact")
        REPORT = "report", _("report")
        DECISION = "decision", _("decision")
        CONSULTATION = "consultation", _("consultation")
        OBSERVATION = "observation", _("observation")
        ADMINISTRATIVE = "administrative", _("administrative")

    class Source(models.TextChoices):
        FACT = "fact", _("fact")
        OPINION = "opinion", _("opinion")
        STATEMENT = "statement", _("statement")

    occurred_on = models.DateField()
    kind = models.CharField(max_length=20, choices=Kind.choices)
    source = models.CharField(max_length=10, choices=Source.choices)
    substantive = models.BooleanField()
    facts: SealedField[EntryFacts] = SealedField(EntryFacts)

    class Meta(DossierBound.Meta):
        default_permissions = ()
        indexes = [models.Index(fields=["dossier", "-occurred_on"], name="entry_by_dossier")]

    def __str__(self) -> str:
        return f"{self.kind} {self.pk}"
