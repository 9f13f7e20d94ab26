"""The worker and beat show signs of life from their main process, however busy the worker's children are.

Beat also looks after the others and mails; while beat is silent, the worker does.
"""

import logging
import time
from typing import Any

from celery.beat import PersistentScheduler
from celery.signals import heartbeat_sent
from django.db import DatabaseError, connections

from casefiles import signs
from config import alarms

SIGN_SECONDS = 30

log = logging.getLogger(__name__)
_shown = float("-inf")


class Scheduler(PersistentScheduler):
    """Celery's own scheduler, which also shows that it lives."""

    def tick(self, *args: Any, **kwargs: Any) -> Any:
        """Ring what is due, then show a sign of life every half minute; a database that is away stops neither."""
        wait = super().tick(*args, **kwargs)
        show(signs.Part.BEAT)
        return min(wait, SIGN_SECONDS)


@heartbeat_sent.connect
def _worker_lives(**details: Any) -> None:
    show(signs.Part.WORKER)


def show(part: signs.Part) -> None:
    """Show a sign of life of this process, at most every half minute, and look after the rest."""
    global _shown  # noqa: PLW0603 - one process, one clock
    if time.monotonic() - _shown < SIGN_SECONDS:
        return
    _shown = time.monotonic()
    try:
        signs.show(part)
        if part == signs.Part.BEAT or not signs.alive(signs.last().get(signs.Part.BEAT)):
            alarms.look()
    except DatabaseError as error:
        log.warning("no sign of life could be written: %s", type(error).__name__)
    finally:
        connections.close_all()  # the worker's children are forked from here
