"""Checkpoints (C2SP tlog-checkpoint): what a log stands for at one size, as the text of a signed note."""

from dataclasses import dataclass
from typing import Self

from retention.ledger.encoding import (
    HASH_SIZE,
    decode_decimal,
    decode_hash,
    encode_base64,
    is_line,
)
from retention.ledger.errors import MalformedError
from retention.ledger.keys import LogKey
from retention.ledger.note import Note, sign_note


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """The log's name, its number of leaves and the 32-byte root over them; extension lines are opaque."""

    origin: str
    size: int
    root: bytes
    extensions: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        if not all((self.origin, *self.extensions)):
            raise MalformedError("a checkpoint holds an empty line")
        if not all(map(is_line, (self.origin, *self.extensions))):
            raise MalformedError("a checkpoint holds a control character")
        if not 0 <= self.size < 2**63 or len(self.root) != HASH_SIZE:
            raise MalformedError("a checkpoint's size or root is out of bounds")

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read a note's text; raise MalformedError unless `str` writes exactly the same characters."""
        origin, *rest = text.removesuffix("\n").split("\n")
        if not text.endswith("\n") or len(rest) < 2:
            raise MalformedError("a checkpoint has at least three lines")
        size, root, *extensions = rest
        return cls(origin, decode_decimal(size), decode_hash(root), tuple(extensions))

    def __str__(self) -> str:
        lines = (self.origin, str(self.size), encode_base64(self.root), *self.extensions)
        return "".join(f"{line}\n" for line in lines)


def sign_checkpoint(checkpoint: Checkpoint, key: LogKey) -> Note:
    """Sign `checkpoint` by the log's key; `str` of the answer is the file that is published.

    Raises ValueError when the key's name is not the origin: a reader looks the key up by that name.
    Never sign two checkpoints of one origin of which one is not the continuation of the other.
    """
    if key.name != checkpoint.origin:
        raise ValueError("the log key bears another name than the checkpoint's origin")
    return sign_note(str(checkpoint), key)
