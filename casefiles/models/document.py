"""Documents of a dossier. The row is committed before the file is stored, so that no stored file is unknown."""

from dataclasses import dataclass

from django.db import models
from django.utils.translation import gettext_lazy as _

from casefiles.models.cascade import DossierBound
from casefiles.vault.sealing import SealedField


@dataclass(frozen=True, slots=True, repr=False)
class DocumentFacts:
    """What a document's name gives away."""

    title: str
    filename: str
    media_type: str = ""
    author: str = ""


class Document(DossierBound):
    """One stored file: sealed under the dossier's key, at `storage_key` in the document store.

    `size` counts plain bytes. `digest` is HMAC-SHA256 of the content under the dossier's subject secret:
    a plain digest of a destroyed document would be personal data.
    """

    class Category(models.TextChoices):
        """What sort of document it is; an older system may have brought other codes along."""

        REPORT = "report", _("report")
        PLAN = "plan", _("plan")
        DECISION = "decision", _("decision")
        LETTER = "letter", _("letter")
        CORRESPONDENCE = "correspondence", _("correspondence")
        VIDEO_COPY = "video-copy", _("copy of a video recording")

    storage_key = models.CharField(max_length=80, unique=True)
    category = models.CharField(max_length=40)
    created_on = models.DateField()
    # Only treating professionals of this dossier see it (access.Ability.TREAT); for all others it does not exist.
    treatment_secret = models.BooleanField(default=False, db_default=False)
    stored = models.BooleanField(default=False)
    size = models.BigIntegerField(default=0)
    digest = models.BinaryField(max_length=32, null=True)
    facts: SealedField[DocumentFacts] = SealedField(DocumentFacts)

    class Meta(DossierBound.Meta):
        default_permissions = ()
        indexes = [models.Index(fields=["dossier", "-created_on"], name="document_by_dossier")]

    def __str__(self) -> str:
        return str(self.pk)
