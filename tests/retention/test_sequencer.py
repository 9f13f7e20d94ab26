"""The single writer of the log: whoever appends, and however many at once, it is one log."""

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connections, transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from retention import sequencer
from retention.ledger.checkpoint import Checkpoint as Head
from retention.ledger.note import Note
from retention.ledger.proof import verify_inclusion
from retention.ledger.tree import appended, inclusion_plan, leaf_hash, root
from retention.models import Checkpoint, LedgerLeaf, LedgerNode
from retention.receipts.keys import log_key

pytestmark = pytest.mark.usefixtures("stores")


def append(*bodies: bytes) -> list[int]:
    with transaction.atomic():
        return [leaf.index for leaf in sequencer.append(bodies)]


def stored() -> list[bytes]:
    return [bytes(body) for body in LedgerLeaf.objects.order_by("index").values_list("body", flat=True)]


def pure_root(bodies: list[bytes]) -> bytes:
    """The root of these leaves by the tree alone, without any database."""
    return root(len(bodies), appended(0, [leaf_hash(body) for body in bodies], {}))


def signed(checkpoint: Checkpoint) -> Head:
    """The head that a stored checkpoint states; its signature must be our key's."""
    note = Note.parse(checkpoint.note)
    verifier = log_key().verifier
    assert note.signers([verifier]) == {verifier}
    return Head.parse(note.text)


def check_every_head() -> None:
    """Every signed checkpoint is the head of the leaves that stood there then."""
    bodies = stored()
    assert list(LedgerLeaf.objects.order_by("index").values_list("index", flat=True)) == list(range(len(bodies)))
    for checkpoint in Checkpoint.objects.all():
        head = signed(checkpoint)
        assert (head.size, head.root) == (checkpoint.size, pure_root(bodies[: checkpoint.size]))
    assert sequencer.tree_size() == len(bodies)
    assert {(node.level, node.index): bytes(node.hash) for node in LedgerNode.objects.all()} == appended(
        0, [leaf_hash(body) for body in bodies], {}
    )


def test_appending_in_pieces_gives_the_tree_of_all_leaves(stores: None) -> None:
    assert append(b"one") == [0]
    assert append(b"two", b"three") == [1, 2]
    assert append(*(b"leaf %d" % n for n in range(7))) == list(range(3, 10))
    assert stored()[:3] == [b"one", b"two", b"three"]
    check_every_head()
    assert sorted(Checkpoint.objects.values_list("size", flat=True)) == [1, 3, 10]


@settings(max_examples=15, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(pieces=st.lists(st.lists(st.binary(max_size=20), min_size=1, max_size=9), min_size=1, max_size=4))
def test_a_log_that_is_continued_again_and_again_stays_one_tree(pieces: list[list[bytes]]) -> None:
    before = stored()
    for piece in pieces:
        append(*piece)
    assert stored() == before + [body for piece in pieces for body in piece]
    check_every_head()


def test_many_writers_at_once_make_one_log_without_a_gap_or_a_fork() -> None:
    together = threading.Barrier(4)

    def write(writer: int) -> list[int]:
        try:
            together.wait(timeout=30)
            return [
                index for n in range(6) for index in append(*(b"%d-%d-%d" % (writer, n, k) for k in range(n % 3 + 1)))
            ]
        finally:
            connections.close_all()

    with ThreadPoolExecutor(4) as pool:
        indices = [index for found in pool.map(write, range(4)) for index in found]
    assert sorted(indices) == list(range(4 * (1 + 2 + 3) * 2))
    assert len(set(stored())) == len(indices)
    check_every_head()


def test_a_writer_waits_for_the_one_before_and_sees_what_that_one_wrote() -> None:
    def second() -> list[int]:
        try:
            return append(b"second")
        finally:
            connections.close_all()

    with ThreadPoolExecutor(1) as pool:
        with transaction.atomic():
            sequencer.append([b"first"])
            waiting = pool.submit(second)
            with pytest.raises(TimeoutError):
                waiting.result(timeout=1)
        assert waiting.result(timeout=30) == [1]
    assert stored() == [b"first", b"second"]
    check_every_head()


def test_leaves_that_are_rolled_back_leave_nothing_and_their_places_are_free() -> None:
    append(b"stays")
    with transaction.atomic():
        sequencer.append([b"goes", b"as well"])
        transaction.set_rollback(True)
    assert (stored(), sequencer.tree_size(), Checkpoint.objects.count()) == ([b"stays"], 1, 1)
    assert append(b"comes") == [1]
    check_every_head()


def test_the_stored_nodes_prove_every_leaf_against_the_newest_head() -> None:
    append(*(b"leaf %d" % n for n in range(13)))
    head = signed(Checkpoint.objects.get())
    for index, body in enumerate(stored()):
        plan = inclusion_plan(index, 13)
        hashes = plan.hashes(sequencer.nodes(plan.coordinates))
        assert verify_inclusion(leaf_hash(body), index, 13, hashes, head.root)


def test_no_coordinates_are_no_question_to_the_database(django_assert_num_queries: object) -> None:
    with django_assert_num_queries(0):  # type: ignore[operator] # pytest-django's context manager
        assert sequencer.nodes([]) == {}
