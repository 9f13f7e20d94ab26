"""Certificates of destruction (verklaring van vernietiging): made on request, numbered, and kept for ever."""

from datetime import date

from django.db import models

from casefiles.models import Job, User
from retention.models.destruction_list import DestructionList
from retention.models.receipt import Receipt


class Certificate(models.Model):
    """One certificate: about a list, or about the one dossier of `receipt`.

    `facts` is what it says (retention/receipts/certified.py), without words; empty until the job has made it.
    Kept permanently, as the selection list for municipalities asks (SL 19.1.18).
    """

    number = models.CharField(max_length=20, unique=True)
    destruction_list = models.ForeignKey(DestructionList, models.PROTECT, related_name="certificates")
    receipt = models.ForeignKey(Receipt, models.PROTECT, null=True, related_name="certificates")
    job = models.OneToOneField(Job, models.PROTECT, related_name="certificate")
    requested_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    requested_at = models.DateTimeField(auto_now_add=True)
    facts = models.JSONField(null=True)

    class Meta:
        default_permissions = ()

    def __str__(self) -> str:
        return self.number

    @classmethod
    def next_number(cls, day: date) -> str:
        """Return the next free number of the year, such as VV-2026-0031."""
        prefix = f"VV-{day.year}-"
        last = cls.objects.filter(number__startswith=prefix).order_by("-number").values_list("number", flat=True)
        newest = last.first()
        return f"{prefix}{int(newest.removeprefix(prefix)) + 1 if newest else 1:04}"


class CertificatePdf(models.Model):
    """The signed PDF of a certificate in one language; append-only, like the log that it speaks of."""

    certificate = models.ForeignKey(Certificate, models.PROTECT, related_name="pdfs")
    language = models.CharField(max_length=2)
    content = models.BinaryField()
    made_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        default_permissions = ()
        constraints = [models.UniqueConstraint(fields=["certificate", "language"], name="one_pdf_a_language")]

    def __str__(self) -> str:
        return f"{self.certificate_id} ({self.language})"
