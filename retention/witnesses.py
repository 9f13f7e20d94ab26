"""What independent witnesses bring: a folder with their policy, their cosignatures, and the heads that they refused.

The administrator writes `policy` (C2SP tlog-policy: witness, group and quorum lines); each witness adds files by
`python -m retention.ledger witness`. Nothing in the folder is believed unchecked: a cosignature counts when a witness
of the policy made it over a head of ours, a refusal when both of its heads bear the signature of our own log.
"""

import json
import logging
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import lru_cache
from pathlib import Path

from django.conf import settings

from retention.ledger.checkpoint import Checkpoint as Head
from retention.ledger.errors import LedgerError
from retention.ledger.keys import VerifierKey
from retention.ledger.note import Note, Signature
from retention.ledger.policy import Policy
from retention.ledger.witnessing import COSIGNED, REFUSED
from retention.models import Checkpoint
from retention.receipts.keys import log_verifiers

POLICY = "policy"
_LARGEST = 256 * 1024
_MOST_FILES = 20_000

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Cosignature:
    """One witness's signature over one head, verified; `text` is the head that it is about."""

    size: int
    text: str
    key: VerifierKey
    signature: Signature
    at: datetime


@dataclass(frozen=True, slots=True)
class Refusal:
    """Two heads of our own log of which a witness says that one does not continue the other."""

    seen: str
    key_id: str
    before: Head
    after: Head


@dataclass(frozen=True, slots=True)
class Brought:
    """All that the folder holds and that bears checking, the newest heads first."""

    policy: Policy | None = None
    policy_problem: str = ""
    cosignatures: tuple[Cosignature, ...] = ()
    refusals: tuple[Refusal, ...] = ()


def brought() -> Brought:
    """Read the folder, or remember it as long as nothing in it was changed."""
    folder = settings.WITNESS_DIR
    try:
        stamps = folder.stat().st_mtime_ns, (folder / POLICY).stat().st_mtime_ns
    except OSError:  # no folder, or no policy in it: the organisation has no witnesses
        return Brought()
    return _read(folder, stamps, log_verifiers())


@lru_cache(maxsize=2)
def _read(folder: Path, _stamps: tuple[int, int], logs: tuple[VerifierKey, ...]) -> Brought:
    try:
        policy = Policy.parse(_bytes(folder / POLICY))
    except (LedgerError, OSError) as error:
        log.warning("the policy of the witnesses cannot be read: %s", error)  # nothing personal stands in it
        return Brought(policy_problem=str(error))
    names = sorted(path.name for path in folder.iterdir())[:_MOST_FILES]
    found = (_cosignature(folder / name, policy) for name in names if name.startswith(f"{COSIGNED}-"))
    refused = (_refusal(folder / name, logs) for name in names if name.startswith(f"{REFUSED}-"))
    newest_first = sorted(filter(None, found), key=lambda one: (one.size, one.at), reverse=True)
    return Brought(policy, "", tuple(newest_first), tuple(filter(None, refused)))


def _cosignature(path: Path, policy: Policy) -> Cosignature | None:
    try:
        note = Note.parse(_bytes(path).decode())
        signers = note.signers(policy.witnesses.values())
        size = Head.parse(note.text).size
    except (LedgerError, OSError, UnicodeDecodeError):
        return None
    made = ((key, line) for key in signers for line in note.signatures if (line.name, line.key_id) == _who(key))
    key, signature = next(made, (None, None))
    if key is None or signature is None:
        return None
    seconds = min(int.from_bytes(signature.value[:8]), 253402300799)  # the end of the year 9999
    return Cosignature(size, note.text, key, signature, datetime.fromtimestamp(seconds, UTC))


def _who(key: VerifierKey) -> tuple[str, bytes]:
    return key.name, key.key_id


def _refusal(path: Path, logs: tuple[VerifierKey, ...]) -> Refusal | None:
    """Read a refusal; None when its heads are not both signed by our log: then it accuses nobody."""
    try:
        told = json.loads(_bytes(path))
        notes = Note.parse(told["before"]), Note.parse(told["after"])
        if not all(note.signers(logs) for note in notes):
            return None
        before, after = (Head.parse(note.text) for note in notes)
    except (ValueError, OSError, KeyError, TypeError, AttributeError):
        return None
    return Refusal(str(told.get("seen", "")), path.stem.rpartition("-")[2], before, after)


def _bytes(path: Path) -> bytes:
    with path.open("rb") as file:
        return file.read(_LARGEST)


def head_for(index: int) -> tuple[Note, bool] | None:
    """Return the head to prove a leaf against, with its cosignatures, and whether they make up the quorum.

    The newest one that the quorum cosigned, if it counts the leaf; otherwise the newest of all. None for an empty log.
    """
    newest = Checkpoint.objects.order_by("-size").first()
    if newest is None:
        return None
    there = brought()
    by_size: dict[int, list[Cosignature]] = {}
    for one in there.cosignatures:
        if one.size > index:
            by_size.setdefault(one.size, []).append(one)
    for row in Checkpoint.objects.filter(size__in=_quorate(by_size, there.policy)).order_by("-size"):
        note = _with(row, by_size[row.size])
        if there.policy and there.policy.is_witnessed_by(note.signers(there.policy.witnesses.values())):
            return note, True
    return _with(newest, by_size.get(newest.size, [])), False


def _quorate(by_size: dict[int, list[Cosignature]], policy: Policy | None) -> list[int]:
    if policy is None:
        return []
    return [size for size, made in by_size.items() if policy.is_witnessed_by({one.key for one in made})][:10]


def _with(row: Checkpoint, made: Iterable[Cosignature]) -> Note:
    """Return a head of ours with the cosignatures that are over exactly its text."""
    note = Note.parse(row.note)
    lines = (one.signature for one in made if one.text == note.text)
    return Note(note.text, (*note.signatures, *dict.fromkeys(lines)))
