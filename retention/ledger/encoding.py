"""The two encodings that every C2SP text shares, read strictly: each value has exactly one spelling.

A text that could be spelled in two ways could be altered without breaking its proof.
"""

import base64
import re

from retention.ledger.errors import MalformedError

HASH_SIZE = 32
_DECIMAL = re.compile(r"0|[1-9][0-9]{0,18}", re.ASCII)
_LARGEST = 2**63 - 1


def encode_base64(data: bytes) -> str:
    """Return `data` in standard base64 with padding (RFC 4648 section 4)."""
    return base64.b64encode(data).decode("ascii")


def decode_base64(text: str) -> bytes:
    """Return the bytes of canonical base64; raise MalformedError for any other spelling of the same bytes."""
    try:
        data = base64.b64decode(text, validate=True)
    except ValueError as error:
        raise MalformedError("not base64") from error
    # The decoder accepts stray bits in the last character; only re-encoding shows them.
    if encode_base64(data) != text:
        raise MalformedError("base64 is not canonical")
    return data


def decode_hash(text: str) -> bytes:
    """Return the 32 bytes of a SHA-256 hash in canonical base64, or raise MalformedError."""
    data = decode_base64(text)
    if len(data) != HASH_SIZE:
        raise MalformedError(f"a hash of {len(data)} bytes instead of {HASH_SIZE}")
    return data


def decode_decimal(text: str) -> int:
    """Return a number below 2^63, written in ASCII digits without leading zeros, or raise MalformedError."""
    if not _DECIMAL.fullmatch(text) or (number := int(text)) > _LARGEST:
        raise MalformedError("not a decimal number without leading zeros, below 2^63")
    return number


def is_line(text: str) -> bool:
    """Tell whether `text` is UTF-8 without ASCII control characters, newline included (C2SP signed-note)."""
    return not any(character < " " or "\ud800" <= character <= "\udfff" for character in text)
