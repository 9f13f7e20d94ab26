"""A witness (C2SP tlog-witness, by folder instead of by HTTP): sees that the log only grows, and cosigns its head.

It remembers the last head that it cosigned. A head that is smaller, or is not the continuation of that one, is refused,
and both heads are kept: signed by the same log, they convict it.
"""

from dataclasses import dataclass
from enum import StrEnum

from retention.ledger.checkpoint import Checkpoint
from retention.ledger.copy import LogCopy
from retention.ledger.errors import MalformedError, SignatureError
from retention.ledger.keys import VerifierKey, WitnessKey
from retention.ledger.note import Note, Signature
from retention.ledger.proof import verify_consistency
from retention.ledger.tree import EMPTY_ROOT, consistency_plan


class Seen(StrEnum):
    """What a witness found when it looked."""

    COSIGNED = "cosigned"
    UNSIGNED = "unsigned"
    SHRUNK = "shrunk"
    FORKED = "forked"
    UNREADABLE = "unreadable"


@dataclass(frozen=True, slots=True)
class Look:
    """One look at the log: what was found, the size of its head, and the head with the cosignature when it is given."""

    seen: Seen
    size: int = 0
    note: Note | None = None


def look(log: LogCopy, trusted: tuple[VerifierKey, ...], before: Note | None, key: WitnessKey, seconds: int) -> Look:
    """Judge the head of a copy of the log against the head that was cosigned `before`; `seconds` is POSIX time now.

    `trusted` are the log's verifier keys that the witness got elsewhere. Never raises for what the copy holds.
    """
    head = log.head
    known = tuple(vkey for vkey in trusted if vkey.name == head.origin)
    try:
        if not log.note.signers(known):
            return Look(Seen.UNSIGNED, head.size)
    except SignatureError:
        return Look(Seen.UNSIGNED, head.size)
    last = Checkpoint.parse(before.text) if before else None
    refused = _refused(log, last)
    if refused:
        return Look(refused, head.size)
    return Look(Seen.COSIGNED, head.size, cosigned(log.note, known, key, seconds))


def _refused(log: LogCopy, last: Checkpoint | None) -> Seen | None:
    head = log.head
    if last is None or last.size == 0:
        return Seen.FORKED if head.size == 0 and head.root != EMPTY_ROOT else None
    if head.size < last.size:
        return Seen.SHRUNK
    plan = consistency_plan(last.size, head.size)
    try:
        hashes = plan.hashes(log.nodes(plan.coordinates))
    except MalformedError:
        return Seen.UNREADABLE
    return None if verify_consistency(last.size, head.size, hashes, last.root, head.root) else Seen.FORKED


def cosigned(note: Note, log_keys: tuple[VerifierKey, ...], key: WitnessKey, seconds: int) -> Note:
    """Return the head with the log's own signature lines and this witness's (type 0x04), and no others."""
    ids = {(vkey.name, vkey.key_id) for vkey in log_keys}
    own = tuple(signature for signature in note.signatures if (signature.name, signature.key_id) in ids)
    value = key.cosign(note.text, seconds)
    return Note(note.text, (*own, Signature(key.name, key.verifier.key_id, value)))
