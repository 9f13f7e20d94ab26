from hashlib import sha256

import pytest
from hypothesis import given
from hypothesis import strategies as st

from retention.ledger.proof import path_length, verify_consistency, verify_inclusion
from retention.ledger.tree import (
    EMPTY_ROOT,
    Coordinate,
    appended,
    consistency_plan,
    inclusion_plan,
    leaf_hash,
    node_hash,
    root,
    root_plan,
)

LEAVES = [leaf_hash(number.to_bytes(2)) for number in range(300)]
NODES = appended(0, LEAVES, {})
sizes = st.integers(1, len(LEAVES))


def by_definition(leaves: list[bytes]) -> bytes:
    """MTH of RFC 6962 section 2.1, word for word (on leaf hashes)."""
    if not leaves:
        return sha256(b"").digest()
    if len(leaves) == 1:
        return leaves[0]
    k = 1
    while k * 2 < len(leaves):
        k *= 2
    return sha256(b"\x01" + by_definition(leaves[:k]) + by_definition(leaves[k:])).digest()


def path_by_definition(index: int, leaves: list[bytes]) -> list[bytes]:
    """PATH of RFC 6962 section 2.1.1, word for word."""
    if len(leaves) == 1:
        return []
    k = 1
    while k * 2 < len(leaves):
        k *= 2
    if index < k:
        return [*path_by_definition(index, leaves[:k]), by_definition(leaves[k:])]
    return [*path_by_definition(index - k, leaves[k:]), by_definition(leaves[:k])]


def subproof_by_definition(old: int, leaves: list[bytes], complete: bool) -> list[bytes]:
    """SUBPROOF of RFC 6962 section 2.1.2, word for word."""
    if old == len(leaves):
        return [] if complete else [by_definition(leaves)]
    k = 1
    while k * 2 < len(leaves):
        k *= 2
    if old <= k:
        return [*subproof_by_definition(old, leaves[:k], complete), by_definition(leaves[k:])]
    return [*subproof_by_definition(old - k, leaves[k:], False), by_definition(leaves[:k])]


@given(st.integers(0, len(LEAVES)))
def test_the_root_is_the_one_of_rfc_6962(size: int) -> None:
    assert root(size, NODES) == by_definition(LEAVES[:size])


def test_leaves_and_nodes_are_hashed_in_separate_domains() -> None:
    assert leaf_hash(b"") == sha256(b"\x00").digest()
    assert node_hash(b"l" * 32, b"r" * 32) == sha256(b"\x01" + b"l" * 32 + b"r" * 32).digest()
    assert root(0, {}) == EMPTY_ROOT == sha256(b"").digest()


@given(st.lists(st.integers(0, 40), max_size=20))
def test_any_batches_give_the_same_nodes_from_no_more_than_the_frontier(batches: list[int]) -> None:
    nodes: dict[Coordinate, bytes] = {}
    size = 0
    for batch in batches:
        leaves = LEAVES[size : size + batch]
        frontier = {coordinate: nodes[coordinate] for coordinate in root_plan(size).coordinates}
        created = appended(size, leaves, frontier)
        assert not created.keys() & nodes.keys(), "what is stored never changes"
        size += len(leaves)
        assert root(size, frontier | created) == by_definition(LEAVES[:size])
        nodes |= created
    assert nodes == appended(0, LEAVES[:size], {})


@given(st.data(), sizes)
def test_every_inclusion_proof_is_the_one_of_the_rfc_and_verifies(data: st.DataObject, size: int) -> None:
    index = data.draw(st.integers(0, size - 1))
    plan = inclusion_plan(index, size)
    hashes = plan.hashes({coordinate: NODES[coordinate] for coordinate in plan.coordinates})
    assert list(hashes) == path_by_definition(index, LEAVES[:size])
    assert len(hashes) == path_length(index, size)
    assert verify_inclusion(LEAVES[index], index, size, hashes, root(size, NODES))


