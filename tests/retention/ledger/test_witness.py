"""A witness cosigns a log that only grows, and refuses one that shrank or was rewritten; anyone can run it."""

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from retention.ledger.bundles import Folder
from retention.ledger.checkpoint import sign_checkpoint
from retention.ledger.copy import LogCopy
from retention.ledger.errors import MalformedError
from retention.ledger.keys import LogKey, WitnessKey
from retention.ledger.note import Note
from retention.ledger.places import Local
from retention.ledger.policy import Policy, log_policy
from retention.ledger.tiles import bundle_entries, changed_tiles
from retention.ledger.tlog_proof import TlogProof
from retention.ledger.verify import Trust, verify_bundle, verify_receipt
from retention.ledger.witness import Seen, look
from tests.retention.ledger.test_verifier_command import run

from .builders import ORIGIN, Log, log_of, receipt_bytes

KEY = WitnessKey("getuige.example/w1", bytes(range(32)))
NOW = 1_790_000_000


def mirrored(log: Log, folder: Path) -> Path:
    """Write a log as its operator publishes it."""
    for tile in changed_tiles(0, len(log.leaves)):
        written = {tile.path: tile.data(log.nodes)}
        if tile.level == 0:
            written[tile.entries_path] = bundle_entries(log.leaves[index] for _, index in tile.coordinates)
        for path, content in written.items():
            (folder / path).parent.mkdir(parents=True, exist_ok=True)
            (folder / path).write_bytes(content)
    (folder / "checkpoint").write_text(str(sign_checkpoint(log.checkpoint, log.key)), encoding="utf-8")
    return folder


def seen(log: Log, folder: Path, before: Note | None = None) -> tuple[Seen, Note | None]:
    found = look(LogCopy(mirrored(log, folder)), (log.key.verifier,), before, KEY, NOW)
    return found.seen, found.note


def small(count: int, start: int = 0) -> list[bytes]:
    return [b"leaf %d" % number for number in range(start, start + count)]


@pytest.mark.parametrize("sizes", [[1, 2, 3], [5, 5], [255, 256, 257], [200, 700], [300, 70_000]])
def test_a_log_that_grows_is_cosigned_at_every_size_also_over_tiles_of_higher_levels(
    sizes: list[int], tmp_path: Path
) -> None:
    log, note = Log(), None
    for size in sizes:
        log.append(*small(size - len(log.leaves), len(log.leaves)))
        found, note = seen(log, tmp_path / str(size), note)
        assert found is Seen.COSIGNED
        assert note is not None
        assert note.signers([KEY.verifier, log.key.verifier]) == {KEY.verifier, log.key.verifier}


@given(data=st.data())
def test_a_log_of_which_one_leaf_was_changed_or_left_out_is_refused(
    data: st.DataObject, tmp_path_factory: pytest.TempPathFactory
) -> None:
    old = data.draw(st.integers(1, 40))
    place = data.draw(st.integers(0, old - 1))
    log = Log()
    log.append(*small(old))
    _, note = seen(log, tmp_path_factory.mktemp("old"))
    rewritten = Log(log.key)
    leaves = small(data.draw(st.integers(old, 45)))
    rewritten.append(*leaves[:place], *data.draw(st.sampled_from([[], [b"other"]])), *leaves[place + 1 :])
    found, again = seen(rewritten, tmp_path_factory.mktemp("new"), note)
    assert again is None
    assert found is (Seen.SHRUNK if len(rewritten.leaves) < old else Seen.FORKED)


def test_a_head_that_the_log_did_not_sign_is_not_cosigned(tmp_path: Path) -> None:
    log = log_of(3)
    mirrored(log, tmp_path)
    for trusted in (LogKey.generate(ORIGIN), LogKey("other.example/log", log.key.seed)):
        found = look(LogCopy(tmp_path), (trusted.verifier,), None, KEY, NOW)
        assert (found.seen, found.note) == (Seen.UNSIGNED, None)


