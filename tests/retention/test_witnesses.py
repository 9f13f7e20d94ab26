"""What witnesses bring reaches the bundles; what they cannot vouch for does not; and a new log key spoils nothing."""

import shutil
from datetime import timedelta
from pathlib import Path

import pytest
import time_machine
from django.conf import settings
from django.core.mail import EmailMessage
from django.core.management import CommandError, call_command
from django.utils import timezone

from casefiles.models import AccessEvent, User
from retention import mirror, sequencer, witnesses
from retention.attention import reminding
from retention.ledger.checkpoint import Checkpoint as Head
from retention.ledger.checkpoint import sign_checkpoint
from retention.ledger.keys import LogKey, WitnessKey
from retention.ledger.note import Note
from retention.ledger.verify import verify_receipt
from retention.models import Checkpoint, Receipt
from retention.receipts import bundle, statement
from retention.receipts.keys import log_key, log_verifiers
from tests.organisation import Organisation, carry_out
from tests.retention.ledger.test_verifier_command import run

NAMES = ("fg.example/getuige", "raad.example/getuige")


@pytest.fixture
def receipt(organisation: Organisation) -> Receipt:
    organisation.keeps("JD-1996-0001", documents=1)
    carry_out(organisation.starts(organisation.lists_due()))
    return Receipt.objects.select_related("leaf").get(type="destroyed")


@pytest.fixture
def keys(tmp_path: Path) -> list[Path]:
    """Two witnesses whom the organisation named in its policy; one of them is enough for the quorum."""
    made = [WitnessKey(name, bytes([number]) * 32) for number, name in enumerate(NAMES)]
    lines = [f"witness w{number} {key.vkey}" for number, key in enumerate(made)]
    settings.WITNESS_DIR.mkdir(parents=True)
    (settings.WITNESS_DIR / "policy").write_text("\n".join([*lines, "group g any w0 w1", "quorum g", ""]))
    for number, key in enumerate(made):
        (tmp_path / f"{number}.key").write_text(key.encoded())
    return [tmp_path / f"{number}.key" for number in range(2)]


def witness(key: Path, folder: Path | None = None) -> int:
    """A witness looks at the mirror, or at another copy, as a person runs it."""
    to = ("--to", settings.WITNESS_DIR, "--log-key", log_key().vkey, "--key", key)
    return run("witness", folder or settings.MIRROR_DIR, *to).returncode


def append(count: int = 1) -> None:
    from django.db import transaction

    with transaction.atomic():
        sequencer.append([b"{}"] * count)
    mirror.publish()


def quorum(receipt: Receipt) -> tuple[int, bool]:
    proof, met = bundle._proof(receipt)
    return proof.checkpoint.size, met


def test_a_cosigned_head_is_what_later_bundles_are_proven_against(
    receipt: Receipt, keys: list[Path], tmp_path: Path
) -> None:
    assert quorum(receipt) == (2, False)
    assert b"quorum none" in bundle.files(receipt)["policy"]
    assert witness(keys[0]) == 0
    append()
    assert quorum(receipt) == (2, True), "the newest head is not cosigned yet, the one before is"
    folder = bundle.export(receipt, tmp_path / "out")
    assert b"quorum g" in (folder / "policy").read_bytes()
    assert verify_receipt(folder, log_key().vkey).exit_code == 0
    assert witness(keys[1]) == 0
    assert quorum(receipt) == (3, True)
    assert all(check.holds for check in statement.checks(receipt))


def test_what_an_unknown_witness_or_a_forger_brings_counts_for_nothing(receipt: Receipt, keys: list[Path]) -> None:
    stranger = keys[0].with_name("stranger.key")
    stranger.write_text(WitnessKey.generate("vreemd.example/x").encoded())
    assert witness(stranger) == 0
    (settings.WITNESS_DIR / "cosigned-2-00000000").write_bytes(b"\xff not a note")
    (settings.WITNESS_DIR / "refused-2-00000000.json").write_text('{"before": 1}')
    assert quorum(receipt) == (2, False)
    assert witnesses.brought().cosignatures == witnesses.brought().refusals == ()
    (settings.WITNESS_DIR / "policy").write_text("witness\n")
    assert witnesses.brought().policy_problem
    assert quorum(receipt) == (2, False)


