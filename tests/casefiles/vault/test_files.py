"""Sealed files: any content in pieces of any size, not a byte changed, and never wholly in memory."""

import tracemalloc
from io import BytesIO
from typing import Any
from uuid import UUID, uuid4

import pytest
from cryptography.exceptions import InvalidTag
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from casefiles import storage
from casefiles.vault import keys
from casefiles.vault.files import CHUNK_BYTES, sealer, unseal

pytestmark = pytest.mark.usefixtures("stores")
HOUSE = settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
MEGABYTE = 1 << 20
LARGE = bytes(range(256)) * (3 * CHUNK_BYTES // 256) + b"the end"


@pytest.fixture
def dossier_id() -> UUID:
    """A dossier that has its key."""
    found = uuid4()
    keys.create([found])
    return found


def sealed(plain: bytes, dossier_id: UUID, key: str = "a/b", sizes: tuple[int, ...] = (CHUNK_BYTES,)) -> bytes:
    """Seal a content, written in pieces of these sizes in turn."""
    encryptor, stream, written, turn = sealer(dossier_id, key), BytesIO(plain), b"", 0
    while piece := stream.read(sizes[turn % len(sizes)]):
        written += encryptor.update(piece)
        turn += 1
    return written + encryptor.finalize()


class Piecewise(BytesIO):
    """A stream that gives less than it is asked for, as a network does."""

    def read(self, amount: int | None = -1) -> bytes:
        return super().read(min(amount or 1, 70_000))


def opened(blob: bytes, dossier_id: UUID, key: str = "a/b") -> bytes:
    return b"".join(unseal(BytesIO(blob), dossier_id, key))


@HOUSE
@given(
    plain=st.binary(max_size=3000) | st.integers(0, 3 * CHUNK_BYTES).map(lambda size: LARGE[:size]),
    sizes=st.lists(st.integers(1, 2 * CHUNK_BYTES), min_size=1, max_size=4).map(tuple),
)
def test_any_content_in_any_pieces_comes_back(plain: bytes, sizes: tuple[int, ...], dossier_id: UUID) -> None:
    if min(sizes) < 1000:
        plain = plain[:3000]  # a megabyte byte by byte proves nothing more
    blob = sealed(plain, dossier_id, sizes=sizes)
    assert opened(blob, dossier_id) == plain
    assert b"".join(unseal(Piecewise(blob), dossier_id, "a/b")) == plain


@HOUSE
@given(data=st.data())
def test_a_file_of_which_any_bit_was_flipped_does_not_open(data: Any, dossier_id: UUID) -> None:
    blob = bytearray(sealed(data.draw(st.binary(max_size=500)), dossier_id))
    position = data.draw(st.integers(0, len(blob) * 8 - 1))
    blob[position // 8] ^= 1 << position % 8
    with pytest.raises(InvalidTag):
        opened(bytes(blob), dossier_id)


def test_a_large_file_that_was_altered_anywhere_does_not_open(dossier_id: UUID) -> None:
    blob = sealed(LARGE, dossier_id)
    for position in (0, 40, CHUNK_BYTES, 2 * CHUNK_BYTES + 99, len(blob) - 1):
        altered = bytearray(blob)
        altered[position] ^= 0x80
        with pytest.raises(InvalidTag):
            opened(bytes(altered), dossier_id)


@pytest.mark.parametrize("left", [0, 1, 31, 100, CHUNK_BYTES, 2 * CHUNK_BYTES, -1, -16, -17])
def test_a_truncated_file_does_not_open(left: int, dossier_id: UUID) -> None:
    with pytest.raises(InvalidTag):
        opened(sealed(LARGE, dossier_id)[:left], dossier_id)


def test_a_file_whose_pieces_were_swapped_or_repeated_does_not_open(dossier_id: UUID) -> None:
    blob = sealed(LARGE, dossier_id)
    half = len(blob) // 2
    for altered in (blob[half:] + blob[:half], blob + blob[-1000:], blob + b"\0", blob + blob):
        with pytest.raises(InvalidTag):
            opened(altered, dossier_id)


def test_any_two_blocks_in_each_other_s_place_do_not_open(dossier_id: UUID) -> None:
    """Chunks of the format are 16 KiB and a tag: whole ones change places here, each authentic by itself."""
    blob = sealed(LARGE, dossier_id)
    step = 16 * 1024 + 16
    for start in range(128):  # whatever the length of the header may be
        one, two = start + step, start + 3 * step
        swapped = bytearray(blob)
        swapped[one : one + step], swapped[two : two + step] = blob[two : two + step], blob[one : one + step]
        assert len(swapped) == len(blob)
        assert swapped != blob
        with pytest.raises(InvalidTag):
            opened(bytes(swapped), dossier_id)


def test_a_file_opens_at_no_other_address_and_in_no_other_dossier(dossier_id: UUID) -> None:
    other = uuid4()
    keys.create([other])
    blob = sealed(b"inhoud", dossier_id)
    with pytest.raises(InvalidTag):
        opened(blob, dossier_id, "a/c")
    with pytest.raises(InvalidTag):
        opened(blob, other)


def test_the_same_content_is_sealed_differently_each_time_and_holds_nothing_of_it(dossier_id: UUID) -> None:
    plain = b"Sprak met Julia. " * 1000
    one, two = sealed(plain, dossier_id), sealed(plain, dossier_id)
    assert one != two
    assert b"Julia" not in one
    assert len(one) < len(plain) * 1.05 + 200


def test_nothing_opens_after_shredding(dossier_id: UUID) -> None:
    blob = sealed(b"inhoud", dossier_id)
    keys.shred([dossier_id])
    with pytest.raises(keys.KeyShredded):
        opened(blob, dossier_id)
    with pytest.raises(keys.KeyShredded):
        sealer(dossier_id, "a/b")


class Endless(BytesIO):
    """A stream of so many bytes that are made when they are asked for."""

    left = 200 * MEGABYTE

    def read(self, amount: int | None = -1) -> bytes:
        taken = min(amount or 0, self.left)
        self.left -= taken
        return bytes(taken)


def test_a_file_of_200_megabytes_never_sits_in_memory(dossier_id: UUID) -> None:
    key = storage.new_key(dossier_id)
    tracemalloc.start()
    try:
        stored = storage.put(Endless(), dossier_id, key, b"secret")
        written = tracemalloc.get_traced_memory()[1]
        tracemalloc.reset_peak()
        size = sum(len(chunk) for chunk in storage.read(dossier_id, key))
        read = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert stored.size == size == 200 * MEGABYTE
    assert max(written, read) < 4 * MEGABYTE
