"""Running the product's own processes: their lines prefixed, restarted when they die, ended together."""

import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from threading import Lock, Thread

from config import env
from config.services.messages import message

SHORTEST_PAUSE, LONGEST_PAUSE = 1.0, 30.0  # seconds before a dead child is started again
STEADY = 60.0  # a child that lived this long starts again with the shortest pause
NAME_WIDTH = 8

_output = Lock()


@dataclass
class Child:
    """One process of the product, in a session of its own: Ctrl-C reaches only its supervisor."""

    name: str
    command: list[str]
    role: env.Role
    patience: float  # seconds between the polite end and the hard one
    colour: int  # of its prefix on a terminal, as an ANSI code
    process: subprocess.Popen[str] | None = None
    pause: float = SHORTEST_PAUSE / 2  # doubled at each death
    started: float = 0.0
    due: float = 0.0

    def tend(self) -> None:
        """Start the child when it is time; notice its death and set the time of the next start."""
        now = time.monotonic()
        if self.process is None:
            if now >= self.due:
                self._start()
        elif self._ended():
            self._bury()  # what it left behind must not work on beside its successor
            steady = now - self.started > STEADY
            self.pause = SHORTEST_PAUSE if steady else min(self.pause * 2, LONGEST_PAUSE)
            text = message("child_ended", code=self.process.returncode, pause=self.pause)
            say(self.name, text, self.colour)
            self.due, self.process = now + self.pause, None

    def ask_to_end(self) -> None:
        """Ask politely; returns at once."""
        if self.process and self.process.returncode is None:
            self.process.terminate()  # its leader only, which ends its own children in order

    def end(self, hurried: Callable[[], bool]) -> None:
        """Wait until it ended, kill what remains after its patience or when hurried, and collect it."""
        deadline = time.monotonic() + self.patience
        while not (self._ended() or hurried() or time.monotonic() > deadline):
            time.sleep(0.05)
        self._bury()

    def _start(self) -> None:
        self.process = subprocess.Popen(  # noqa: S603 -- our own commands
            [*dies_with_us(), *self.command],
            cwd=env.REPOSITORY,
            env=os.environ | {"PROCESS_ROLE": self.role, "PYTHONUNBUFFERED": "1"},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            errors="replace",
            start_new_session=True,
        )
        self.started = time.monotonic()
        Thread(target=self._relay, args=[self.process], daemon=True).start()

    def _relay(self, process: subprocess.Popen[str]) -> None:
        if process.stdout:
            with process.stdout:
                for line in process.stdout:
                    say(self.name, line.rstrip("\n"), self.colour)

    def _ended(self) -> bool:
        """Whether it is dead, without collecting it: until then its process group cannot be another's."""
        if self.process is None or self.process.returncode is not None:
            return True
        return os.waitid(os.P_PID, self.process.pid, os.WEXITED | os.WNOHANG | os.WNOWAIT) is not None

    def _bury(self) -> None:
        if self.process and self.process.returncode is None:
            self._signal(signal.SIGKILL)
            self.process.wait()

    def _signal(self, number: signal.Signals) -> None:
        if self.process and self.process.returncode is None:
            os.killpg(self.process.pid, number)


def say(name: str, line: str, colour: int = 0) -> None:
    """Print one whole line behind its speaker's name, aligned, in colour on a terminal."""
    prefix = f"{name:<{NAME_WIDTH}} |"
    if sys.stdout.isatty() and not env.text("NO_COLOR"):
        prefix = f"\033[{colour}m{prefix}\033[0m"
    with _output:
        sys.stdout.write(f"{prefix} {line}\n")
        sys.stdout.flush()


def dies_with_us() -> list[str]:
    """The words before a command that end it when its parent is killed (Linux; elsewhere none)."""
    setpriv = shutil.which("setpriv") if sys.platform == "linux" else None
    return [setpriv, "--pdeathsig", "TERM", "--"] if setpriv else []
