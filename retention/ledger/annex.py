"""The annex of a receipt: the documents of a dossier as keyed digests, under one Merkle root.

A digest is HMAC-SHA256 of the plain content under the subject secret (32 bytes): without the slip it says nothing.
"""

import re
from collections.abc import Iterable

from retention.ledger.encoding import HASH_SIZE
from retention.ledger.errors import MalformedError
from retention.ledger.tree import appended, leaf_hash, root

_LINES = re.compile(r"([0-9a-f]{64}\n)*", re.ASCII)


def annex_root(digests: Iterable[bytes]) -> bytes:
    """Return the RFC 6962 root over the digests in sorted order, which is what a receipt states as `annex`."""
    in_order = sorted(digests)
    return root(len(in_order), appended(0, [leaf_hash(digest) for digest in in_order], {}))


def write_annex(digests: Iterable[bytes]) -> str:
    """Write the list as a bundle carries it: sorted, one digest a line in hex."""
    return "".join(f"{digest.hex()}\n" for digest in sorted(digests))


def read_annex(text: str) -> tuple[bytes, ...]:
    """Read the list; raise MalformedError unless `write_annex` writes exactly the same characters."""
    if not _LINES.fullmatch(text):
        raise MalformedError(f"an annex has digests of {HASH_SIZE} bytes in hex, one a line")
    digests = tuple(map(bytes.fromhex, text.split()))
    if list(digests) != sorted(digests):
        raise MalformedError("an annex is sorted")
    return digests
