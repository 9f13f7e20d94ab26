"""PAdES signatures (ETSI EN 319 142) under our PDFs, by pyHanko: ECDSA P-256, and a timestamp when a TSA is set.

Import it where it is used: pyHanko takes a second to load, and most processes never sign.
"""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from io import BytesIO
from typing import Any, TypeVar

from django.conf import settings
from pyhanko.keys import load_certs_from_pemder
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.pdf_utils.misc import PdfError
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign import fields, signers
from pyhanko.sign.diff_analysis import ModificationLevel
from pyhanko.sign.general import SigningError
from pyhanko.sign.timestamps import HTTPTimeStamper, TimestampRequestError
from pyhanko.sign.validation import SignatureCoverageLevel, validate_pdf_signature
from pyhanko_certvalidator import ValidationContext

from retention.receipts import signing_keys

FIELD = "Signature"
Done = TypeVar("Done")


class CannotSign(Exception):
    """The document could not be signed; the code says what a person must look at."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


@dataclass(frozen=True, slots=True)
class Signature:
    """What stands under a PDF: whether it is unchanged, whether a key of ours signed it, and when by whose clock.

    `fingerprint` is the SHA-256 of the signer's certificate in hex.
    `stamped_at` is the moment that a timestamp authority vouches for, None without one.
    """

    unchanged: bool
    ours: bool
    signer: str
    fingerprint: str
    signed_at: datetime | None
    stamped_at: datetime | None

    @property
    def holds(self) -> bool:
        """Whether this is a document of this organisation, as it was made."""
        return self.unchanged and self.ours


NONE = Signature(unchanged=False, ours=False, signer="", fingerprint="", signed_at=None, stamped_at=None)


def sign(pdf: bytes, *, operator: str, reason: str) -> bytes:
    """Return the PDF with a certifying signature that allows no change after it. Raises CannotSign."""
    metadata = signers.PdfSignatureMetadata(
        field_name=FIELD,
        md_algorithm="sha256",
        subfilter=fields.SigSeedSubFilter.PADES,
        name=operator,
        reason=reason,
        certify=True,
        docmdp_permissions=fields.MDPPerm.NO_CHANGES,
    )
    signer = _signer()
    stamper = HTTPTimeStamper(settings.TSA_URL, timeout=30) if settings.TSA_URL else None
    try:
        writer = IncrementalPdfFileWriter(BytesIO(pdf))
        signed = _apart(lambda: signers.sign_pdf(writer, metadata, signer=signer, timestamper=stamper))
    except (TimestampRequestError, OSError) as error:
        raise CannotSign("tsa_unreachable") from error
    except SigningError as error:
        raise CannotSign("cannot_sign") from error
    return bytes(signed.getbuffer())


def _apart(work: Callable[[], Done]) -> Done:
    """Do what starts an event loop in a thread of its own: who calls may be inside a loop, where none can start."""
    with ThreadPoolExecutor(max_workers=1) as thread:
        return thread.submit(work).result()


def _signer() -> signers.SimpleSigner:
    try:
        keys = signing_keys.current()
        loaded: Any = signers.SimpleSigner  # its own annotations are incomplete
        signer: signers.SimpleSigner | None = loaded.load(
            str(keys.key), str(keys.chain), ca_chain_files=(str(keys.chain),)
        )
    except (OSError, ValueError, IndexError) as error:
        raise CannotSign("key_unreadable") from error
    if signer is None:
        raise CannotSign("key_unreadable")
    return signer


def read(pdf: bytes) -> Signature:
    """Say what stands under a PDF. Never raises for anything that the file holds: a broken one is not unchanged."""
    try:
        (embedded,) = PdfFileReader(BytesIO(pdf)).embedded_signatures
        stamping = ValidationContext(trust_roots=_authorities(), allow_fetching=False)
        trusting = ValidationContext(trust_roots=[])
        status = _apart(lambda: validate_pdf_signature(embedded, trusting, ts_validation_context=stamping))
    except (PdfError, ValueError, KeyError, TypeError, IndexError, SigningError, RecursionError):
        return NONE
    certificate: Any = status.signing_cert
    fingerprint = sha256(certificate.dump()).hexdigest()
    stamp = status.timestamp_validity
    stamped = stamp is not None and stamp.intact and stamp.valid and (stamp.trusted or not settings.TSA_CERTIFICATE)
    whole = (
        status.coverage == SignatureCoverageLevel.ENTIRE_FILE and status.modification_level == ModificationLevel.NONE
    )
    return Signature(
        unchanged=status.intact and status.valid and whole and (stamp is None or stamped),
        ours=bytes.fromhex(fingerprint) in signing_keys.known(),
        fingerprint=fingerprint,
        signer=status.signing_cert.subject.human_friendly,
        signed_at=status.signer_reported_dt,
        stamped_at=stamp.timestamp if stamp is not None and stamped else None,
    )


def _authorities() -> Any:
    """Return the certificates of the timestamp authorities that this organisation trusts."""
    load: Any = load_certs_from_pemder  # it bears no annotations
    return list(load([settings.TSA_CERTIFICATE])) if settings.TSA_CERTIFICATE else []
