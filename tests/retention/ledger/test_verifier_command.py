"""`python -m retention.ledger verify` as an outsider runs it: without Django, without a database."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from .builders import ORIGIN, Log, log_of

REPOSITORY = Path(__file__).resolve().parents[3]


def run(*arguments: Path | str, **variables: str) -> subprocess.CompletedProcess[str]:
    unset = {"LANGUAGE", "LC_ALL", "LANG", "DJANGO_SETTINGS_MODULE"}
    environment = {name: value for name, value in os.environ.items() if name not in unset}
    return subprocess.run(
        [sys.executable, "-m", "retention.ledger", *map(str, arguments)],
        cwd=REPOSITORY,
        env={**environment, **variables},
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )


@pytest.fixture(scope="module")
def log() -> Log:
    return log_of(5)


def test_one_receipt_gives_one_line_and_its_verdict(log: Log, tmp_path: Path) -> None:
    folder = log.export(2, tmp_path / "b-2")
    valid, unpinned = run("verify", folder, "--log-key", log.key.vkey), run("verify", folder)
    assert valid.stdout == f"b-2: valid: leaf 2 of 5 in the log {ORIGIN}, signed by the key you gave\n"
    assert (valid.returncode, valid.stderr) == (0, "")
    assert unpinned.stdout.startswith("b-2: intact, origin not verified")
    assert (unpinned.returncode, unpinned.stderr) == (2, "")


def test_of_many_receipts_the_worst_verdict_counts(log: Log, tmp_path: Path) -> None:
    for index in range(3):
        log.export(index, tmp_path / f"b-{index}")
    assert run("verify", tmp_path, "--log-key", log.key.vkey).returncode == 0
    assert run("verify", tmp_path).returncode == 2
    (tmp_path / "b-1" / "receipt.json").unlink()
    answer = run("verify", tmp_path)
    assert answer.returncode == 1
    assert [line.split(":")[0] for line in answer.stdout.splitlines()] == ["b-0", "b-1", "b-2"]
    assert "b-1: invalid: receipt.json is missing\n" in answer.stdout


def test_a_folder_without_receipts_is_invalid(tmp_path: Path) -> None:
    for directory in (tmp_path, tmp_path / "absent"):
        answer = run("verify", directory)
        assert (answer.returncode, answer.stderr) == (1, "")
        assert answer.stdout == f"{directory}: invalid: no receipt here\n"


@pytest.mark.parametrize(
    "arguments",
    [
        (),
        ("verify",),
        ("check", "."),
        ("verify", ".", "--log-key", "nonsense"),
        ("--language", "fr", "verify", "."),
    ],
)
def test_wrong_use_is_no_verdict(arguments: tuple[str, ...]) -> None:
    answer = run(*arguments)
    assert (answer.returncode, answer.stdout) == (64, "")
    assert "Traceback" not in answer.stderr


def test_the_language_is_asked_for_or_taken_from_the_environment(tmp_path: Path) -> None:
    assert "invalid" in run("verify", tmp_path).stdout
    assert "ongeldig" in run("verify", tmp_path, "--language", "nl").stdout
    assert "ongeldig" in run("--language", "nl", "verify", tmp_path).stdout
    assert "ongeldig" in run("verify", tmp_path, LANG="nl_NL.UTF-8").stdout
    assert "ongeldig" in run("verify", tmp_path, LC_ALL="nl_BE.UTF-8", LANG="en_GB.UTF-8").stdout
    assert "invalid" in run("verify", tmp_path, LANGUAGE="en", LANG="nl_NL.UTF-8").stdout
    assert "invalid" in run("verify", tmp_path, "--language", "en", LANG="nl_NL.UTF-8").stdout


@pytest.mark.parametrize(
    ("language", "words"), [("en", "does not prove that the statement is true"), ("nl", "toont niet aan dat")]
)
def test_the_help_says_what_a_receipt_does_not_prove(language: str, words: str) -> None:
    for arguments in (("--help",), ("verify", "--help")):
        assert words in run("--language", language, *arguments).stdout


def test_a_hostile_folder_name_cannot_steer_the_terminal(log: Log, tmp_path: Path) -> None:
    log.export(0, tmp_path / "a\x1b[2J\nvalid")
    os.mkdir(os.fsencode(tmp_path) + b"/\xff")
    answer = run("verify", tmp_path)
    assert answer.stderr == ""
    assert answer.stdout.splitlines()[0].startswith(r"a\x1b[2J\nvalid: intact")
    assert answer.stdout.splitlines()[1] == r"\udcff: invalid: no receipt here"


def test_a_terminal_without_unicode_gets_an_answer(log: Log, tmp_path: Path) -> None:
    answer = run("verify", log.export(0, tmp_path / "één"), PYTHONIOENCODING="ascii")
    assert answer.returncode == 2
    assert answer.stdout.startswith(r"\xe9\xe9n: intact")


def test_a_reader_that_leaves_early_sees_no_traceback(log: Log, tmp_path: Path) -> None:
    folder = log.export(0, tmp_path / "b")
    command = [sys.executable, "-m", "retention.ledger", "verify", str(folder)]
    with subprocess.Popen(command, cwd=REPOSITORY, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
        assert process.stdout
        assert process.stderr
        process.stdout.close()
        errors = process.stderr.read()
    assert (process.returncode, errors) == (1, b"")


def test_the_verifier_needs_no_django() -> None:
    code = "import sys, retention.ledger.__main__; sys.exit('django' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], cwd=REPOSITORY, check=False).returncode == 0
