"""The proof file of one leaf (C2SP tlog-proof@v1): index, audit path and signed checkpoint in one text."""

from dataclasses import dataclass
from typing import Self

from retention.ledger.checkpoint import Checkpoint
from retention.ledger.encoding import HASH_SIZE, decode_base64, decode_decimal, decode_hash, encode_base64
from retention.ledger.errors import MalformedError
from retention.ledger.note import Note
from retention.ledger.proof import path_length, verify_inclusion
from retention.ledger.tree import leaf_hash

MAGIC = "c2sp.org/tlog-proof@v1"
_EXTRA = "extra "
_INDEX = "index "


@dataclass(frozen=True, slots=True)
class TlogProof:
    """Where a leaf stands, the 32-byte hashes from its sibling upwards, and the checkpoint with signatures.

    `extra` is opaque and authenticated by nothing.
    """

    index: int
    hashes: tuple[bytes, ...]
    note: Note
    extra: bytes | None = None

    def __post_init__(self) -> None:
        size = self.checkpoint.size
        if not 0 <= self.index < size:
            raise MalformedError(f"index {self.index} is not in a log of {size} leaves")
        expected = path_length(self.index, size)
        if len(self.hashes) != expected:
            raise MalformedError(f"a proof of {len(self.hashes)} hashes instead of {expected}")
        if any(len(item) != HASH_SIZE for item in self.hashes) or self.extra == b"":
            raise MalformedError("a hash is too short or too long, or the extra data is empty")

    @property
    def checkpoint(self) -> Checkpoint:
        """What the log said to stand for."""
        return Checkpoint.parse(self.note.text)

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read a proof file; raise MalformedError unless `str` writes exactly the same characters."""
        head, separator, note = text.partition("\n\n")
        magic, *lines = head.split("\n")
        if magic != MAGIC or not separator:
            raise MalformedError(f"not a proof of the form {MAGIC}")
        extra = decode_base64(lines.pop(0).removeprefix(_EXTRA)) if head.startswith(f"{MAGIC}\n{_EXTRA}") else None
        if not lines or not lines[0].startswith(_INDEX):
            raise MalformedError("the line with the index is missing")
        index = decode_decimal(lines[0].removeprefix(_INDEX))
        return cls(index, tuple(map(decode_hash, lines[1:])), Note.parse(note), extra)

    def __str__(self) -> str:
        extra = [] if self.extra is None else [f"{_EXTRA}{encode_base64(self.extra)}"]
        lines = [MAGIC, *extra, f"{_INDEX}{self.index}", *map(encode_base64, self.hashes)]
        return "\n".join(lines) + f"\n\n{self.note}"

    def includes(self, leaf: bytes) -> bool:
        """Tell whether these exact bytes are the leaf. Says nothing about who signed: see Note.signers."""
        checkpoint = self.checkpoint
        return verify_inclusion(leaf_hash(leaf), self.index, checkpoint.size, self.hashes, checkpoint.root)