def fork(folder: Path, size: int) -> Path:
    """Another log of this size under our own key, as a dishonest operator would show it to somebody else."""
    shutil.copytree(settings.MIRROR_DIR, folder)
    head = Head(settings.LEDGER_ORIGIN, size, bytes(32))
    (folder / "checkpoint").write_text(str(sign_checkpoint(head, log_key())))
    return folder


def test_a_fork_is_refused_and_shown_by_two_heads_that_our_own_key_signed(
    receipt: Receipt, keys: list[Path], tmp_path: Path
) -> None:
    append()
    assert witness(keys[0]) == 0
    assert witness(keys[0], fork(tmp_path / "fork", 3)) == 1
    (refusal,) = witnesses.brought().refusals
    assert (refusal.seen, refusal.before.size, refusal.after.size) == ("forked", 3, 3)
    assert refusal.before.root != refusal.after.root
    (settings.WITNESS_DIR / "policy").touch()
    evidence = next(settings.WITNESS_DIR.glob("refused-*"))
    evidence.write_text(evidence.read_text().replace(log_key().name, "other.example/log"))
    settings.WITNESS_DIR.joinpath("policy").touch()
    assert witnesses.brought().refusals == (), "heads of another log accuse nobody"


def test_a_log_that_shrank_is_refused(receipt: Receipt, keys: list[Path], tmp_path: Path) -> None:
    shutil.copytree(settings.MIRROR_DIR, tmp_path / "old")
    append()
    assert witness(keys[0]) == 0
    assert witness(keys[0], tmp_path / "old") == 1
    assert witnesses.brought().refusals[0].seen == "shrunk"


def test_receipts_of_before_a_key_rotation_stay_verifiable_and_later_ones_bring_both_keys(
    receipt: Receipt, organisation: Organisation, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    before, old = bundle.export(receipt, tmp_path / "before"), log_key().vkey
    call_command("rotate_log_key", "--as", "koen")
    new = log_key().vkey
    assert new in capsys.readouterr().out
    assert new != old
    assert [str(key) for key in log_verifiers()[:2]] == [new, old]
    assert all(check.holds for check in statement.checks(receipt)), "before the new key signed anything"
    append()
    after = bundle.export(receipt, tmp_path / "after")
    assert [verify_receipt(folder, key).exit_code for folder in (before, after) for key in (old, new)] == [0, 1, 1, 0]
    assert verify_receipt(before, old, new).exit_code == verify_receipt(after, old, new).exit_code == 0
    assert verify_receipt(after).exit_code == 2
    assert all(check.holds for check in statement.checks(receipt))
    handed = Note.parse((settings.MIRROR_DIR / "handover" / "2").read_text())
    assert handed.signers(log_verifiers()) == set(log_verifiers()[:2])
    assert handed.text == Note.parse(Checkpoint.objects.get(size=2).note).text
    assert AccessEvent.objects.filter(action="change", ground="log_key").count() == 1


def test_only_an_administrator_rotates_the_key_and_a_refusal_is_logged(organisation: Organisation) -> None:
    before = log_key()
    with pytest.raises(CommandError):
        call_command("rotate_log_key", "--as", "samira")
    assert log_key() == before
    assert isinstance(before, LogKey)
    assert AccessEvent.objects.filter(outcome="refused", ground="log_key").count() == 1


def test_administrators_are_mailed_once_a_week_while_a_witness_is_missing_or_refuses(
    receipt: Receipt, keys: list[Path], organisation: Organisation, mailoutbox: list[EmailMessage]
) -> None:
    User.objects.filter(pk=organisation.koen.pk).update(email="koen@example.org")
    assert witness(keys[0]) == witness(keys[1]) == 0
    assert reminding.remind() == 0
    append()
    assert reminding.remind() == 0, "it has a week to look"
    with time_machine.travel(timezone.now() + timedelta(days=8)):
        assert (reminding.remind(), reminding.remind()) == (1, 0)
    mail = mailoutbox[0]
    assert mail.to == ["koen@example.org"]
    assert "een getuige ontbreekt" in mail.body
    assert not any(word in mail.body for word in (*NAMES, "JD-", "Julia"))
    with time_machine.travel(timezone.now() + timedelta(days=15)):
        assert reminding.remind() == 1, "and again as long as it lasts"
    assert witness(keys[0]) == witness(keys[1]) == 0
    with time_machine.travel(timezone.now() + timedelta(days=22)):
        assert reminding.remind() == 0
