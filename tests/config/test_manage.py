"""manage.py makes its environment from the lock file, once, whatever interrupted it before."""

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from config import env

pytestmark = pytest.mark.real

COMMAND = "import sys\ndef run(arguments):\n    print(sys.prefix, *arguments)\n    return 7\n"


@pytest.fixture(scope="module")
def clone(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A project with manage.py, lock files that ask for nothing, and one command that tells where it runs."""
    folder = tmp_path_factory.mktemp("clone")
    shutil.copy(env.REPOSITORY / "manage.py", folder)
    for name in ("requirements.lock", "requirements-dev.lock"):
        (folder / name).write_text(f"# {name}: nothing\n")
    (folder / "config" / "services").mkdir(parents=True)
    for package in ("config", "config/services"):
        (folder / package / "__init__.py").touch()
    (folder / "config" / "services" / "command.py").write_text(COMMAND)
    return folder


PIP_ONLY = {"PATH": "/usr/bin:/bin"}


def start(clone: Path, *words: str, **environment: str) -> subprocess.Popen[str]:
    """Start manage.py with uv, without the locale or the other tools of whoever runs these tests."""
    tools = clone / "tools"
    tools.mkdir(exist_ok=True)
    if not (tools / "uv").exists():
        (tools / "uv").symlink_to(Path(sys.prefix) / "bin" / "uv")
    kept = {name: value for name, value in os.environ.items() if name.startswith(("PIP_", "HOME"))}
    return subprocess.Popen(
        [sys._base_executable, "manage.py", *words],  # the Python beneath the tests' own environment
        cwd=clone,
        env=kept | {"PATH": f"{tools}:/usr/bin:/bin"} | environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def manage(clone: Path, *words: str, **environment: str) -> tuple[int, str, str]:
    """Run manage.py; gives its exit code, output and messages."""
    process = start(clone, *words, **environment)
    out, messages = process.communicate(timeout=120)
    return process.returncode, out, messages


def test_a_first_command_makes_the_environment_and_a_second_does_not(clone: Path) -> None:
    shutil.rmtree(clone / ".venv", ignore_errors=True)
    code, out, messages = manage(clone, "check", "--deploy")
    assert (code, out) == (7, f"{clone / '.venv'} check --deploy\n")
    assert "Omgeving maken" in messages
    assert "met uv" in messages
    assert manage(clone, "check") == (7, f"{clone / '.venv'} check\n", "")


def test_without_uv_it_does_the_same_with_pip(clone: Path) -> None:
    shutil.rmtree(clone / ".venv", ignore_errors=True)
    code, _, messages = manage(clone, "check", **PIP_ONLY)
    assert code == 7
    assert "met pip" in messages


def test_it_speaks_english_to_an_english_locale(clone: Path) -> None:
    (clone / ".venv" / "installed").unlink(missing_ok=True)
    _, _, messages = manage(clone, "check", LANG="en_GB.UTF-8")
    assert "Installing packages from requirements.lock" in messages


def test_it_installs_again_only_when_the_lock_changed(clone: Path) -> None:
    manage(clone, "check")
    (clone / "requirements.lock").write_text("# another nothing\n")
    _, _, messages = manage(clone, "check")
    assert "requirements.lock" in messages
    assert manage(clone, "check")[2] == ""


def test_the_tests_need_more_packages_and_the_other_commands_then_need_no_fewer(clone: Path) -> None:
    manage(clone, "check")
    (clone / "requirements-dev.lock").write_text("# other tools\n")
    assert "requirements-dev.lock" in manage(clone, "test")[2]
    assert manage(clone, "check")[2] == ""


def test_an_interrupted_installation_is_made_anew(clone: Path) -> None:
    manage(clone, "check")
    (clone / ".venv" / "unfinished").touch()
    (clone / ".venv" / "half-a-package").touch()
    code, _, messages = manage(clone, "check")
    assert code == 7
    assert "Omgeving maken" in messages
    assert not (clone / ".venv" / "half-a-package").exists()


def test_a_broken_environment_is_made_anew(clone: Path) -> None:
    manage(clone, "check")
    python = clone / ".venv" / "bin" / "python"
    python.unlink()
    python.symlink_to("/nonexistent/python")
    assert manage(clone, "check")[0] == 7


def test_two_commands_at_once_make_one_environment(clone: Path) -> None:
    shutil.rmtree(clone / ".venv", ignore_errors=True)
    both = [start(clone, word) for word in ("one", "two")]
    messages = "".join(process.communicate(timeout=120)[1] for process in both)
    assert [process.returncode for process in both] == [7, 7]
    assert messages.count("Omgeving maken") == 1


@pytest.fixture
def wanting(clone: Path) -> Iterator[Path]:
    """The clone with a lock file that asks for a package, and no cache to take it from."""
    digest = "0" * 64
    lock = clone / "requirements.lock"
    before = lock.read_text()
    lock.write_text(f"some-package-of-ours==1.0 --hash=sha256:{digest}\n")
    yield clone
    lock.write_text(before)


def test_no_network_gets_a_clear_message_and_the_next_run_resumes(wanting: Path) -> None:
    nowhere = {
        "PIP_INDEX_URL": "http://127.0.0.1:9/simple",
        "PIP_RETRIES": "0",
        "PIP_CONFIG_FILE": os.devnull,
    }
    code, out, messages = manage(wanting, "check", **PIP_ONLY, **nowhere)
    assert (code, out) == (1, "")
    assert "geen verbinding" in messages
    assert "Traceback" not in messages
    assert not (wanting / ".venv" / "unfinished").exists()
    (wanting / "requirements.lock").write_text("# nothing again\n")
    assert manage(wanting, "check")[0] == 7


@pytest.mark.parametrize(
    ("complaint", "message"),
    [
        ("OSError: [Errno 28] No space left on device", "De schijf is vol"),
        ("THESE PACKAGES DO NOT MATCH THE HASHES", "DO NOT MATCH THE HASHES"),
    ],
)
def test_what_pip_complains_of_is_said_plainly(clone: Path, complaint: str, message: str) -> None:
    tool = clone / "bin" / "uv"
    tool.parent.mkdir(exist_ok=True)
    tool.write_text(f"#!/bin/sh\necho '{complaint}' >&2\nexit 2\n")
    tool.chmod(0o755)
    (clone / ".venv" / "installed").unlink(missing_ok=True)
    code, _, messages = manage(clone, "check", PATH=f"{tool.parent}:/usr/bin:/bin")
    assert code == 1
    assert message in messages
    assert "Traceback" not in messages
