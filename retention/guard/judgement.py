"""The verdict: how the database stands to the copy of its log outside of it. Reads, and changes nothing."""

from dataclasses import dataclass
from pathlib import Path
from threading import Lock

from cachetools import TTLCache, cached
from django.conf import settings

from retention import sequencer
from retention.guard import identity
from retention.ledger.checkpoint import Checkpoint as Head
from retention.ledger.copy import CHECKPOINT, LogCopy
from retention.ledger.errors import LedgerError
from retention.ledger.note import Note
from retention.ledger.tree import root, root_plan
from retention.models import Checkpoint, Quarantine, Verdict
from retention.receipts.keys import log_verifiers

OPEN = frozenset({Verdict.SAME, Verdict.LAGGING})
READ_ONLY = frozenset({Verdict.LOST, Verdict.UNREACHABLE})


@dataclass(frozen=True, slots=True)
class Judgement:
    """A verdict with what it was reached by: the number of leaves here, and in the mirror where there is one."""

    verdict: Verdict
    database: int
    mirror: int | None = None


def judge() -> Judgement:
    """Compare the database with the mirror. A mirror that is signed by no key of ours contradicts the database."""
    here = _here()
    size = here.size if here else 0
    try:
        known = identity.known()
        if not (Path(settings.MIRROR_DIR) / CHECKPOINT).exists():
            return Judgement(_without_head(size, known), size)
        there = LogCopy(settings.MIRROR_DIR)
        verdict = _compared(here, there)
    except (OSError, LedgerError):
        return Judgement(Verdict.UNREACHABLE, size)
    if verdict in OPEN and known is not None and known != identity.current():
        verdict = Verdict.RESTORED
    return Judgement(verdict, size, there.head.size)


_standing: TTLCache[tuple[()], Verdict] = TTLCache(1, settings.GUARD_SECONDS)


@cached(_standing, lock=Lock())
def standing() -> Verdict:
    """Return the verdict that pages go by: that of now, or of a quarantine that nobody has ended."""
    verdict = judge().verdict
    if verdict not in OPEN:
        return verdict
    found = Quarantine.objects.filter(ended_at=None).order_by("-pk").values_list("verdict", flat=True).first()
    return Verdict(found) if found else verdict


def forget() -> None:
    """Let the next page ask anew."""
    _standing.clear()


def _here() -> Head | None:
    last = Checkpoint.objects.order_by("-size").values_list("note", flat=True).first()
    return Head.parse(Note.parse(last).text) if last else None


def _without_head(size: int, known: identity.Identity | None) -> Verdict:
    """Without a checkpoint: nothing was ever published, or all of it is lost, and with it what was destroyed."""
    if known is None:
        return Verdict.LOST if size else Verdict.SAME
    if known != identity.current():
        return Verdict.RESTORED
    return Verdict.LAGGING if size else Verdict.SAME


def _compared(here: Head | None, there: LogCopy) -> Verdict:
    if not there.note.signers(log_verifiers()):
        return Verdict.FORKED
    if here is None:
        return Verdict.RESTORED if there.head.size else Verdict.SAME
    smaller = min(here.size, there.head.size)
    plan = root_plan(smaller).coordinates
    ours = here.root if here.size == smaller else root(smaller, sequencer.nodes(plan))
    theirs = there.head.root if there.head.size == smaller else root(smaller, there.nodes(plan))
    if ours != theirs:
        return Verdict.FORKED
    if here.size == there.head.size:
        return Verdict.SAME
    return Verdict.LAGGING if here.size > there.head.size else Verdict.RESTORED
