"""The slip ties a receipt to a file for whoever holds it: by the secret, and by nothing else."""

import hashlib
import hmac
import json
import shutil
from contextlib import suppress
from io import BytesIO
from pathlib import Path

import pytest
import rfc8785
from hypothesis import given
from hypothesis import strategies as st

from retention.ledger.annex import annex_root, read_annex, write_annex
from retention.ledger.errors import MalformedError
from retention.ledger.slip import MOST_BYTES, Slip, subject_claim
from tests.retention.ledger.test_verifier_command import run

from .builders import Log, receipt_bytes

days = st.one_of(st.just(""), st.dates().map(lambda day: day.isoformat()))
words = st.text(st.characters(codec="utf-8"), min_size=1, max_size=20)
claims = st.builds(subject_claim, words, st.lists(st.tuples(words, days), max_size=3))
slips = st.builds(
    Slip, st.binary(min_size=32, max_size=32), claims, st.binary(min_size=32, max_size=32).map(lambda b: b.hex())
)
DOCUMENTS = (b"Verslag van het gesprek.", b"Brief aan school.", b"")
SLIP = Slip(bytes(range(32)), subject_claim("JD-2004-0183", [("Noor Vermeulen", "2004-05-06")]), "ab" * 32)


@given(slips)
def test_a_slip_is_read_back_and_its_subject_is_what_the_receipt_states(slip: Slip) -> None:
    assert Slip.parse(bytes(slip)) == slip
    assert slip.subject == hmac.new(slip.secret, slip.claim, hashlib.sha256).hexdigest()


@given(slips, st.integers(0), st.binary(max_size=2))
def test_a_slip_is_refused_or_is_the_only_spelling_of_its_values(slip: Slip, place: int, put: bytes) -> None:
    data = bytes(slip)
    at = place % len(data)
    damaged = data[:at] + put + data[at + 1 :]
    with suppress(MalformedError):
        assert bytes(Slip.parse(damaged)) == damaged


@given(st.one_of(st.binary(max_size=80), st.recursive(st.none() | st.booleans(), st.lists).map(rfc8785.dumps)))
def test_what_is_no_slip_is_refused_and_breaks_nothing(data: bytes) -> None:
    with pytest.raises(MalformedError):
        Slip.parse(data)


def test_a_slip_with_true_for_a_number_or_a_field_too_many_is_refused() -> None:
    read = json.loads(bytes(SLIP))
    for wrong in (read | {"v": True}, read | {"bsn": "1"}, read | {"claim": {"reference": "x", "people": [{}]}}):
        with pytest.raises(MalformedError):
            Slip.parse(rfc8785.dumps(wrong))


def test_a_slip_of_a_large_family_fits_a_qr_code() -> None:
    people = [(f"Maximiliaan-Alexander van der Berg-Oosterhuis {n}", "2008-03-07") for n in range(12)]
    assert len(bytes(Slip(bytes(32), subject_claim("JD-2024-0183", people), "0" * 64))) < MOST_BYTES


@given(st.lists(st.binary(min_size=32, max_size=32), max_size=20))
def test_an_annex_is_read_back_and_the_order_of_its_documents_does_not_matter(digests: list[bytes]) -> None:
    assert list(read_annex(write_annex(digests))) == sorted(digests)
    assert annex_root(digests) == annex_root(reversed(digests))


@given(st.text(st.sampled_from("0af\n xé"), max_size=140))
def test_an_annex_is_refused_or_is_the_only_spelling_of_its_digests(text: str) -> None:
    with suppress(MalformedError):
        assert write_annex(read_annex(text)) == text


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """The bundle of a receipt that is about the file on the slip, beside one that is not."""
    digests = [SLIP.digest(BytesIO(document)) for document in DOCUMENTS]
    stated = json.loads(receipt_bytes(0)) | {"subject": SLIP.subject, "tombstone": SLIP.tombstone}
    log = Log()
    log.append(rfc8785.dumps(stated | {"annex": annex_root(digests).hex()}), receipt_bytes(1))
    for index, name in enumerate(("mine", "other")):
        (log.export(index, tmp_path / name) / "annex").write_text(write_annex(digests))
    for number, document in enumerate(DOCUMENTS):
        (tmp_path / f"copy-{number}").write_bytes(document)
    (tmp_path / "stranger").write_bytes(DOCUMENTS[0] + b" ")
    (tmp_path / "slip.json").write_bytes(bytes(SLIP) + b"\n")
    return tmp_path


def shown(folder: Path, *arguments: Path | str) -> tuple[int, list[str]]:
    answer = run("verify", *arguments, "--slip", folder / "slip.json", LANG="en")
    assert answer.stderr == ""
    return answer.returncode, [line.strip() for line in answer.stdout.splitlines()[1:]]


def test_the_holder_of_the_slip_shows_that_the_receipt_is_about_their_file_and_that_a_copy_was_in_it(
    folder: Path,
) -> None:
    copies = [word for number in range(3) for word in ("--copy", str(folder / f"copy-{number}"))]
    code, lines = shown(folder, folder / "mine", *copies)
    assert code == 2, "no key was given: the origin stays unverified"
    assert lines[0] == "this receipt is about the file on the slip"
    assert all(line.endswith("was in the file, byte for byte") for line in lines[1:])
    assert len(lines) == 4


def test_the_slip_of_another_file_and_a_copy_that_was_changed_are_told_apart(folder: Path) -> None:
    assert shown(folder, folder / "other") == (1, ["this receipt is not about the file on the slip"])
    code, lines = shown(folder, folder / "mine", "--copy", folder / "stranger")
    assert (code, lines[1].endswith("was not in the file, or not exactly like this")) == (1, True)


def test_an_annex_that_is_absent_or_false_tells_nothing_about_a_copy(folder: Path) -> None:
    annex = folder / "mine" / "annex"
    for content in (annex.read_text().split("\n", 1)[1], "0" * 64, "é"):
        annex.write_text(content)
        assert "is not the one that the receipt states" in shown(folder, folder / "mine", "--copy", annex)[1][1]
    annex.unlink()
    assert "does not carry the annex" in shown(folder, folder / "mine", "--copy", folder / "copy-0")[1][1]


def test_a_bundle_a_zip_of_it_and_a_folder_of_both_are_read_alike(folder: Path) -> None:
    (folder / "all").mkdir()
    shutil.make_archive(str(folder / "all" / "packed"), "zip", folder, "mine")
    shutil.copytree(folder / "other", folder / "all" / "other")
    (folder / "all" / "broken.zip").write_bytes(b"PK\x03\x04 and then nothing")
    code, _ = shown(folder, folder / "all" / "packed.zip")
    assert code == 2
    answer = run("verify", folder / "all", LANG="en")
    names = [line.split(":")[0] for line in answer.stdout.splitlines()]
    assert (answer.returncode, names) == (1, ["broken.zip", "other", "mine"])
    assert "broken.zip: invalid: no receipt here" in answer.stdout
    assert run("verify", folder / "mine" / "receipt.json").returncode == 2
