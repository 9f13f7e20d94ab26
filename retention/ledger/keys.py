"""Keys of signed notes (C2SP signed-note, "Verifier keys"): a log's own and a witness's, both Ed25519."""

from dataclasses import dataclass, field
from functools import cached_property
from hashlib import sha256
from typing import ClassVar, Final, Self

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from retention.ledger.encoding import HASH_SIZE, decode_base64, encode_base64, is_line
from retention.ledger.errors import MalformedError

LOG: Final = 0x01
WITNESS: Final = 0x04
_TIMESTAMP_SIZE = 8
_PRIVATE_PREFIX = "PRIVATE+KEY+"


def require_key_name(name: str) -> None:
    """Raise MalformedError unless `name` may stand in a signature line: one word without a plus."""
    forbidden = any(character == "+" or character.isspace() for character in name)
    if not name or forbidden or not is_line(name):
        raise MalformedError("a key name is empty or holds a space, a plus or a control character")


@dataclass(frozen=True, slots=True)
class VerifierKey:
    """A public Ed25519 key, its name and its use: LOG (0x01) signs notes, WITNESS (0x04) adds a time."""

    name: str
    kind: int
    public: bytes

    def __post_init__(self) -> None:
        require_key_name(self.name)
        if self.kind not in {LOG, WITNESS} or len(self.public) != HASH_SIZE:
            raise MalformedError("not an Ed25519 key of type 0x01 or 0x04")

    @classmethod
    def parse(cls, vkey: str) -> Self:
        """Read `name+keyid+base64`; raise MalformedError unless it is exactly how `str` would write it."""
        name, key_id, material = _three_parts(vkey)
        key = cls(name, material[0], material[1:])
        if key.key_id.hex() != key_id:
            raise MalformedError("the key id does not belong to the key")
        return key

    def __str__(self) -> str:
        return f"{self.name}+{self.key_id.hex()}+{encode_base64(bytes([self.kind]) + self.public)}"

    @property
    def fingerprint(self) -> str:
        """SHA-256 over name, newline, type and public key, in hex; the key id is its first eight digits."""
        return sha256(f"{self.name}\n".encode() + bytes([self.kind]) + self.public).hexdigest()

    @property
    def key_id(self) -> bytes:
        """The four bytes that stand before a signature by this key."""
        return bytes.fromhex(self.fingerprint)[:4]

    def verifies(self, text: str, signature: bytes) -> bool:
        """Tell whether this key made `signature` over `text`.

        It has 64 bytes; a witness's has 8 bytes of POSIX seconds before them (C2SP tlog-cosignature).
        """
        message = text.encode()
        if self.kind == WITNESS:
            seconds = int.from_bytes(signature[:_TIMESTAMP_SIZE])
            if seconds >= 2**63:  # C2SP tlog-cosignature: "MUST NOT exceed 2^63 - 1"
                return False
            message = cosigned_message(text, seconds)
            signature = signature[_TIMESTAMP_SIZE:]
        try:
            Ed25519PublicKey.from_public_bytes(self.public).verify(signature, message)
        except InvalidSignature:
            return False
        return True


@dataclass(frozen=True)
class PrivateKey:
    """A private Ed25519 key: its name and its 32-byte seed (RFC 8032). Its kind is its use, LOG or WITNESS."""

    name: str
    seed: bytes = field(repr=False)
    kind: ClassVar[int]

    def __post_init__(self) -> None:
        require_key_name(self.name)
        if len(self.seed) != HASH_SIZE:
            raise MalformedError(f"an Ed25519 seed has {HASH_SIZE} bytes")

    @classmethod
    def generate(cls, name: str) -> Self:
        """Make a new key from the operating system's randomness."""
        return cls(name, Ed25519PrivateKey.generate().private_bytes_raw())

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read the encoding of Go's sumdb/note, `PRIVATE+KEY+name+keyid+base64`, or raise MalformedError."""
        if not text.startswith(_PRIVATE_PREFIX):
            raise MalformedError("not a private note key")
        name, key_id, material = _three_parts(text.removeprefix(_PRIVATE_PREFIX))
        key = cls(name, material[1:])
        if material[0] != cls.kind or key.verifier.key_id.hex() != key_id:
            raise MalformedError("the key id does not belong to the private key")
        return key

    def encoded(self) -> str:
        """Write the private key as Go's sumdb/note does. It is a secret: whoever reads it can sign."""
        material = encode_base64(bytes([self.kind]) + self.seed)
        return f"{_PRIVATE_PREFIX}{self.name}+{self.verifier.key_id.hex()}+{material}"

    @cached_property
    def _private(self) -> Ed25519PrivateKey:
        return Ed25519PrivateKey.from_private_bytes(self.seed)

    @cached_property
    def verifier(self) -> VerifierKey:
        """The public half."""
        return VerifierKey(self.name, self.kind, self._private.public_key().public_bytes_raw())

    @property
    def vkey(self) -> str:
        """The public half as text, to be published and pinned."""
        return str(self.verifier)


class LogKey(PrivateKey):
    """A log's private key; its name is the checkpoint's origin."""

    kind = LOG

    def sign(self, text: str) -> bytes:
        """Return the 64-byte Ed25519 signature over the UTF-8 of `text`."""
        return self._private.sign(text.encode())


class WitnessKey(PrivateKey):
    """A witness's private key. Use it for nothing else: what it signs does not name it (C2SP tlog-cosignature)."""

    kind = WITNESS

    def cosign(self, checkpoint: str, seconds: int) -> bytes:
        """Return the timestamped signature: 8 bytes of POSIX seconds and 64 of Ed25519 over them and the text."""
        signed = self._private.sign(cosigned_message(checkpoint, seconds))
        return seconds.to_bytes(_TIMESTAMP_SIZE) + signed


def cosigned_message(checkpoint: str, seconds: int) -> bytes:
    """Return what a witness signs over a checkpoint's text (C2SP tlog-cosignature, "Ed25519 signed message")."""
    return f"cosignature/v1\ntime {seconds}\n{checkpoint}".encode()


def _three_parts(text: str) -> tuple[str, str, bytes]:
    parts = text.split("+", 2)
    if len(parts) != 3:
        raise MalformedError("not a key of the form name+keyid+base64")
    material = decode_base64(parts[2])
    if not material:
        raise MalformedError("the key is empty")
    return parts[0], parts[1], material