@given(st.data(), sizes)
def test_a_changed_inclusion_proof_does_not_verify(data: st.DataObject, size: int) -> None:
    index = data.draw(st.integers(0, size - 1))
    hashes = list(inclusion_plan(index, size).hashes(NODES))
    top = root(size, NODES)
    other = data.draw(st.binary(min_size=32, max_size=32).filter(lambda item: item not in {*hashes, top}))
    position = data.draw(st.integers(0, len(hashes)))
    changed = [*hashes[:position], other, *hashes[position + 1 :]]  # replaces one, or appends
    longer = [*hashes[:position], other, *hashes[position:]]
    for wrong in (changed, longer, hashes[:-1] if hashes else [other], [*hashes, top]):
        assert not verify_inclusion(LEAVES[index], index, size, wrong, top)
    assert not verify_inclusion(other, index, size, hashes, top)
    assert not verify_inclusion(LEAVES[index], index, size, hashes, other)


@given(st.data(), sizes)
def test_a_leaf_is_proven_at_its_own_index_only(data: st.DataObject, size: int) -> None:
    index = data.draw(st.integers(0, size - 1))
    wrong = data.draw(st.integers(-1, size + 1).filter(lambda other: other != index))
    hashes = inclusion_plan(index, size).hashes(NODES)
    assert not verify_inclusion(LEAVES[index], wrong, size, hashes, root(size, NODES))


@given(st.data(), sizes)
def test_every_consistency_proof_is_the_one_of_the_rfc_and_verifies(data: st.DataObject, new: int) -> None:
    old = data.draw(st.integers(1, new))
    plan = consistency_plan(old, new)
    hashes = plan.hashes({coordinate: NODES[coordinate] for coordinate in plan.coordinates})
    assert list(hashes) == subproof_by_definition(old, LEAVES[:new], True)
    assert verify_consistency(old, new, hashes, root(old, NODES), root(new, NODES))


@given(st.data(), st.integers(2, len(LEAVES)))
def test_a_rewritten_past_is_not_consistent(data: st.DataObject, new: int) -> None:
    old = data.draw(st.integers(1, new - 1))
    rewritten = data.draw(st.integers(0, old - 1))
    leaves = [*LEAVES[:rewritten], leaf_hash(b"another"), *LEAVES[rewritten + 1 : new]]
    nodes = appended(0, leaves, {})
    hashes = consistency_plan(old, new).hashes(nodes)
    assert not verify_consistency(old, new, hashes, root(old, NODES), root(new, nodes))


@given(st.data(), st.integers(2, len(LEAVES)))
def test_a_changed_consistency_proof_does_not_verify(data: st.DataObject, new: int) -> None:
    old = data.draw(st.integers(1, new - 1))
    hashes = list(consistency_plan(old, new).hashes(NODES))
    position = data.draw(st.integers(0, len(hashes) - 1))
    other = leaf_hash(b"another")
    without = [*hashes[:position], *hashes[position + 1 :]]
    replaced = [*hashes[:position], other, *hashes[position + 1 :]]
    for wrong in (without, replaced, [*hashes, other], [other, *hashes], []):
        assert not verify_consistency(old, new, wrong, root(old, NODES), root(new, NODES))


def test_from_nothing_there_is_nothing_to_prove() -> None:
    assert consistency_plan(0, 7).coordinates == frozenset()
    assert not verify_consistency(0, 7, (), EMPTY_ROOT, root(7, NODES))


@pytest.mark.parametrize(("index", "size"), [(0, 0), (3, 3), (-1, 3), (4, 3)])
def test_no_proof_is_planned_for_a_leaf_outside_the_tree(index: int, size: int) -> None:
    with pytest.raises(ValueError, match="not in the tree"):
        inclusion_plan(index, size)


def test_no_tree_shrinks_or_has_a_negative_size() -> None:
    with pytest.raises(ValueError, match="cannot shrink"):
        consistency_plan(4, 3)
    with pytest.raises(ValueError, match="no negative size"):
        root_plan(-1)


@given(st.integers(1, 2**62), st.data())
def test_a_plan_stays_small_in_a_log_of_any_size(size: int, data: st.DataObject) -> None:
    index = data.draw(st.integers(0, size - 1))
    assert len(inclusion_plan(index, size).coordinates) <= 2 * size.bit_length()
    assert len(consistency_plan(index, size).coordinates) <= 3 * size.bit_length()
    assert len(root_plan(size).coordinates) == size.bit_count()
