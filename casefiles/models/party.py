"""The people of a dossier: the young person, parents, guardians, siblings. Never shared between dossiers."""

from dataclasses import dataclass
from datetime import date

from django.db import models
from django.utils.translation import gettext_lazy as _

from casefiles.models.cascade import DossierBound
from casefiles.vault.sealing import SealedField


@dataclass(frozen=True, slots=True, repr=False)
class PartyFacts:
    """All that identifies or describes a person. A missing birth date is None, never a guess."""

    given_names: str = ""
    surname: str = ""
    prefix: str = ""
    birth_date: date | None = None
    bsn: str = ""
    authority: bool | None = None
    address: str = ""
    postcode: str = ""
    city: str = ""
    phone: str = ""
    email: str = ""
    secret_address: bool = False


class Party(DossierBound):
    """One person in one dossier."""

    class Role(models.TextChoices):
        YOUTH = "youth", _("young person")
        PARENT = "parent", _("parent")
        GUARDIAN = "guardian", _("guardian")
        SIBLING = "sibling", _("sibling")

    role = models.CharField(max_length=20, choices=Role.choices)
    version = models.PositiveIntegerField(default=1)
    facts: SealedField[PartyFacts] = SealedField(PartyFacts)

    class Meta(DossierBound.Meta):
        default_permissions = ()
        indexes = [models.Index(fields=["dossier", "role"], name="party_by_dossier")]

    def __str__(self) -> str:
        return f"{self.role} {self.pk}"
