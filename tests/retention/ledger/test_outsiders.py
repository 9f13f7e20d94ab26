"""A receipt convinces outsiders: our verifier, openssl with coreutils alone, PyPI's proofbundle, and Go's own sumdb.

Each accepts the fresh receipt; each refuses every copy of which one byte was changed.
"""

import json
import os
import re
import subprocess
import tempfile
from base64 import b64encode
from collections.abc import Callable
from functools import cache
from pathlib import Path

import pytest
from proofbundle import verify_tlog_proof

from retention.ledger.keys import LogKey
from retention.ledger.verify import verify_receipt

from .builders import ORIGIN, Log, log_of, receipt_bytes

SCRIPT = Path(__file__).resolve().parents[3] / "docs" / "verify-receipt.sh"
INDEX, SIZE = 5, 13
Verifier = Callable[[Path, str], bool]


def ours(folder: Path, vkey: str) -> bool:
    return verify_receipt(folder, vkey).exit_code == 0


def proofbundle(folder: Path, vkey: str) -> bool:
    text = (folder / "receipt.tlog-proof").read_bytes().decode()  # read_text would mend line ends
    leaf = (folder / "receipt.json").read_bytes()
    return bool(verify_tlog_proof(text, leaf, vkey, expected_origin=ORIGIN)["ok"])


def openssl(folder: Path, vkey: str) -> bool:
    return script(folder, vkey).returncode == 0


def script(*arguments: Path | str, shell: str = "sh") -> subprocess.CompletedProcess[str]:
    command = [shell, str(SCRIPT), *map(str, arguments)]
    return subprocess.run(command, capture_output=True, text=True, check=False, timeout=60)


@cache
def built() -> Path:
    """Go's golang.org/x/mod/sumdb as Debian ships it, around a main function of ours; skipped without, a must in CI."""
    source = Path(__file__).with_name("sumdb") / "main.go"
    target = Path(tempfile.mkdtemp()) / "sumdb"
    packages = {"GO111MODULE": "off", "GOPATH": "/usr/share/gocode", "GOCACHE": str(target.parent / "cache")}
    try:
        command = ["go", "build", "-o", str(target), str(source)]
        subprocess.run(command, env=os.environ | packages, check=True, capture_output=True, timeout=300)
    except (OSError, subprocess.CalledProcessError) as error:
        missing = f"no Go with x/mod (apt install golang-go golang-golang-x-mod-dev): {error}"
        (pytest.fail if os.environ.get("CI") == "true" else pytest.skip)(missing)
    return target


def sumdb(folder: Path, vkey: str) -> bool:
    command = [str(built()), str(folder), vkey]
    return subprocess.run(command, capture_output=True, check=False, timeout=60).returncode == 0


ALL = {"ours": ours, "proofbundle (PyPI)": proofbundle, "openssl + coreutils": openssl, "x/mod/sumdb (Go)": sumdb}
VERIFIERS = pytest.mark.parametrize("accepts", ALL.values(), ids=ALL)
FIELDS = sorted(json.loads(receipt_bytes(INDEX)))


@pytest.fixture(scope="module")
def log() -> Log:
    return log_of(SIZE)


@pytest.fixture
def folder(log: Log, tmp_path: Path) -> Path:
    return log.export(INDEX, tmp_path / "receipt")


def flip(path: Path, position: int) -> None:
    """Change one bit; a letter or digit becomes another printable character."""
    data = bytearray(path.read_bytes())
    data[position] ^= 0x01
    path.write_bytes(data)


def line_starts(path: Path) -> list[int]:
    data = path.read_bytes()
    return [0, *(match.end() for match in re.finditer(b"\n", data[:-1]))]


