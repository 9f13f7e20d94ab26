"""Which references went by which list: answers "was this dossier in it?" with yes or no, and lists nothing."""

from django.db import models

from retention.models.destruction_list import DestructionList


class ListMark(models.Model):
    """HMAC(register secret, list | reference) of a destroyed dossier, beside the list by which it went."""

    destruction_list = models.ForeignKey(DestructionList, models.PROTECT, related_name="marks")
    digest = models.BinaryField(max_length=32, unique=True)

    class Meta:
        default_permissions = ()

    def __str__(self) -> str:
        return "a destroyed reference on a list"
