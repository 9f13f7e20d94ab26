"""A child of `up` speaks under its name, is started again when it dies, and leaves nothing behind."""

import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from config import env
from config.services.child import Child, dies_with_us

pytestmark = pytest.mark.real


def child(code: str, patience: float = 5.0) -> Child:
    return Child("child", [sys.executable, "-c", code], "web", patience, colour=0)


def tended(subject: Child, done: Callable[[], bool]) -> None:
    """Tend the child as the supervisor does until something is so, for ten seconds at most."""
    deadline = time.monotonic() + 10
    while not done():
        assert time.monotonic() < deadline
        subject.tend()
        time.sleep(0.02)


def test_its_lines_carry_its_name(capfd: pytest.CaptureFixture[str]) -> None:
    subject = child("import os; print('hello from', os.environ['PROCESS_ROLE'])")
    said: list[str] = []
    tended(subject, lambda: "hello" in "".join(said) or bool(said.append(capfd.readouterr().out)))
    assert "child    | hello from web\n" in "".join(said)


def test_it_is_started_again_after_a_pause_that_grows(tmp_path: Path) -> None:
    starts = tmp_path / "starts"
    subject = child(f"open({str(starts)!r}, 'a').write('x')")
    tended(subject, lambda: starts.exists() and len(starts.read_text()) == 2)
    assert subject.pause >= 1
    tended(subject, lambda: subject.process is None)
    assert subject.pause >= 2


def test_what_it_started_dies_with_it(tmp_path: Path) -> None:
    grandchild = tmp_path / "grandchild"
    code = (
        "import pathlib, subprocess, os, sys;"
        f"p = subprocess.Popen(['sleep', '60']); pathlib.Path({str(grandchild)!r}).write_text(str(p.pid));"
        "os.kill(os.getpid(), 9)"
    )
    subject = child(code)
    tended(subject, lambda: subject.due > 0)
    assert not is_running(int(grandchild.read_text()))


def test_one_that_will_not_end_is_killed_after_its_patience() -> None:
    subject = child("import signal, time; signal.signal(15, signal.SIG_IGN); time.sleep(60)", patience=0.3)
    subject.tend()
    time.sleep(0.3)
    subject.ask_to_end()
    subject.end(lambda: False)
    assert subject.process
    assert subject.process.returncode == -signal.SIGKILL


def test_a_second_signal_takes_away_its_patience() -> None:
    subject = child("import signal, time; signal.signal(15, signal.SIG_IGN); time.sleep(60)", patience=60)
    subject.tend()
    before = time.monotonic()
    subject.ask_to_end()
    subject.end(lambda: True)
    assert time.monotonic() - before < 5


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux tells a child that its parent was killed")
def test_it_ends_when_its_supervisor_is_killed(tmp_path: Path) -> None:
    note = tmp_path / "child"
    inner = f"import os, time; open({str(note)!r}, 'w').write(str(os.getpid())); time.sleep(60)"
    outer = (
        "import time; from tests.config.test_child import child\n"
        f"subject = child({inner!r}); subject.tend(); time.sleep(60)"
    )
    supervisor = subprocess.Popen([sys.executable, "-c", outer], cwd=env.REPOSITORY)
    deadline = time.monotonic() + 20
    while not (note.exists() and note.read_text()):
        assert time.monotonic() < deadline
        time.sleep(0.05)
    supervisor.kill()
    supervisor.wait()
    process = int(note.read_text())
    while is_running(process):
        assert time.monotonic() < deadline
        time.sleep(0.05)
    assert dies_with_us()


def test_the_first_signal_stops_and_the_second_only_hurries() -> None:
    code = (
        "import os, time; from config.services.supervisor import Supervisor\n"
        "supervisor = Supervisor([], 0, lambda: None)\n"
        "with supervisor.signals():\n"
        "    try: os.kill(os.getpid(), 15); time.sleep(5); print('not stopped')\n"
        "    finally: os.kill(os.getpid(), 2); print('cleaned up')\n"
        "os.kill(os.getpid(), 2); print('hurried', supervisor.hurry)\n"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=env.REPOSITORY, capture_output=True, check=True)
    assert done.stdout == b"cleaned up\nhurried True\n"


def is_running(process: int) -> bool:
    """Whether it runs: a zombie that nobody collected does not."""
    status = Path(f"/proc/{process}/stat")
    return status.exists() and status.read_text().rpartition(")")[2].split()[0] != "Z"
