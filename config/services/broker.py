"""The embedded Redis: the broker's doorbell, on a private socket, keeping nothing on disk."""

import signal
from pathlib import Path

import redis

from config.services import processes
from config.services.binaries import redis_server
from config.services.secrets import socket_folder

STOP_SECONDS = 5.0


def socket() -> Path:
    """The socket of the embedded broker; its path marks its process too."""
    return socket_folder() / "redis.sock"


def ensure() -> None:
    """Leave the broker running and answering; the caller holds the start lock."""
    if alive() and _answers():
        return
    stop()
    folder = socket().parent
    settings = {
        "port": "0",
        "unixsocket": str(socket()),
        "unixsocketperm": "700",
        "dir": str(folder),
        "save": "",
        "appendonly": "no",
        "maxmemory-policy": "noeviction",
        "always-show-logo": "no",
    }
    options = [word for name, value in settings.items() for word in (f"--{name}", value)]
    binary = redis_server()
    processes.start("redis", [str(binary), *options], binary, folder)
    if not _answers():
        raise processes.start_failure("Redis", "redis")


def alive() -> bool:
    """Whether the broker's process exists (cheap: no connection is made)."""
    return bool(processes.living(str(socket())))


def stop() -> None:
    """Stop the broker; what it held is rebuilt from the database."""
    processes.stop(str(socket()), signal.SIGTERM, STOP_SECONDS)


def _answers() -> bool:
    retry = redis.retry.Retry(redis.backoff.ConstantBackoff(0.05), 60)
    with redis.Redis(unix_socket_path=str(socket()), retry=retry, socket_timeout=5) as client:
        try:
            return bool(client.ping())
        except redis.RedisError:
            return False
