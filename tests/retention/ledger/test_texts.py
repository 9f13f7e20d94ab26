"""What every text format of the ledger has in common: one spelling per value, one kind of error."""

from contextlib import suppress
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from retention.ledger.checkpoint import Checkpoint
from retention.ledger.encoding import decode_base64, decode_decimal, encode_base64
from retention.ledger.errors import MalformedError
from retention.ledger.keys import LogKey, VerifierKey
from retention.ledger.note import Note, Signature
from retention.ledger.policy import Policy
from retention.ledger.tiles import bundle_entries, bundled_entries
from retention.ledger.tlog_proof import TlogProof

from . import strategies as my

PARSERS: dict[str, tuple[Any, st.SearchStrategy[Any], Any]] = {
    "base64": (decode_base64, st.binary(), encode_base64),
    "decimal": (decode_decimal, my.sizes, str),
    "verifier key": (VerifierKey.parse, my.verifier_keys, str),
    "log key": (LogKey.parse, my.log_keys, LogKey.encoded),
    "signature": (Signature.parse, my.signatures, lambda value: str(value)[:-1]),
    "note": (Note.parse, my.notes, str),
    "checkpoint": (Checkpoint.parse, my.checkpoints, str),
    "proof": (TlogProof.parse, my.tlog_proofs(), str),
}
EVERY = pytest.mark.parametrize("name", PARSERS)


@EVERY
@given(data=st.data())
def test_what_is_written_is_read_back(name: str, data: st.DataObject) -> None:
    parse, values, write = PARSERS[name]
    value = data.draw(values)
    assert parse(write(value)) == value


@EVERY
@given(data=st.data())
def test_a_text_is_refused_or_is_the_only_spelling_of_its_value(name: str, data: st.DataObject) -> None:
    parse, values, write = PARSERS[name]
    text = data.draw(my.any_text(values.map(write)))
    with suppress(MalformedError):  # any other error fails the test
        assert write(parse(text)) == text


@given(st.lists(st.binary(max_size=300), max_size=10))
def test_bundled_entries_are_read_back(entries: list[bytes]) -> None:
    assert bundled_entries(bundle_entries(entries)) == entries


@given(st.binary(max_size=40))
def test_a_bundle_is_refused_or_is_the_only_spelling_of_its_entries(bundle: bytes) -> None:
    with suppress(MalformedError):
        assert bundle_entries(bundled_entries(bundle)) == bundle


@given(st.one_of(st.binary(), st.text("log witnesgroupqumany#1 \t\nAk+é/=").map(str.encode)))
def test_a_policy_of_any_octets_is_refused_or_has_a_quorum(octets: bytes) -> None:
    with suppress(MalformedError):
        assert Policy.parse(octets).quorum


@pytest.mark.parametrize(
    "text", ["", "00", "01", "+1", "-1", " 1", "1 ", "1_0", "١", "²", "1.0", str(2**63), "9" * 5000]
)
def test_a_number_has_no_other_spelling(text: str) -> None:
    with pytest.raises(MalformedError):
        decode_decimal(text)


@pytest.mark.parametrize("text", ["QQ", "QQ=", "QR==", "QQ==\n", "QQ= =", "Q Q==", "QQ==QQ==", "-_==", "é"])
def test_base64_has_no_other_spelling(text: str) -> None:
    with pytest.raises(MalformedError):
        decode_base64(text)
