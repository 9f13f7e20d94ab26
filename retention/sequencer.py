"""The single writer of the log. Leaves are committed first and published after: never the other way round."""

from collections.abc import Collection, Sequence
from contextlib import suppress

from django.conf import settings
from django.db import connection
from django.db.models import Q

from casefiles.bulk import copy
from retention.ledger.checkpoint import Checkpoint as Head
from retention.ledger.checkpoint import sign_checkpoint
from retention.ledger.copy import head_of
from retention.ledger.note import Note
from retention.ledger.tree import Coordinate, appended, leaf_hash, root, root_plan
from retention.models import Checkpoint, LedgerLeaf, LedgerNode
from retention.receipts.keys import log_key


class MirrorAhead(Exception):
    """The mirror knows more leaves than the database: it was restored. Nothing is overwritten, and nothing follows."""


def append(bodies: Sequence[bytes]) -> list[LedgerLeaf]:
    """Append leaves in the caller's transaction, with their nodes and a signed checkpoint.

    One writer at a time, by an advisory lock that ends with the transaction; whoever waits sees the new size.
    Raises MirrorAhead: a second history of one log may never be signed.
    """
    lock()
    size = tree_size()
    _refuse_a_second_history(size)
    frontier = nodes(root_plan(size).coordinates)
    created = appended(size, [leaf_hash(body) for body in bodies], frontier)
    leaves = [LedgerLeaf(index=index, body=body) for index, body in enumerate(bodies, start=size)]
    copy(LedgerLeaf, leaves)
    copy(LedgerNode, (LedgerNode(level=level, index=index, hash=value) for (level, index), value in created.items()))
    grown = size + len(bodies)
    key = log_key()
    head = Head(origin=key.name, size=grown, root=root(grown, {**frontier, **created}))
    Checkpoint.objects.create(size=grown, note=str(sign_checkpoint(head, key)))
    return leaves


def _refuse_a_second_history(size: int) -> None:
    with suppress(OSError):  # what cannot be read cannot be written either: publishing fails before any key goes
        copied = head_of(settings.MIRROR_DIR)
        if copied is not None and copied.size > size:
            raise MirrorAhead(f"mirror {copied.size}, database {size}")


def adopt(bodies: Sequence[bytes], note: Note) -> None:
    """Take leaves back that a copy of this log has, with the head that was signed over them then.

    In the caller's transaction. Raises MirrorAhead when they do not lead to that head: then nothing is written.
    """
    lock()
    size = tree_size()
    head = Head.parse(note.text)
    frontier = nodes(root_plan(size).coordinates)
    created = appended(size, [leaf_hash(body) for body in bodies], frontier)
    if head.size != size + len(bodies) or root(head.size, {**frontier, **created}) != head.root:
        raise MirrorAhead(f"the copy's leaves do not lead to its head of {head.size}")
    copy(LedgerLeaf, [LedgerLeaf(index=index, body=body) for index, body in enumerate(bodies, start=size)])
    copy(LedgerNode, (LedgerNode(level=level, index=index, hash=value) for (level, index), value in created.items()))
    Checkpoint.objects.create(size=head.size, note=str(note))


def lock() -> None:
    """Keep every other writer out until the caller's transaction ends."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext('retention.sequencer'))")


def tree_size() -> int:
    """Return the number of leaves in the log."""
    last = Checkpoint.objects.order_by("-size").values_list("size", flat=True).first()
    return last or 0


def nodes(coordinates: Collection[Coordinate]) -> dict[Coordinate, bytes]:
    """Fetch the stored nodes at these coordinates, in one query."""
    by_level: dict[int, list[int]] = {}
    for level, index in coordinates:
        by_level.setdefault(level, []).append(index)
    if not by_level:
        return {}
    condition = Q()
    for level, indices in by_level.items():
        condition |= Q(level=level, index__in=indices)
    rows = LedgerNode.objects.filter(condition).values_list("level", "index", "hash")
    return {(level, index): bytes(value) for level, index, value in rows}
