"""Real Celery workers, as processes that a test can kill."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from celery import current_app

from config import env

PATIENCE = 90.0


class Worker:
    """A worker process with its children, in a process group of its own."""

    def __init__(self, log: Path, application: str = "config", **environment: str) -> None:
        self.log = log
        command = [
            "celery",
            "-A",
            application,
            "worker",
            "--concurrency",
            "1",
            "--loglevel",
            "INFO",
            "--without-mingle",
        ]
        with log.open("ab") as output:
            self.process = subprocess.Popen(
                [sys.executable, "-m", *command],
                cwd=env.REPOSITORY,
                env=os.environ | environment | {"PROCESS_ROLE": "worker"},
                stdout=output,
                stderr=output,
                start_new_session=True,
            )

    def dead(self) -> bool:
        return self.process.poll() is not None

    def answers(self) -> bool:
        return bool(current_app.control.ping(timeout=0.5))

    def kill(self) -> None:
        """kill -9 of the worker and all its children."""
        with suppress(ProcessLookupError):
            os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait(timeout=30)

    def stop(self) -> None:
        if not self.dead():
            self.process.terminate()
            with suppress(subprocess.TimeoutExpired):
                self.process.wait(timeout=30)
        self.kill()


@contextmanager
def worker(log: Path, application: str = "config", **environment: str) -> Iterator[Worker]:
    """Run a worker, ready to take tasks."""
    running = Worker(log, application, **environment)
    try:
        until(running.answers, "the worker answers", log)
        yield running
    finally:
        running.stop()


def until(
    happened: Callable[[], bool],
    what: str,
    log: Path | None = None,
    patience: float = PATIENCE,
    every: tuple[float, Callable[[], object]] | None = None,
) -> None:
    """Wait for something in another process, and fail with that process's last words when it does not come.

    `every` is a number of seconds and what to do each time that they have passed.
    """
    deadline, done_at = time.monotonic() + patience, float("-inf")
    while not happened():
        if every and time.monotonic() - done_at > every[0]:
            every[1]()
            done_at = time.monotonic()
        if time.monotonic() > deadline:
            words = log.read_text(errors="replace")[-3000:] if log else ""
            raise AssertionError(f"waited {patience:.0f} s in vain until {what}\n{words}")
        time.sleep(0.1)
