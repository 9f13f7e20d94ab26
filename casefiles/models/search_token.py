"""The blind index. Unlogged: it is in no write-ahead log and no base backup, and is rebuilt when it is lost."""

from django.db import models

from casefiles.models.cascade import DatabaseForeignKey


class SearchToken(models.Model):
    """One searchable exact value of a dossier, as a truncated keyed hash; `epoch` is its key's."""

    class Purpose(models.IntegerChoices):
        BSN = 1
        SURNAME = 2
        SURNAME_BIRTH_DATE = 3
        INITIALS_SURNAME = 4
        BIRTH_DATE = 5

    purpose = models.PositiveSmallIntegerField(choices=Purpose.choices)
    token = models.BigIntegerField()
    epoch = models.PositiveSmallIntegerField()
    dossier = models.ForeignKey("casefiles.Dossier", models.DO_NOTHING, db_constraint=False, db_index=False)

    class Meta:
        default_permissions = ()
        indexes = [
            models.Index(fields=["token", "purpose", "dossier"], name="search_token_lookup"),
            models.Index(fields=["dossier"], name="search_token_dossier"),
        ]
        constraints = [DatabaseForeignKey(field="dossier", name="casefiles_searchtoken_of_dossier")]

    def __str__(self) -> str:
        return f"token of {self.dossier_id}"