def test_a_copy_with_a_tile_missing_or_cut_off_convicts_nobody(tmp_path: Path) -> None:
    log = log_of(5)
    _, note = seen(log, tmp_path / "old")
    log.append(*small(4))
    tile = mirrored(log, tmp_path / "new") / "tile" / "0" / "000.p" / "9"
    for content in (tile.read_bytes()[:-1], b""):
        tile.write_bytes(content)
        assert look(LogCopy(tmp_path / "new"), (log.key.verifier,), note, KEY, NOW).seen is Seen.UNREADABLE
    (tmp_path / "new" / "checkpoint").write_text("x")
    with pytest.raises(MalformedError):
        LogCopy(tmp_path / "new")


def test_a_cosigned_head_satisfies_a_readers_quorum_and_one_without_does_not(tmp_path: Path) -> None:
    log = log_of(5)
    _, note = seen(log, tmp_path / "mirror")
    assert note
    folder = log.export(2, tmp_path / "bundle")
    own = Policy.parse(f"log {log.key.vkey}\nwitness w {KEY.vkey}\nquorum w\n".encode())
    assert verify_bundle(Folder(Local(folder)), Trust(policy=own)).exit_code == 1
    proof = log.proof(2)
    (folder / "receipt.tlog-proof").write_text(str(TlogProof(2, proof.hashes, note)), encoding="utf-8")
    assert verify_bundle(Folder(Local(folder)), Trust(policy=own)).exit_code == 0
    (folder / "policy").write_text(log_policy(log.key.verifier, witnesses=own, quorum=True))
    assert verify_receipt(folder, log.key.vkey).exit_code == 0
    assert Policy.parse((folder / "policy").read_bytes()) == own


def test_a_second_signature_of_an_unknown_type_is_tolerated_as_a_later_post_quantum_one_will_be(tmp_path: Path) -> None:
    """C2SP signed-note: signatures by unknown keys are ignored; ML-DSA-44 ones are 2,428 bytes (type 0x06)."""
    log = log_of(5)
    folder = log.export(2, tmp_path / "bundle")
    proof = folder / "receipt.tlog-proof"
    with proof.open("a", encoding="utf-8") as file:
        from base64 import b64encode

        file.write(f"— {ORIGIN} {b64encode(bytes(range(4)) + bytes(2428)).decode()}\n")
    assert verify_receipt(folder, log.key.vkey).exit_code == 0


def test_anyone_runs_it_by_command_with_a_key_of_their_own(tmp_path: Path) -> None:
    log = log_of(3)
    mirror, to, key = tmp_path / "mirror", tmp_path / "to", tmp_path / "w.key"
    arguments = ("witness", mirror, "--log-key", log.key.vkey, "--key", key, "--to", to)
    assert run(*arguments, LANG="en").returncode == 2, "no mirror and no key yet"
    mirrored(log, mirror)
    first = run(*arguments, "--name", "fg.example/getuige", LANG="en")
    assert (first.returncode, first.stderr) == (0, "")
    assert key.stat().st_mode & 0o777 == 0o600
    witness = WitnessKey.parse(key.read_text())
    assert witness.vkey in first.stdout
    (brought,) = to.iterdir()
    assert brought.name == f"cosigned-3-{witness.verifier.key_id.hex()}"
    assert Note.parse(brought.read_text()).signers([witness.verifier])
    log.append(receipt_bytes(9))
    mirrored(log, mirror)
    assert run(*arguments).returncode == 0
    forked = Log(log.key)
    forked.append(*map(receipt_bytes, range(20, 26)))
    mirrored(forked, mirror)
    refused = run(*arguments, LANG="nl")
    assert (refused.returncode, "herschreven" in refused.stdout) == (1, True)
    (evidence,) = to.glob("refused-*.json")
    heads = json.loads(evidence.read_text())
    assert all(Note.parse(heads[name]).signers([log.key.verifier]) for name in ("before", "after"))
    assert "4" in Note.parse(heads["before"]).text
    assert (key.parent / "w.key.seen").read_text() == heads["before"]
    key.write_text("no key")
    assert run(*arguments).returncode == 2
