"""Making certificates: asked for in the browser or the terminal, made by the worker, never inside the destruction."""

import logging
from uuid import UUID

from django.db import connection, transaction
from django.utils import timezone, translation

from casefiles import access, jobs
from casefiles.jobs import Progress
from casefiles.models import Job, User
from retention.lists import OFFICERS
from retention.models import Certificate, CertificatePdf, DestructionList, Receipt
from retention.papers.typesetting import typeset
from retention.receipts import certificate as words
from retention.receipts import certified

KIND = "certificate"
LANGUAGES = ("nl", "en")

log = logging.getLogger(__name__)


def may_request(user: User) -> bool:
    """Tell whether a person may have a certificate made."""
    return user.is_active and user.role in OFFICERS


def request(chosen: DestructionList, receipt: Receipt | None, *, by: User) -> Certificate:
    """Ask for a certificate about a list, or about the one dossier of a `destroyed` receipt on it.

    Asked twice while it is not made yet, it is the same one. Raises Refused.
    """
    if not may_request(by):
        access.refuse(by, KIND)
    with transaction.atomic():
        with connection.cursor() as cursor:  # one number at a time
            cursor.execute("SELECT pg_advisory_xact_lock(hashtext('retention.certificates'))")
        same = Certificate.objects.filter(destruction_list=chosen, receipt=receipt)
        under_way = same.filter(job__state__in=[Job.State.WAITING, Job.State.RUNNING]).first()
        if under_way is not None:
            return under_way
        return Certificate.objects.create(
            number=Certificate.next_number(timezone.localdate()),
            destruction_list=chosen,
            receipt=receipt,
            requested_by=by,
            job=Job.objects.create(kind=KIND, started_by=by, total=len(LANGUAGES)),
        )


def waiting() -> list[UUID]:
    """Return the jobs of certificates that nobody is making now."""
    return list(Job.objects.filter(jobs.free(), kind=KIND).values_list("pk", flat=True))


def carry_out(job_id: UUID) -> None:
    """Make one certificate; safe to run twice. What is in the way is in the job, as a code."""
    progress = jobs.take(job_id)
    if progress is None:
        return
    from retention.receipts.pades import CannotSign  # see there: slow to load, and only this process needs it

    try:
        _make(Certificate.objects.get(job=job_id), progress)
    except certified.NothingDestroyed:
        progress.fail("nothing_destroyed")
    except CannotSign as error:
        log.warning("certificate not signed: %s", error.code)
        progress.release(error.code)
    except Exception as error:
        progress.fail(type(error).__name__)
        raise
    else:
        progress.finish()


def _make(certificate: Certificate, progress: Progress) -> None:
    facts = _facts(certificate)
    receipts = list(certified.covered(certificate, facts.log.size))
    done = set(certificate.pdfs.values_list("language", flat=True))
    for language in LANGUAGES:
        if language not in done:
            with translation.override(language):
                sheet = words.sheet(certificate, facts, receipts)
            content = _signed(typeset(sheet, facts.made_at), sheet.organisation, f"{sheet.title} {certificate.number}")
            CertificatePdf.objects.create(certificate=certificate, language=language, content=content)
        progress.advance()


def _facts(certificate: Certificate) -> certified.Facts:
    """Gather the facts once: a certificate that was taken up again says the same in both languages."""
    if certificate.facts is None:
        facts = certified.gather(certificate)
        Certificate.objects.filter(pk=certificate.pk, facts__isnull=True).update(facts=facts.stored())
        certificate.refresh_from_db(fields=["facts"])
    return certified.Facts.of(certificate.facts)


def _signed(pdf: bytes, operator: str, reason: str) -> bytes:
    from retention.receipts import pades  # see there

    return pades.sign(pdf, operator=operator, reason=reason)
