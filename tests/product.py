"""The whole product as a person starts it: `manage.py up`, in a process of its own."""

import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Mapping

from config import env


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


class Up:
    """One `manage.py up`, and what it said so far."""

    def __init__(self, port: int, environment: Mapping[str, str] | None = None, *options: str) -> None:
        self.port = port
        self.said = ""
        self.process = subprocess.Popen(
            [sys.executable, "manage.py", "up", f"--port={port}", *options],
            cwd=env.REPOSITORY,
            env=environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            start_new_session=True,
        )
        self._reader = threading.Thread(target=self._read)
        self._reader.start()

    def _read(self) -> None:
        assert self.process.stdout
        with self.process.stdout:
            for line in self.process.stdout:
                self.said += line

    def wait_for(self, words: str, times: int = 1, patience: float = 90) -> None:
        deadline = time.monotonic() + patience
        while self.said.count(words) < times:
            assert self.process.poll() is None, self.said
            assert time.monotonic() < deadline, self.said
            time.sleep(0.1)

    def ended(self, *signals: signal.Signals) -> int:
        """Send the signals and wait; gives the exit code."""
        for each in signals:
            self.process.send_signal(each)
            time.sleep(0.2)
        code = self.process.wait(60)
        self._reader.join()
        return code


def environment_of_its_own(**values: str) -> dict[str, str]:
    """This process's environment without what says where the tests' own stores are."""
    ours = ("DATABASE_URL", "VAULT_DATABASE_URL", "REDIS_URL", "DATABASE_SUFFIX", "PROCESS_ROLE", "COOLING_OFF_DAYS")
    folders = (
        "DATA_DIR",
        "KEYS_DIR",
        "DOCUMENTS_DIR",
        "MIRROR_DIR",
        "ESCROW_DIR",
        "VAULT_BACKUP_DIR",
        "INTAKE_DIR",
        "DJANGO_ALLOW_ASYNC_UNSAFE",
    )
    return {name: value for name, value in os.environ.items() if name not in ours + folders} | values
