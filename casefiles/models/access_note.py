"""Why somebody was given access or lost it, in words: sealed, for words say more than a code."""

from dataclasses import dataclass

from django.db import models

from casefiles.models.cascade import DossierBound
from casefiles.models.user import User
from casefiles.vault.sealing import SealedField


@dataclass(frozen=True, slots=True, repr=False)
class NoteFacts:
    """To whom the change of access was, and the explanation."""

    about: str
    text: str


class AccessNote(DossierBound):
    """The explanation that goes with one change of access."""

    written_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    written_at = models.DateTimeField(auto_now_add=True)
    facts: SealedField[NoteFacts] = SealedField(NoteFacts)

    class Meta(DossierBound.Meta):
        default_permissions = ()
        indexes = [models.Index(fields=["dossier", "-written_at"], name="access_note_by_dossier")]

    def __str__(self) -> str:
        return f"note {self.pk}"
