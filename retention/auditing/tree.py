"""The stored nodes, every signed head and the mirror's tiles against the tree that the leaves make.

A proof is folded from stored nodes. Where all of them are what the leaves make, and the head is their root, every proof
of every leaf holds; a sample is proven in full nevertheless, as an outsider would.
"""

import random
from collections.abc import Callable

from django.db import connection

from retention import sequencer
from retention.auditing.findings import Findings
from retention.ledger.checkpoint import Checkpoint as Head
from retention.ledger.copy import LogCopy
from retention.ledger.encoding import HASH_SIZE
from retention.ledger.errors import LedgerError
from retention.ledger.keys import VerifierKey
from retention.ledger.note import Note
from retention.ledger.proof import verify_consistency, verify_inclusion
from retention.ledger.tiles import changed_tiles
from retention.ledger.tree import consistency_plan, inclusion_plan, root
from retention.ledger.whole import WholeTree
from retention.models import Checkpoint
from retention.receipts.keys import log_verifiers

SAMPLE = 200
_AT_ONCE = 65_536
_NODES = (
    "SELECT coalesce(string_agg(hash, ''::bytea ORDER BY index), ''::bytea) FROM retention_ledgernode "
    "WHERE level = %s AND index >= %s AND index < %s"
)


def check_nodes(tree: WholeTree, findings: Findings) -> None:
    """Compare every stored node with the tree."""
    for level, row in enumerate(tree.rows):
        for start in range(0, len(row) // HASH_SIZE, _AT_ONCE):
            part = row[start * HASH_SIZE : (start + _AT_ONCE) * HASH_SIZE]
            with connection.cursor() as cursor:
                cursor.execute(_NODES, [level, start, start + len(part) // HASH_SIZE])
                (stored,) = cursor.fetchone()
            if bytes(stored) != part:
                findings.add("node_differs", level)


def check_proofs(tree: WholeTree, findings: Findings) -> None:
    """Prove a sample of leaves from the stored nodes against the head."""
    head = root(tree.size, tree)
    for index in sorted(random.sample(range(tree.size), min(SAMPLE, tree.size))):
        plan = inclusion_plan(index, tree.size)
        try:
            path = plan.hashes(sequencer.nodes(plan.coordinates))
        except KeyError:
            path = ()
        if not verify_inclusion(tree[0, index], index, tree.size, path, head):
            findings.add("proof_false", index)


def check_heads(tree: WholeTree, findings: Findings, beat: Callable[[], None]) -> int:
    """Check the signature and root of every head up to the tree's, and that each continues the one before."""
    keys, before, count = log_verifiers(), (0, b""), 0
    rows = Checkpoint.objects.filter(size__lte=tree.size).order_by("size").values_list("size", "note")
    for size, text in rows.iterator():
        beat()
        count += 1
        stated = _signed(text, keys)
        if stated is None:
            findings.add("head_false", size)
            continue
        if (stated.size, stated.root) != (size, root(size, tree)):
            findings.add("head_differs", size)
        old, old_root = before
        path = consistency_plan(old, size).hashes(tree)
        if old and not verify_consistency(old, size, path, old_root, stated.root):
            findings.add("inconsistent", size)
        before = size, stated.root
    return count


def _signed(text: str, keys: tuple[VerifierKey, ...]) -> Head | None:
    try:
        note = Note.parse(text)
        return Head.parse(note.text) if note.signers(keys) else None
    except LedgerError:
        return None


def check_mirror(tree: WholeTree, mirror: LogCopy, findings: Findings, beat: Callable[[], None]) -> None:
    """Compare the mirror's head with the database's of that size, and every tile with the tree."""
    row = Checkpoint.objects.filter(size=mirror.head.size).first()
    if row is None or Note.parse(row.note).text != mirror.note.text:
        findings.add("mirror_head", mirror.head.size)
    for tile in changed_tiles(0, min(mirror.head.size, tree.size)):
        beat()
        if not mirror.holds(tile, tree):
            findings.add("tile_differs", tile.path)
