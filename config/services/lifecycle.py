"""Who starts and stops the embedded services: the first one in starts them, the last one out stops them."""

import fcntl
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from config import databases, env
from config.services import broker, postgres
from config.services.folders import private_folder
from config.services.messages import message
from config.services.secrets import prepare_socket_folder


@contextmanager
def needed() -> Iterator[None]:
    """Keep the embedded services running during the block; raises ServiceError when they cannot start.

    Everyone holds a shared lock on `run/in-use.lock`. Whoever leaves and gets it exclusively was the last,
    and stops the services; someone who enters meanwhile waits for that and starts them again. A killed
    holder's lock is freed by the kernel: its services are adopted by the next one in.
    """
    with locked("in-use", fcntl.LOCK_SH) as in_use:
        try:
            ensure()
            yield
        finally:
            try:
                fcntl.flock(in_use, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                pass  # others are still at work
            else:
                stop()


def ensure() -> None:
    """Start what does not run of the services that this process's role uses."""
    if not (databases.embedded() or databases.embedded_broker()):
        return
    with locked("start", fcntl.LOCK_EX):
        prepare_socket_folder()
        if databases.embedded():
            if not postgres.fsync():
                sys.stderr.write(message("fsync_off") + "\n")
            postgres.ensure()
        if databases.embedded_broker():
            broker.ensure()


def alive() -> bool:
    """Whether the processes exist of every service that this process's role uses."""
    database = postgres.alive() or not databases.embedded()
    return database and (broker.alive() or not databases.embedded_broker())


def stop() -> None:
    """Stop the embedded services that run: the broker, then the database."""
    broker.stop()
    postgres.stop()


@contextmanager
def locked(name: str, kind: int) -> Iterator[int]:
    """Hold `run/<name>.lock` of this data folder and give its descriptor; waits unless `kind` has LOCK_NB."""
    with _lock_file(name).open("a+") as file:
        fcntl.flock(file, kind)
        yield file.fileno()


def _lock_file(name: str) -> Path:
    return private_folder(env.data_dir() / "run") / f"{name}.lock"
