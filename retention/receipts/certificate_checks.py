"""Whether a certificate still holds: its signatures, its receipts in the log, and that nothing came back."""

from uuid import UUID

from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from casefiles.models import Dossier
from casefiles.vault import keys
from retention import mirror
from retention.models import Certificate, CertificatePdf
from retention.receipts import certified
from retention.receipts.statement import Check


def checks(certificate: Certificate) -> list[Check]:
    """Verify a certificate that was made, against the present log and the present stores."""
    facts = certified.Facts.of(certificate.facts)
    receipts = list(certified.covered(certificate, facts.log.size))
    sealed = len(receipts) == facts.dossiers and certified.seal(receipts).hex() == facts.log.seal
    found = [_signature(pdf) for pdf in certificate.pdfs.order_by("-language")]
    return [*found, _sealed(sealed), _in_log(facts.log), _gone([receipt.dossier_id for receipt in receipts])]


def _signature(pdf: CertificatePdf) -> Check:
    from retention.receipts import pades  # slow to load: see there

    found = pades.read(bytes(pdf.content))
    name = {"nl": _("Dutch PDF"), "en": _("English PDF")}[pdf.language]
    if not found.holds:
        return Check(False, _("%s: the signature does not hold, or is not of this organisation.") % name)
    if found.stamped_at is None:
        return Check(True, _("%s: unchanged, and signed with a key of this organisation.") % name)
    when = date_format(localtime(found.stamped_at), "j F Y, H:i")
    words = _("%(name)s: unchanged, signed with a key of this organisation, and stamped by a timestamp authority on "
              "%(when)s.")  # fmt: skip
    return Check(True, words % {"name": name, "when": when})


def _sealed(holds: bool) -> Check:
    if holds:
        return Check(True, _("The seal agrees with the receipts in the log."))
    return Check(False, _("The seal does not agree with the receipts in the log."))


def _in_log(log: certified.Log) -> Check:
    """Compare the root that the certificate states with the root of the present log at that size."""
    if certified.root_at(log.size) != log.root:
        return Check(False, _("The log is not the one that this certificate states: it was rewritten or cut off."))
    if mirror.mirrored_size() < log.size:
        return Check(False, _("The log outside the database is behind, or is not there. Check the mirror folder."))
    return Check(True, _("The log was not rewritten since, and stands outside the database too."))


def _gone(dossiers: list[UUID]) -> Check:
    left = Dossier.objects.filter(pk__in=dossiers).exists() or keys.remaining(dossiers)
    if left:
        return Check(False, _("Something of a dossier is here again. Tell your administrator at once."))
    words = ngettext("The dossier and its key are not here any more.",
                     "None of the %(n)d dossiers is here any more, and none of their keys.", len(dossiers))  # fmt: skip
    return Check(True, words % {"n": len(dossiers)})
