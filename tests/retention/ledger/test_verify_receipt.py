import os
import sys
from pathlib import Path
from typing import Any

import pytest
import rfc8785
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from retention.ledger.errors import MalformedError
from retention.ledger.keys import WITNESS, LogKey, VerifierKey
from retention.ledger.messages import Finding, sentence
from retention.ledger.note import Note, Signature
from retention.ledger.tlog_proof import TlogProof
from retention.ledger.verify import verify_receipt

from .builders import ORIGIN, Log, log_of, receipt_bytes

NEEDED: dict[str, Any] = {"v": 1, "type": "destroyed", "receipt": "r", "tombstone": "t"}


@pytest.fixture
def log() -> Log:
    return log_of(7)


@pytest.fixture
def folder(log: Log, tmp_path: Path) -> Path:
    return log.export(4, tmp_path / "receipt")


def found(leaf: bytes, tmp_path: Path) -> tuple[Finding, dict[str, str]]:
    """What is found about a leaf that stands in the log beyond doubt."""
    log = Log()
    log.append(b"{}", leaf)
    verdict = verify_receipt(log.export(1, tmp_path / "leaf"), log.key.vkey)
    return verdict.finding, verdict.values


def test_a_receipt_under_the_readers_own_key_is_valid(folder: Path, log: Log) -> None:
    verdict = verify_receipt(folder, log.key.vkey)
    assert (verdict.finding, verdict.exit_code) == (Finding.VALID, 0)


def test_without_a_key_the_origin_is_not_verified_and_the_fingerprint_is_told(folder: Path, log: Log) -> None:
    verdict = verify_receipt(folder)
    assert (verdict.finding, verdict.exit_code) == (Finding.UNPINNED, 2)
    assert log.key.verifier.fingerprint in verdict.line("en")
    assert log.key.verifier.fingerprint.startswith(log.key.vkey.split("+")[1])


def test_a_forged_receipt_that_brings_its_own_key_is_refused_under_the_readers(log: Log, tmp_path: Path) -> None:
    forger = log_of(7)
    folder = forger.export(4, tmp_path / "forged")
    assert verify_receipt(folder).exit_code == 2
    assert verify_receipt(folder, log.key.vkey).finding is Finding.NOT_SIGNED


def test_the_readers_key_takes_the_place_of_the_policys(folder: Path, log: Log) -> None:
    (folder / "policy").write_text(f"log {LogKey.generate(ORIGIN).vkey}\nquorum none\n", encoding="utf-8")
    assert verify_receipt(folder, log.key.vkey).finding is Finding.VALID
    assert verify_receipt(folder).finding is Finding.NOT_SIGNED


def test_a_key_of_another_log_does_not_vouch_for_this_one(folder: Path, log: Log) -> None:
    same_key_other_name = LogKey("other.example", log.key.seed)
    assert verify_receipt(folder, same_key_other_name.vkey).finding is Finding.OTHER_LOG


def test_a_key_that_is_no_logs_is_the_callers_mistake(folder: Path) -> None:
    witness = VerifierKey(ORIGIN, WITNESS, bytes(32))
    for key in ("nonsense", str(witness)):
        with pytest.raises(MalformedError):
            verify_receipt(folder, key)


@pytest.mark.parametrize("name", ["receipt.json", "receipt.tlog-proof", "policy"])
def test_every_file_must_be_there_and_small(name: str, folder: Path, log: Log) -> None:
    path = folder / name
    path.write_bytes(b"x" * (1024 * 1024 + 1))
    assert verify_receipt(folder, log.key.vkey).finding is Finding.TOO_LARGE
    path.unlink()
    assert verify_receipt(folder, log.key.vkey).finding is Finding.NO_FILE
    os.mkfifo(path)  # opening it would wait for ever
    assert verify_receipt(folder, log.key.vkey).finding is Finding.NO_FILE


@pytest.mark.skipif(sys.platform != "linux", reason="needs a file that opens, but cannot be read: Linux has one")
@pytest.mark.parametrize("name", ["receipt.json", "receipt.tlog-proof", "policy"])
def test_a_file_that_cannot_be_read_is_refused(name: str, folder: Path, log: Log) -> None:
    (folder / name).unlink()
    (folder / name).symlink_to("/proc/self/mem")
    assert verify_receipt(folder, log.key.vkey).finding is Finding.UNREADABLE


@pytest.mark.parametrize("name", ["receipt.json", "receipt.tlog-proof"])
def test_a_text_that_is_not_utf8_is_refused(name: str, folder: Path, log: Log) -> None:
    (folder / name).write_bytes(b"\xff" + (folder / name).read_bytes())
    verdict = verify_receipt(folder, log.key.vkey)
    assert (verdict.finding, verdict.values) == (Finding.NOT_UTF8, {"file": name})


