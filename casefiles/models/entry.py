"""Entries of a dossier: what happened, was said, found or decided."""

from dataclasses import dataclass

from django.db import models
from django.utils.translation import gettext_lazy as _

from casefiles.models.cascade import DatabaseForeignKey, DossierBound
from casefiles.vault.sealing import SealedField


@dataclass(frozen=True, slots=True, repr=False)
class EntryFacts:
    """The text, who wrote it (an author's name is a person's as well) and with whom it was discussed."""

    text: str
    author: str
    title: str = ""
    discussed_with: str = ""
    editor: str = ""  # who wrote this version, when that is not the author


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
    # Only treating professionals of this dossier see it (access.Ability.TREAT); for all others it does not exist.
    treatment_secret = models.BooleanField(default=False, db_default=False)
    version = models.PositiveIntegerField(default=1)
    written_at = models.DateTimeField(auto_now_add=True)
    facts: SealedField[EntryFacts] = SealedField(EntryFacts)

    class Meta(DossierBound.Meta):
        default_permissions = ()
        indexes = [models.Index(fields=["dossier", "-occurred_on"], name="entry_by_dossier")]

    def __str__(self) -> str:
        return f"{self.kind} {self.pk}"


class EntryVersion(DossierBound):
    """An earlier version of an entry, as it was before a change: nothing that was written is lost.

    Its codes and date are empty in what was kept before they were kept too.
    """

    entry = models.ForeignKey(Entry, models.DO_NOTHING, db_constraint=False, related_name="versions")
    version = models.PositiveIntegerField()
    replaced_at = models.DateTimeField(auto_now_add=True)
    occurred_on = models.DateField(null=True)
    kind = models.CharField(max_length=20, choices=Entry.Kind.choices, blank=True)
    source = models.CharField(max_length=10, choices=Entry.Source.choices, blank=True)
    substantive = models.BooleanField(null=True)
    facts: SealedField[EntryFacts] = SealedField(EntryFacts)

    class Meta(DossierBound.Meta):
        default_permissions = ()
        constraints = [
            *DossierBound.Meta.constraints,
            DatabaseForeignKey(field="entry", name="casefiles_entryversion_of_entry"),
            models.UniqueConstraint(fields=["entry", "version"], name="entry_version_once"),
        ]

    def __str__(self) -> str:
        return f"version {self.version} of {self.entry_id}"
