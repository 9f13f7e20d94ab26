"""What beat and a worker do, in one process: real messages through the real broker, acknowledged when they are done."""

import threading
from collections.abc import Callable
from contextlib import suppress
from typing import Any

from celery import current_app
from django.conf import settings
from django.db import DatabaseError, connections
from kombu.exceptions import OperationalError
from redis.exceptions import RedisError

from retention import mirror, tasks
from retention.models import DestructionList
from retention.states import ListState

ROUNDS = 4  # of beat: what is not done by then waits for a person
# How a task may fail without any harm: a store or the broker is gone, and the next bell finds all as it was.
FAILED = (DatabaseError, OperationalError, RedisError, OSError, mirror.MirrorUnreachable)


def done(destruction_list_id: int) -> bool:
    return DestructionList.objects.filter(pk=destruction_list_id, state=ListState.DONE).exists()


def work(destruction_list_id: int) -> None:
    """Ring as beat does and do what that asks, until the list is done or a few rounds brought it no further."""
    for _round in range(ROUNDS):
        if done(destruction_list_id):
            return
        tasks.resume_lists()
        drain()


def drain() -> None:
    """Take each message from the queue, run its task, and acknowledge it after, also when the task failed."""
    with (
        current_app.connection_for_read() as connection,
        connection.SimpleQueue(settings.CELERY_TASK_DEFAULT_QUEUE) as queue,
    ):
        while True:
            try:
                message = queue.get(block=False)
            except queue.Empty:
                return
            arguments, options, _embedded = message.payload
            try:
                current_app.tasks[message.headers["task"]](*arguments, **options)
            finally:
                message.ack()


def until_it_fails(destruction_list_id: int) -> bool:
    """Work; return whether a task failed. Its connections are closed then, as the next task finds them."""
    try:
        work(destruction_list_id)
    except FAILED:
        with suppress(DatabaseError):
            connections.close_all()
        return True
    return False


class Elsewhere(threading.Thread):
    """Somebody else, with connections of their own: `result` is what their act returned or raised."""

    def __init__(self, act: Callable[[], Any]) -> None:
        super().__init__(daemon=True)
        self._act = act
        self.result: Any = None

    def run(self) -> None:
        try:
            self.result = self._act()
        except Exception as error:  # noqa: BLE001 - whatever it is, the harness judges it
            self.result = error
        finally:
            connections.close_all()
