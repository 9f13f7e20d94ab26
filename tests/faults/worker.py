"""The product's own Celery application, with a bomb at one boundary: `celery -A tests.faults.worker worker`.

FAULT_AT names the boundary (tests/faults/boundaries.py), FAULT_ONCE a file that is there once the bomb went off.
"""

import os
import signal
from contextlib import ExitStack
from pathlib import Path

from config.celery import app

__all__ = ["app"]

bombs = ExitStack()


def explode(boundary: str) -> None:
    """kill -9 of this worker, parent and child, the first time that the boundary is reached."""
    once = Path(os.environ["FAULT_ONCE"])
    if os.environ["FAULT_AT"] != boundary or once.exists():
        return
    once.touch()
    os.kill(os.getppid(), signal.SIGKILL)
    os.kill(os.getpid(), signal.SIGKILL)


def plant() -> None:
    """Put the bombs in place, in the process that works, for as long as it lives."""
    from tests.faults.boundaries import watched

    bombs.enter_context(watched(explode))


if os.environ.get("FAULT_AT"):
    from celery.signals import worker_process_init

    worker_process_init.connect(lambda **_: plant(), weak=False)
