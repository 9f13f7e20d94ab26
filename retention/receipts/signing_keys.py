"""The keys under certificates: ECDSA P-256, beside the log's key. A retired key signs no more; its certificates stay.

By default each key bears a certificate that it signed itself. With CERTIFICATE_KEY and CERTIFICATE_CHAIN the
organisation signs with a key of its own, such as one for which a trust service provider vouches.
"""

import os
import re
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from django.conf import settings

from casefiles.models.organisation import operator_name
from casefiles.vault.kept import fsync_folder, keep

PEM = serialization.Encoding.PEM
# RFC 5280 §4.1.2.5: a certificate without a well-defined end; these documents are kept for ever.
NO_END = datetime(9999, 12, 31, 23, 59, 59, tzinfo=UTC)
ANNULMENT = timedelta(minutes=5)  # a clock elsewhere may run behind


@dataclass(frozen=True, slots=True)
class SigningKey:
    """Where the private key is, and its certificate with those that vouch for it, the signer's first."""

    key: Path
    chain: Path


def folder() -> Path:
    """Return where the keys and every certificate that was ever used are kept; never in a backup of data."""
    return Path(settings.KEYS_DIR / "certificate")


def current() -> SigningKey:
    """Return the key that signs now, making the first one on first use. Raises OSError."""
    if settings.CERTIFICATE_KEY:
        own = SigningKey(Path(settings.CERTIFICATE_KEY), Path(settings.CERTIFICATE_CHAIN))
        _remember(own)
        return own
    return _made(max(_numbers(), default=1))


def rotate() -> SigningKey:
    """Make the next key and destroy the private half of the one before. What those signed stays verifiable."""
    numbers = sorted(_numbers())
    made = _made(max(numbers, default=0) + 1)
    for number in numbers:
        _destroy(_path(number, "key"))
    return made


def known() -> dict[bytes, x509.Certificate]:
    """Return the certificates with which this organisation signs or ever signed, by SHA-256 fingerprint."""
    found = (cert for path in sorted(folder().glob("*.pem")) for cert in _read(path)[:1])
    return {cert.fingerprint(hashes.SHA256()): cert for cert in found}


def _numbers() -> Iterator[int]:
    names = (re.fullmatch(r"signer-(\d+)\.key", path.name) for path in folder().glob("signer-*.key"))
    return (int(name[1]) for name in names if name)


def _path(number: int, kind: str) -> Path:
    return folder() / f"signer-{number}.{kind}"


def _made(number: int) -> SigningKey:
    """Return the key of this number; two processes that make it at once end up with the same one."""
    private = keep(_path(number, "key"), _new_key)
    keep(_path(number, "pem"), lambda: _self_signed(private, number))
    return SigningKey(_path(number, "key"), _path(number, "pem"))


def _new_key() -> bytes:
    key = ec.generate_private_key(ec.SECP256R1())
    return key.private_bytes(PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())


def _self_signed(private: bytes, number: int) -> bytes:
    key = serialization.load_pem_private_key(private, None)
    if not isinstance(key, ec.EllipticCurvePrivateKey):
        raise TypeError("the key under certificates is not an elliptic one")
    name = x509.Name(
        [
            x509.NameAttribute(NameOID.ORGANIZATION_NAME, operator_name()[:64]),
            x509.NameAttribute(NameOID.COMMON_NAME, f"{operator_name()[:40]}, verklaringen {number}"),
        ]
    )
    usage = x509.KeyUsage(True, True, False, False, False, False, False, False, False)  # signature, non-repudiation
    built = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(datetime.now(UTC) - ANNULMENT)
        .not_valid_after(NO_END)
        .add_extension(usage, critical=True)
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
    )
    return built.sign(key, hashes.SHA256()).public_bytes(PEM)


def _remember(own: SigningKey) -> None:
    signer = _read(own.chain)[0]
    name = f"own-{signer.fingerprint(hashes.SHA256()).hex()[:16]}.pem"
    keep(folder() / name, lambda: signer.public_bytes(PEM))


def _read(path: Path) -> list[x509.Certificate]:
    return x509.load_pem_x509_certificates(path.read_bytes())


def _destroy(path: Path) -> None:
    """Overwrite a private key and unlink it; already gone is success."""
    with suppress(FileNotFoundError):
        with path.open("r+b") as file:
            file.write(bytes(path.stat().st_size))
            file.flush()
            os.fsync(file.fileno())
        path.unlink()
        fsync_folder(path.parent)
