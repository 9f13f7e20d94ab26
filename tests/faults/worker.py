"""The product's own Celery application, with a bomb at one boundary: `celery -A tests.faults.worker worker`.

FAULT_AT names the boundary, FAULT_ONCE a file that is there once the bomb went off. The boundaries are read from
retention.destruction.steps.STEPS, so a new step is covered by itself.
"""

import dataclasses
import os
import signal
from collections.abc import Callable
from pathlib import Path
from typing import Any

from config.celery import app

__all__ = ["app"]


def explode(boundary: str) -> None:
    """kill -9 of this worker, parent and child, the first time that the boundary is reached."""
    once = Path(os.environ["FAULT_ONCE"])
    if os.environ["FAULT_AT"] != boundary or once.exists():
        return
    once.touch()
    os.kill(os.getppid(), signal.SIGKILL)
    os.kill(os.getpid(), signal.SIGKILL)


def bombed(name: str, act: Callable[..., Any]) -> Callable[..., Any]:
    """Explode before an act, and after it but before its transaction commits."""

    def acting(*args: Any, **options: Any) -> Any:
        explode(f"before {name}")
        result = act(*args, **options)
        explode(f"inside {name}")
        return result

    return acting


def plant() -> None:
    """Put the bombs in place, in the process that works."""
    from retention import mirror
    from retention.destruction import claim, run, verification

    run.STEPS = tuple(dataclasses.replace(step, act=bombed(str(step.leaves), step.act)) for step in run.STEPS)
    claim._take = bombed("claimed", claim._take)
    verification._pass_on = bombed("verified", verification._pass_on)
    mirror._write = bombed("mirror file", mirror._write)
    run._finish = bombed("finish", run._finish)


def boundaries() -> list[str]:
    """Name every boundary that a bomb can be planted at."""
    from retention.destruction.steps import STEPS

    names = ["claimed", *(str(step.leaves) for step in STEPS), "verified", "mirror file", "finish"]
    return [f"{moment} {name}" for name in names for moment in ("before", "inside")]


if os.environ.get("FAULT_AT"):
    from celery.signals import worker_process_init

    worker_process_init.connect(lambda **_: plant(), weak=False)
