"""The keyed register of what was destroyed, so that it does not come back through the front door."""

from django.db import models


class DestroyedReference(models.Model):
    """HMAC(register secret, source | reference) of a destroyed dossier: it answers yes or no, and lists nothing."""

    digest = models.BinaryField(max_length=32, unique=True)

    class Meta:
        default_permissions = ()

    def __str__(self) -> str:
        return "a destroyed reference"
