"""Checking Merkle proofs (RFC 6962 sections 2.1.1 and 2.1.2) from nothing but hashes.

A proof has exactly one right length, which the numbers decide: the lower hashes stand beside the path, on
either side; the upper ones hang off the right edge of the tree, always on the left.
"""

from collections.abc import Sequence

from retention.ledger.encoding import HASH_SIZE
from retention.ledger.tree import node_hash


def path_length(index: int, size: int) -> int:
    """Return how many hashes prove leaf `index` in a tree of `size` leaves; needs 0 <= index < size."""
    inner = _inner_length(index, size)
    return inner + (index >> inner).bit_count()


def verify_inclusion(leaf: bytes, index: int, size: int, hashes: Sequence[bytes], root: bytes) -> bool:
    """Tell whether the leaf with hash `leaf` stands at `index` in the tree of `size` leaves with this root.

    Hashes have 32 bytes and go from the leaf's sibling upwards. False for anything out of bounds.
    """
    if not 0 <= index < size or len(hashes) != path_length(index, size) or not _are_hashes(leaf, *hashes):
        return False
    inner = _inner_length(index, size)
    return _climbed(_climbed(leaf, hashes[:inner], index), hashes[inner:], -1) == root


def verify_consistency(old: int, new: int, hashes: Sequence[bytes], old_root: bytes, new_root: bytes) -> bool:
    """Tell whether the tree of `old` leaves with `old_root` is the beginning of the tree of `new` leaves.

    The tree of nothing is the beginning of every tree, so that a proof about it says nothing: False.
    """
    if not 0 < old <= new or not _are_hashes(*hashes):
        return False
    if old == new:
        return not hashes and old_root == new_root
    last = old - 1
    shift = (old & -old).bit_length() - 1  # the height of the old tree's last complete subtree
    inner = _inner_length(last, new) - shift
    # A complete old tree is itself that subtree: its root is known and is left out of the proof.
    path = list(hashes) if old & last else [old_root, *hashes]
    if len(path) != 1 + inner + (last >> shift + inner).bit_count():
        return False
    seed, beside, above = path[0], path[1 : 1 + inner], path[1 + inner :]
    turns = last >> shift
    inside_old = [node for level, node in enumerate(beside) if turns >> level & 1]
    return (
        _climbed(seed, inside_old + above, -1) == old_root
        and _climbed(_climbed(seed, beside, turns), above, -1) == new_root
    )


def _inner_length(index: int, size: int) -> int:
    """Return at which level the path of `index` meets the right edge of the tree."""
    return (index ^ (size - 1)).bit_length()


def _climbed(start: bytes, siblings: Sequence[bytes], turns: int) -> bytes:
    """Hash upwards; bit l of `turns` says that the sibling at level l stands on the left (-1: all do)."""
    node = start
    for level, sibling in enumerate(siblings):
        node = node_hash(sibling, node) if turns >> level & 1 else node_hash(node, sibling)
    return node


def _are_hashes(*hashes: bytes) -> bool:
    return all(len(item) == HASH_SIZE for item in hashes)
