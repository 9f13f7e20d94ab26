"""Which certificates a person may see, and whether a dossier is in one. Yes or no, and every question is logged."""

from django.db.models import QuerySet

from casefiles import journal
from casefiles.models import AccessEvent, User
from retention import overview
from retention.models import Certificate


def visible_to(user: User) -> QuerySet[Certificate]:
    """Return the certificates of the lists that a person may see, the newest first."""
    lists = overview.visible_to(user)
    found = Certificate.objects.filter(destruction_list__in=lists).order_by("-pk")
    return found.select_related(
        "destruction_list__category",
        "destruction_list__team",
        "destruction_list__rule",
        "requested_by",
        "job",
        "receipt",
    )


def downloaded(certificate: Certificate, language: str, *, by: User) -> bytes | None:
    """Return the signed PDF in a language and log that it left; None while it is not made."""
    content = certificate.pdfs.filter(language=language).values_list("content", flat=True).first()
    if content is None:
        return None
    journal.record(AccessEvent.Action.DOWNLOAD, by, ground="certificate", number=certificate.number, language=language)
    return bytes(content)
