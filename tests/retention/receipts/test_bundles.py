"""An exported receipt convinces outsiders: our verifier, an independent one, and openssl with coreutils alone."""

import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from django.conf import settings
from django.core.management import CommandError, call_command
from proofbundle import verify_tlog_proof

from retention import sweeping
from retention.ledger.keys import LogKey
from retention.ledger.verify import verify_receipt
from retention.models import Receipt
from retention.receipts import bundle
from retention.receipts.keys import log_key
from tests.organisation import Organisation, carry_out

SCRIPT = settings.BASE_DIR / "docs" / "verify-receipt.sh"


def ours(folder: Path, vkey: str) -> bool:
    return verify_receipt(folder, vkey).exit_code == 0


def proofbundle(folder: Path, vkey: str) -> bool:
    text = (folder / "receipt.tlog-proof").read_bytes().decode()
    leaf = (folder / "receipt.json").read_bytes()
    return bool(verify_tlog_proof(text, leaf, vkey, expected_origin=settings.LEDGER_ORIGIN)["ok"])


def openssl(folder: Path, vkey: str) -> bool:
    command = ["sh", str(SCRIPT), str(folder), vkey]
    return subprocess.run(command, capture_output=True, check=False, timeout=60).returncode == 0


VERIFIERS = (ours, proofbundle, openssl)


@pytest.fixture
def receipts(organisation: Organisation) -> list[Receipt]:
    """The receipts of five destroyed dossiers, in the order of the log."""
    organisation.keeps_many(5, documents=1)
    carry_out(organisation.starts(organisation.lists_due()))
    return list(Receipt.objects.filter(type="destroyed").select_related("leaf").order_by("leaf"))


def flipped(folder: Path, name: str, position: int, copy: Path) -> Path:
    """A copy of a receipt's folder of which one bit of one file is changed."""
    shutil.copytree(folder, copy)
    content = bytearray((copy / name).read_bytes())
    content[position] ^= 1
    (copy / name).write_bytes(content)
    return copy


def test_every_receipt_is_accepted_by_all_three_and_none_that_was_changed(
    receipts: list[Receipt], tmp_path: Path
) -> None:
    folders = [bundle.export(receipt, tmp_path) for receipt in receipts]
    assert [folder.name for folder in folders] == [str(receipt.pk) for receipt in receipts]
    for accepts in VERIFIERS:
        assert all(accepts(folder, log_key().vkey) for folder in folders), accepts
        assert not accepts(folders[0], LogKey.generate(settings.LEDGER_ORIGIN).vkey)
    folder = folders[2]
    json, proof = ((folder / name).read_bytes() for name in ("receipt.json", "receipt.tlog-proof"))
    places = [("receipt.json", json.index(word) + len(word)) for word in (b'"tombstone":"', b'"statement":"', b'"v":')]
    places += [("receipt.tlog-proof", proof.index(b"index ") + 6), ("receipt.tlog-proof", len(proof) - 10)]
    for number, (name, position) in enumerate(places):
        copy = flipped(folder, name, position, tmp_path / f"copy-{number}")
        for accepts in VERIFIERS:
            assert not accepts(copy, log_key().vkey), (accepts, name, position)


def test_a_receipt_under_the_proof_of_another_is_refused_by_all_three(receipts: list[Receipt], tmp_path: Path) -> None:
    one, two = (bundle.export(receipt, tmp_path) for receipt in receipts[:2])
    shutil.copy(one / "receipt.json", two / "receipt.json")
    for accepts in VERIFIERS:
        assert not accepts(two, log_key().vkey), accepts


def test_an_old_receipt_is_proven_against_the_newest_head(
    receipts: list[Receipt], organisation: Organisation, tmp_path: Path
) -> None:
    before = bundle.proof(receipts[0]).checkpoint.size
    organisation.keeps("JD-1997-0001")
    (chosen,) = sweeping.sweep().lists
    carry_out(organisation.starts(chosen))
    assert bundle.proof(receipts[0]).checkpoint.size == before + 2
    assert ours(bundle.export(receipts[0], tmp_path), log_key().vkey)


def test_export_receipt_writes_every_destroyed_receipt_and_tells_how_to_verify_it(
    receipts: list[Receipt], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    call_command("export_receipt", "--all", str(tmp_path / "all"))
    found = {entry.name for entry in (tmp_path / "all").iterdir()}
    assert found == {str(receipt.pk) for receipt in receipts} | {"verify.html"}
    assert log_key().vkey in capsys.readouterr().out
    call_command("export_receipt", str(receipts[0].pk), str(tmp_path / "one"))
    files = {file.name for file in (tmp_path / "one" / str(receipts[0].pk)).iterdir()}
    assert files >= {"receipt.json", "receipt.tlog-proof", "policy"}


def test_the_exported_folder_is_verified_by_a_process_that_has_no_database(
    receipts: list[Receipt], tmp_path: Path
) -> None:
    call_command("export_receipt", "--all", str(tmp_path))
    for log_key_given, code in ((["--log-key", log_key().vkey], 0), ([], 2)):
        command = [sys.executable, "-m", "retention.ledger", "verify", str(tmp_path), *log_key_given]
        done = subprocess.run(command, cwd=settings.BASE_DIR, env={}, capture_output=True, text=True, check=False)
        assert done.returncode == code, done.stderr
        assert len(receipts) == len([line for line in done.stdout.splitlines() if line.strip()])


@pytest.mark.usefixtures("stores")
@pytest.mark.parametrize(
    "arguments",
    [
        ["no-number", "DIR"],
        ["123e4567-e89b-42d3-a456-426614174000", "DIR"],
        ["DIR"],
        ["123e4567-e89b-42d3-a456-426614174000", "DIR", "--all"],
    ],
)
def test_a_receipt_that_is_not_there_is_told_and_nothing_is_written(arguments: list[str], tmp_path: Path) -> None:
    folder = tmp_path / "out"
    with pytest.raises(CommandError):
        call_command("export_receipt", *(str(folder) if word == "DIR" else word for word in arguments))
    assert not folder.exists()