@pytest.mark.parametrize("name", ["receipt.tlog-proof", "policy"])
def test_a_malformed_file_is_refused_with_its_reason(name: str, folder: Path, log: Log) -> None:
    (folder / name).write_bytes(b"nonsense\n")
    verdict = verify_receipt(folder, log.key.vkey)
    assert verdict.finding in {Finding.BAD_PROOF, Finding.BAD_POLICY}
    assert verdict.values["detail"] in verdict.line("nl")


@pytest.mark.parametrize(
    "leaf",
    [
        receipt_bytes(1) + b"\n",
        receipt_bytes(1).replace(b'"v":1', b'"v": 1'),
        receipt_bytes(1).replace(b'"v":1', b'"v":1.0'),
        receipt_bytes(1).replace(b'"v":1', b'"v":1,"v":1'),
        receipt_bytes(1).replace(b"Stichting", rb"\u0053tichting"),
        b'{"v":1,"type":"destroyed","tombstone":"t","receipt":"r"}',
    ],
)
def test_json_that_is_not_canonical_is_refused(leaf: bytes, tmp_path: Path) -> None:
    assert found(leaf, tmp_path)[0] is Finding.NOT_CANONICAL


@pytest.mark.parametrize(
    "leaf",
    [
        b"",
        b"{",
        b"nonsense",
        b"NaN",
        b'"\\ud800"',
        b"[" * 100_000,
        b"9" * 5000,
        b"9007199254740993",
        b"\xef\xbb\xbf{}",
    ],
)
def test_what_is_no_json_or_cannot_be_canonical_is_refused(leaf: bytes, tmp_path: Path) -> None:
    assert found(leaf, tmp_path)[0] is Finding.NOT_JSON


@pytest.mark.parametrize(
    ("receipt", "missing"),
    [
        ([], "v"),
        (1, "v"),
        ({**NEEDED, "v": 2}, "v"),
        ({**NEEDED, "v": True}, "v"),
        ({**NEEDED, "v": "1"}, "v"),
        ({**NEEDED, "type": ""}, "type"),
        ({**NEEDED, "receipt": None}, "receipt"),
        ({**NEEDED, "tombstone": 5}, "tombstone"),
        ({"v": 1, "type": "destroyed", "receipt": "r"}, "tombstone"),
    ],
)
def test_a_receipt_without_its_fields_is_refused(receipt: Any, missing: str, tmp_path: Path) -> None:
    assert found(rfc8785.dumps(receipt), tmp_path) == (Finding.NO_FIELD, {"field": missing})


def test_a_receipt_with_no_more_than_its_fields_is_valid(tmp_path: Path) -> None:
    assert found(rfc8785.dumps(NEEDED), tmp_path)[0] is Finding.VALID


class TestWitness:
    """A policy that asks for a witness is not satisfied by the log alone, not even under the reader's key."""

    private = Ed25519PrivateKey.generate()
    key = VerifierKey("witness.example", WITNESS, private.public_key().public_bytes_raw())

    def cosign(self, proof: TlogProof, signature: bytes) -> TlogProof:
        line = Signature(self.key.name, self.key.key_id, (1_700_000_000).to_bytes(8) + signature)
        return TlogProof(proof.index, proof.hashes, Note(proof.note.text, (*proof.note.signatures, line)))

    @pytest.fixture(autouse=True)
    def _policy(self, folder: Path, log: Log) -> None:
        policy = f"log {log.key.vkey}\nwitness W {self.key}\nquorum W\n"
        (folder / "policy").write_text(policy, encoding="utf-8")

    def write(self, folder: Path, proof: TlogProof) -> None:
        (folder / "receipt.tlog-proof").write_text(str(proof), encoding="utf-8")

    @pytest.mark.parametrize("pinned", [True, False])
    def test_a_missing_cosignature_is_refused(self, folder: Path, log: Log, pinned: bool) -> None:
        assert verify_receipt(folder, *([log.key.vkey] if pinned else [])).finding is Finding.NO_QUORUM

    def test_a_cosigned_checkpoint_is_accepted(self, folder: Path, log: Log) -> None:
        proof = log.proof(4)
        message = b"cosignature/v1\ntime 1700000000\n" + proof.note.text.encode()
        self.write(folder, self.cosign(proof, self.private.sign(message)))
        assert verify_receipt(folder, log.key.vkey).finding is Finding.VALID

    def test_a_forged_cosignature_is_refused(self, folder: Path, log: Log) -> None:
        self.write(folder, self.cosign(log.proof(4), bytes(64)))
        assert verify_receipt(folder, log.key.vkey).finding is Finding.FALSE_SIGNATURE


@pytest.mark.parametrize("finding", Finding)
def test_every_finding_is_one_line_in_both_languages(finding: Finding) -> None:
    values = dict.fromkeys(["file", "field", "detail", "log", "name", "index", "size", "fingerprint"], "x\n\x1b[0m")
    dutch, english = sentence(finding, values, "nl"), sentence(finding, values, "en")
    assert dutch != english
    assert dutch.isprintable()
    assert english.isprintable()
