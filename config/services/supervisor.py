"""Keeping the product running for as long as `up` does: its services, its children, its readiness."""

import http.client
import signal
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from types import FrameType

from config import env
from config.services import lifecycle
from config.services.child import LONGEST_PAUSE, SHORTEST_PAUSE, Child, say
from config.services.messages import ServiceError, message

TICK = 0.2  # seconds
SERVICES_TICK = 2.0  # seconds


class Stopping(BaseException):
    """Ctrl-C or SIGTERM, raised wherever `up` is: every `finally` on the way out does its part."""


class Supervisor:
    """Runs the children, and ends them group by group."""

    def __init__(self, groups: list[list[Child]], port: int, on_ready: Callable[[], None]) -> None:
        self.groups = groups
        self.port = port
        self.on_ready = on_ready
        self.hurry = False
        self._pause = SHORTEST_PAUSE
        self._services_due = 0.0

    @contextmanager
    def signals(self) -> Iterator[None]:
        """Take SIGINT, SIGTERM and SIGHUP from here on: the first one stops the block, later ones hurry its end."""
        _handle(self._first)
        with suppress(Stopping):
            yield
        _handle(signal.SIG_IGN)  # all is stopped; one more Ctrl-C must not change the exit code

    def run(self) -> None:
        """Start the children and tend them until a signal comes; then end them."""
        children = [child for group in self.groups for child in group]
        waiting = True
        try:
            while True:
                self._tend_services()
                for child in children:
                    child.tend()
                if waiting and answers(self.port):
                    waiting = False
                    self.on_ready()
                time.sleep(TICK)
        finally:
            for group in self.groups:
                self._end(group)

    def _end(self, group: list[Child]) -> None:
        for child in group:
            child.ask_to_end()
        for child in group:
            child.end(self._is_hurried)

    def _is_hurried(self) -> bool:
        return self.hurry

    def _tend_services(self) -> None:
        """Start a service again that died; a failure (a full disk) is said, and tried again after a while."""
        now = time.monotonic()
        if now < self._services_due:
            return
        self._services_due = now + SERVICES_TICK
        if lifecycle.alive():
            self._pause = SHORTEST_PAUSE
            return
        try:
            lifecycle.ensure()
            say("up", message("service_restarted"))
        except ServiceError as error:
            say("up", str(error))
            self._pause = min(self._pause * 2, LONGEST_PAUSE)
            self._services_due = now + self._pause

    def _first(self, number: int, frame: FrameType | None) -> None:
        _handle(self._second)
        raise Stopping

    def _second(self, number: int, frame: FrameType | None) -> None:
        self.hurry = True


def _handle(handler: signal.Handlers | Callable[[int, FrameType | None], None]) -> None:
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, handler)


def answers(port: int) -> bool:
    """Whether a page of the web server answers, whatever its status."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=2)
    try:
        connection.request("GET", "/", headers={"Accept-Language": env.language()})
        connection.getresponse()
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()
    return True
