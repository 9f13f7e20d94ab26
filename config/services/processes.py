"""Starting, finding and stopping the processes of the embedded services."""

import os
import signal
import subprocess
import time
from pathlib import Path

from config import env
from config.services.folders import as_account, private_folder
from config.services.messages import ServiceError, failure

LARGEST_LOG = 5_000_000  # bytes; a longer log moves aside at the next start

_started: list[subprocess.Popen[bytes]] = []


def start(name: str, command: list[str], *needed: Path) -> subprocess.Popen[bytes]:
    """Start a service in a session of its own, so that Ctrl-C in a terminal reaches only the program."""
    with log_file(name).open("ab") as log:
        process = subprocess.Popen(  # noqa: S603 -- our own binary
            [*as_account(*needed), *command],
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            cwd="/",
            env={"PATH": os.defpath, "LC_ALL": "C", "TZ": "UTC"},
            start_new_session=True,
        )
    _started.append(process)
    return process


def log_file(name: str) -> Path:
    """Where a service writes; a log that grew too long has moved aside."""
    file = private_folder(env.data_dir() / "log") / f"{name}.log"
    if file.exists() and file.stat().st_size > LARGEST_LOG:
        file.replace(file.with_suffix(".log.1"))
    return file


def living(mark: str) -> list[int]:
    """The ids of the live processes whose command line holds `mark` (a service and its children carry one).

    /proc is asked rather than a pid file: after a crash or in a new container a recorded id may be anybody's.
    """
    for process in _started:
        process.poll()  # collect our own dead: a zombie has no command line, but keeps its id
    return [int(entry.name) for entry in Path("/proc").glob("[0-9]*") if mark in _command_line(entry)]


def stop(mark: str, polite: signal.Signals, patience: float) -> None:
    """End every process that carries the mark: politely, and after `patience` seconds at once."""
    for process_signal in (polite, signal.SIGKILL):
        _send(living(mark), process_signal)
        if gone(mark, patience):
            return


def gone(mark: str, patience: float) -> bool:
    """Whether no process carries the mark any more, within `patience` seconds."""
    deadline = time.monotonic() + patience
    while living(mark):
        if time.monotonic() > deadline:
            return False
        time.sleep(0.05)
    return True


def start_failure(name: str, log: str) -> ServiceError:
    """Give the error for a service that did not start: a full disk by name, else the end of its log."""
    file = log_file(log)
    tail = file.read_text(errors="replace").splitlines()[-8:]
    if any("No space left" in line for line in tail):
        return failure("disk_full", path=env.data_dir())
    return failure("not_started", name=name, path=file, tail="\n".join(tail))


def _send(processes: list[int], process_signal: signal.Signals) -> None:
    for process in processes:
        try:
            os.kill(process, process_signal)
        except ProcessLookupError:
            continue


def _command_line(process: Path) -> str:
    try:
        return (process / "cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace")
    except OSError:
        return ""