@VERIFIERS
@pytest.mark.parametrize("size", [1, 2, 3, 8, 13])
def test_every_receipt_of_a_log_is_accepted(accepts: Verifier, size: int, tmp_path: Path) -> None:
    log = log_of(size)
    for index in {0, size // 2, size - 1}:
        assert accepts(log.export(index, tmp_path / str(index)), log.key.vkey)


@VERIFIERS
@pytest.mark.parametrize("name", FIELDS)
def test_a_flipped_byte_in_any_field_is_refused(accepts: Verifier, name: str, folder: Path, log: Log) -> None:
    receipt = folder / "receipt.json"
    value = receipt.read_bytes().index(b'"%s":' % name.encode()) + len(name) + 3
    position = re.compile(rb"[0-9a-zA-Z]").search(receipt.read_bytes(), value)
    assert position
    flip(receipt, position.start())
    assert not accepts(folder, log.key.vkey)


@VERIFIERS
@pytest.mark.parametrize("line", range(11))
def test_a_flipped_byte_in_any_line_of_the_proof_is_refused(
    accepts: Verifier, line: int, folder: Path, log: Log
) -> None:
    proof = folder / "receipt.tlog-proof"
    starts = line_starts(proof)
    assert len(starts) == 12, "magic, index, four hashes, nothing, three of checkpoint, nothing, a signature"
    end = [*starts, proof.stat().st_size][line + 1] - 1
    flip(proof, max(starts[line], end - 2))
    assert not accepts(folder, log.key.vkey)


@VERIFIERS
@pytest.mark.parametrize("offset", [1, 5, 30, 60, 110])
def test_a_flipped_byte_in_the_signature_line_is_refused(
    accepts: Verifier, offset: int, folder: Path, log: Log
) -> None:
    proof = folder / "receipt.tlog-proof"
    flip(proof, line_starts(proof)[-1] + offset)
    assert not accepts(folder, log.key.vkey)


@VERIFIERS
def test_a_second_signature_line_of_a_kind_to_come_leaves_a_receipt_as_it_is(
    accepts: Verifier, folder: Path, log: Log
) -> None:
    """The place of a post-quantum signature: as long as ML-DSA-65 makes it, under a key id of its own."""
    proof = folder / "receipt.tlog-proof"
    line = f"— {ORIGIN} {b64encode(bytes(4 + 3309)).decode()}\n"
    proof.write_text(proof.read_text(encoding="utf-8") + line, encoding="utf-8")
    assert accepts(folder, log.key.vkey)


@VERIFIERS
def test_another_log_key_of_the_same_name_is_refused(accepts: Verifier, folder: Path) -> None:
    assert not accepts(folder, LogKey.generate(ORIGIN).vkey)


@VERIFIERS
def test_the_proof_of_another_receipt_is_refused(accepts: Verifier, folder: Path, log: Log) -> None:
    (folder / "receipt.json").write_bytes(log.leaves[INDEX + 1])
    assert not accepts(folder, log.key.vkey)


@VERIFIERS
def test_a_base64_line_with_other_spare_bits_is_refused(accepts: Verifier, folder: Path, log: Log) -> None:
    """The last character before the padding holds two bits that decode to nothing."""
    proof = folder / "receipt.tlog-proof"
    flip(proof, line_starts(proof)[3] - 3)
    assert not accepts(folder, log.key.vkey)


EDITS = {
    "a line of the path left out": lambda lines: lines[:2] + lines[3:],
    "a line of the path doubled": lambda lines: lines[:3] + lines[2:],
    "a hash added to the path": lambda lines: [*lines[:6], lines[5], *lines[6:]],
    "no path": lambda lines: lines[:2] + lines[6:],
    "a leading zero": lambda lines: [lines[0], "index 05", *lines[2:]],
    "an index beyond the log": lambda lines: [lines[0], "index 13", *lines[2:]],
    "a carriage return": lambda lines: [lines[0], lines[1] + "\r", *lines[2:]],
    "a NUL": lambda lines: [lines[0], lines[1] + "\0", *lines[2:]],
    "an empty line before the checkpoint": lambda lines: [*lines[:6], "", *lines[6:]],
    "no signature": lambda lines: [*lines[:-2], ""],
    "no final newline": lambda lines: lines[:-1],
    "a space after a hash": lambda lines: [*lines[:2], lines[2] + " ", *lines[3:]],
}


@VERIFIERS
@pytest.mark.parametrize("edit", EDITS.values(), ids=EDITS.keys())
def test_a_rewritten_proof_is_refused(
    accepts: Verifier, edit: Callable[[list[str]], list[str]], folder: Path, log: Log
) -> None:
    proof = folder / "receipt.tlog-proof"
    lines = proof.read_text(encoding="utf-8").split("\n")
    proof.write_bytes("\n".join(edit(lines)).encode())
    assert not accepts(folder, log.key.vkey)


def test_every_single_flipped_byte_of_the_proof_is_refused_by_ours(folder: Path, log: Log) -> None:
    proof = folder / "receipt.tlog-proof"
    original = proof.read_bytes()
    for position in range(len(original)):
        proof.write_bytes(original)
        flip(proof, position)
        assert not ours(folder, log.key.vkey), f"byte {position}"


@pytest.mark.parametrize("shell", ["sh", "bash"])
def test_the_script_tells_the_three_verdicts_apart(shell: str, folder: Path, log: Log) -> None:
    pinned, unpinned = script(folder, log.key.vkey, shell=shell), script(folder, shell=shell)
    assert (pinned.returncode, pinned.stderr) == (0, "")
    assert pinned.stdout == f"valid: leaf 5 of 13 in the log {ORIGIN}, signed by the key you gave\n"
    assert (unpinned.returncode, unpinned.stderr) == (2, "")
    assert unpinned.stdout.startswith("intact, origin not verified")
    assert log.key.verifier.fingerprint in unpinned.stdout
    (folder / "policy").unlink()
    missing = script(folder, shell=shell)
    assert (missing.returncode, missing.stdout) == (1, "invalid: policy is missing\n")


def test_the_script_refuses_wrong_use_with_a_code_that_is_no_verdict() -> None:
    assert script().returncode == 64
    assert script("a", "b", "c").returncode == 64


def test_the_script_says_that_it_does_not_check_witnesses(folder: Path, log: Log) -> None:
    witness = "w witness.example/w1+8d66cf3f+BDmQH2MPTcSRvL0SYBOXPUMrAQ6V1yMVYkmUEtZkVLPh"
    (folder / "policy").write_text(f"log {log.key.vkey}\nwitness {witness}\nquorum w\n", encoding="utf-8")
    answer = script(folder, log.key.vkey)
    assert answer.returncode == 0
    assert "witnesses that the policy asks for were not checked" in answer.stdout


def test_the_script_names_no_program_beyond_openssl_and_coreutils() -> None:
    """Its promise to outsiders; awk, sed, grep and Python would all be tempting."""
    code = "\n".join(line.split(" #")[0] for line in SCRIPT.read_text(encoding="utf-8").splitlines())
    assert not re.search(r"\b(awk|sed|grep|perl|python3?|xxd|cmp|diff)\b", code)
