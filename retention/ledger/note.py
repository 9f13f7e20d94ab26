"""Signed notes (C2SP signed-note): a text, an empty line, and one signature a line."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Self

from retention.ledger.encoding import decode_base64, encode_base64, is_line
from retention.ledger.errors import MalformedError, SignatureError
from retention.ledger.keys import LogKey, VerifierKey, require_key_name

_DASH = "— "
_KEY_ID_SIZE = 4
# The specification asks for at least 16; a bound keeps a hostile file from costing more than it is worth.
_MOST_SIGNATURES = 64


@dataclass(frozen=True, slots=True)
class Signature:
    """One signature line: who says to have signed, with which key (4 bytes), and the bytes that prove it."""

    name: str
    key_id: bytes
    value: bytes

    def __post_init__(self) -> None:
        require_key_name(self.name)
        if len(self.key_id) != _KEY_ID_SIZE or not self.value:
            raise MalformedError("a signature is too short")

    @classmethod
    def parse(cls, line: str) -> Self:
        """Read one line without its newline, or raise MalformedError."""
        name, space, encoded = line.removeprefix(_DASH).partition(" ")
        if not line.startswith(_DASH) or not space:
            raise MalformedError("a signature line is not '— name base64'")
        data = decode_base64(encoded)
        return cls(name, data[:_KEY_ID_SIZE], data[_KEY_ID_SIZE:])

    def __str__(self) -> str:
        return f"{_DASH}{self.name} {encode_base64(self.key_id + self.value)}\n"


@dataclass(frozen=True, slots=True)
class Note:
    """A text that ends in a newline, and its signatures. Nothing in it is to be trusted before `signers`."""

    text: str
    signatures: tuple[Signature, ...]

    def __post_init__(self) -> None:
        if not self.text.endswith("\n") or not is_line(self.text.replace("\n", "")):
            raise MalformedError("a note's text ends in a newline and holds no other control character")
        if not 1 <= len(self.signatures) <= _MOST_SIGNATURES:
            raise MalformedError(f"a note carries 1 to {_MOST_SIGNATURES} signatures")

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read a whole signed note; raise MalformedError unless `str` writes exactly the same characters."""
        body, separator, lines = text.rpartition("\n\n")
        if not separator or not lines.endswith("\n"):
            raise MalformedError("a note is a text, an empty line and signature lines")
        return cls(f"{body}\n", tuple(map(Signature.parse, lines[:-1].split("\n"))))

    def __str__(self) -> str:
        return f"{self.text}\n{''.join(map(str, self.signatures))}"

    def signers(self, keys: Iterable[VerifierKey]) -> frozenset[VerifierKey]:
        """Return those of `keys` that signed this text; signatures by other keys are ignored.

        Raises SignatureError when a signature in the name of one of `keys` is false: then nothing in the note
        can be relied on (C2SP signed-note, "Signatures").
        """
        known = {(key.name, key.key_id): key for key in keys}
        found = set()
        for signature in self.signatures:
            key = known.get((signature.name, signature.key_id))
            if key is None:
                continue
            if not key.verifies(self.text, signature.value):
                raise SignatureError(key.name)
            found.add(key)
        return frozenset(found)


def sign_note(text: str, key: LogKey) -> Note:
    """Return `text` (ending in a newline) as a note with one Ed25519 signature by `key`."""
    return Note(text, (Signature(key.name, key.verifier.key_id, key.sign(text)),))
