"""The Merkle tree of RFC 6962 section 2.1 over SHA-256, as rows that a database can keep.

Only the hashes of complete subtrees are stored, each under its coordinate (level, index): node (l, i) covers
the leaves i·2^l up to (i+1)·2^l. They never change. Every root and every proof is folded from a few of them:
a Plan says which ones, so that they can be fetched in one query, and folds them when they are there.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256
from typing import TypeAlias

Coordinate: TypeAlias = tuple[int, int]
Nodes: TypeAlias = Mapping[Coordinate, bytes]

EMPTY_ROOT = sha256(b"").digest()


def leaf_hash(data: bytes) -> bytes:
    """Return the 32-byte hash of a leaf with exactly these bytes (RFC 6962: SHA-256(0x00 || data))."""
    return sha256(b"\x00" + data).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """Return the 32-byte hash of a node over two 32-byte hashes (SHA-256(0x01 || left || right))."""
    return sha256(b"\x01" + left + right).digest()


@dataclass(frozen=True, slots=True)
class Plan:
    """How to make a list of hashes from stored nodes: one range of leaves, as complete subtrees, per hash."""

    ranges: tuple[tuple[Coordinate, ...], ...]

    @property
    def coordinates(self) -> frozenset[Coordinate]:
        """The stored nodes that are needed, all of them at once."""
        return frozenset(coordinate for part in self.ranges for coordinate in part)

    def hashes(self, nodes: Nodes) -> tuple[bytes, ...]:
        """Fold `nodes` into the planned 32-byte hashes, in order; KeyError when a needed node is absent."""
        return tuple(_folded(part, nodes) for part in self.ranges)


def root_plan(size: int) -> Plan:
    """Plan the root of the tree over the first `size` leaves.

    Its coordinates are also the frontier: all that `appended` must know of the tree that it extends.
    """
    _require(size >= 0, "a tree has no negative size")
    return Plan((_complete_subtrees(0, size),))


def inclusion_plan(index: int, size: int) -> Plan:
    """Plan the audit path of leaf `index` in the tree of `size` leaves, from the leaf's sibling upwards.

    RFC 6962 section 2.1.1. Raises ValueError when the tree has no such leaf.
    """
    _require(0 <= index < size, "the leaf is not in the tree")
    return Plan(tuple(_siblings(index, size)))


def consistency_plan(old: int, new: int) -> Plan:
    """Plan the proof that the tree of `old` leaves is the beginning of the tree of `new` leaves.

    RFC 6962 section 2.1.2; empty when nothing needs proving (old = new, or old = 0).
    """
    _require(0 <= old <= new, "a tree cannot shrink")
    if old in {0, new}:
        return Plan(())
    ranges = []
    begin, end, known = 0, new, True
    while end != old:
        middle = begin + (1 << (end - begin - 1).bit_length() - 1)
        if old <= middle:
            ranges.append(_complete_subtrees(middle, end))
            end = middle
        else:
            ranges.append(_complete_subtrees(begin, middle))
            begin, known = middle, False
    if not known:  # otherwise this part is the old tree itself, whose root the reader already has
        ranges.append(_complete_subtrees(begin, end))
    return Plan(tuple(reversed(ranges)))


def root(size: int, nodes: Nodes) -> bytes:
    """Return the 32-byte root of the tree over the first `size` leaves; KeyError when a node is absent."""
    return root_plan(size).hashes(nodes)[0]


def appended(size: int, leaf_hashes: Sequence[bytes], nodes: Nodes) -> dict[Coordinate, bytes]:
    """Return every complete node that comes into being when `leaf_hashes` follow the first `size` leaves.

    `nodes` holds at least the frontier, `root_plan(size).coordinates`. The new leaves are the level 0 of the
    answer; nothing that was stored changes.
    """
    created: dict[Coordinate, bytes] = {}
    level, start, row = 0, size, list(leaf_hashes)
    while row:
        created.update(zip(_coordinates(level, start, len(row)), row, strict=True))
        if start % 2:  # the first new node is a right child: its left sibling is on the frontier
            row.insert(0, nodes[level, start - 1])
        row = [node_hash(left, right) for left, right in zip(row[::2], row[1::2], strict=False)]
        level, start = level + 1, start // 2
    return created


def _coordinates(level: int, start: int, count: int) -> Iterable[Coordinate]:
    return ((level, index) for index in range(start, start + count))


def _siblings(index: int, size: int) -> Iterator[tuple[Coordinate, ...]]:
    for level in range((size - 1).bit_length()):
        sibling = (index >> level) ^ 1
        if (sibling + 1) << level <= size:
            yield ((level, sibling),)
        elif sibling << level < size:  # the right edge: a subtree that is not complete yet
            yield _complete_subtrees(sibling << level, size)


def _complete_subtrees(begin: int, end: int) -> tuple[Coordinate, ...]:
    """Split the leaves begin..end into complete subtrees, the largest first; callers align `begin`."""
    parts = []
    while begin < end:
        level = (end - begin).bit_length() - 1
        parts.append((level, begin >> level))
        begin += 1 << level
    return tuple(parts)


def _folded(part: tuple[Coordinate, ...], nodes: Nodes) -> bytes:
    if not part:
        return EMPTY_ROOT
    folded = nodes[part[-1]]
    for coordinate in reversed(part[:-1]):
        folded = node_hash(nodes[coordinate], folded)
    return folded


def _require(condition: bool, message: str) -> None:
    if not condition:
        raise ValueError(message)
