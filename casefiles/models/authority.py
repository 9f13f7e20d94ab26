"""Parental authority (gezag): a dated, evidenced relation per adult per child, never a yes or no of a person."""

from dataclasses import dataclass
from datetime import date

from django.db import models

from casefiles.models.cascade import DatabaseForeignKey, DossierBound
from casefiles.models.party import Party
from casefiles.vault.sealing import SealedField


@dataclass(frozen=True, slots=True, repr=False)
class AuthorityFacts:
    """Since when, until when, and on what evidence (an extract of the authority register, a court order)."""

    evidence: str = ""
    since: date | None = None
    until: date | None = None


class Authority(DossierBound):
    """One adult's authority over one child of the same dossier."""

    adult = models.ForeignKey(Party, models.DO_NOTHING, db_constraint=False, related_name="authority_over")
    child = models.ForeignKey(Party, models.DO_NOTHING, db_constraint=False, related_name="under_authority_of")
    version = models.PositiveIntegerField(default=1)
    facts: SealedField[AuthorityFacts] = SealedField(AuthorityFacts)

    class Meta(DossierBound.Meta):
        default_permissions = ()
        constraints = [
            *DossierBound.Meta.constraints,
            DatabaseForeignKey(field="adult", name="casefiles_authority_adult"),
            DatabaseForeignKey(field="child", name="casefiles_authority_child"),
        ]

    def __str__(self) -> str:
        return f"authority {self.pk}"
