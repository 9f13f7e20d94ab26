"""`manage.py up`: the whole product, by one command."""

import fcntl
import json
import os
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

from django.core.management import CommandError, call_command
from django.core.management.base import BaseCommand, CommandParser
from django.utils.translation import gettext as _

from config import env
from config.services.child import Child, say
from config.services.folders import private_folder
from config.services.lifecycle import locked, needed
from config.services.migration import migrate
from config.services.supervisor import Supervisor

FIRST_RUN = [["load_demonstration", "--if-empty"]]  # commands of manage.py, run before the children start


class Command(BaseCommand):
    """Start PostgreSQL, Redis, the web server, the worker and the clock, and keep them running."""

    requires_system_checks = []  # they may ask the database, which does not run yet

    def add_arguments(self, parser: CommandParser) -> None:
        """Declare the options."""
        parser.add_argument("--port", type=int, default=8000)
        parser.add_argument("--empty", action="store_true", help=_("begin with the set-up page, no demonstration"))

    def handle(self, *args: Any, port: int, empty: bool = False, **options: Any) -> None:
        """Run until Ctrl-C or SIGTERM; raises CommandError when something is in the way."""
        address = f"http://127.0.0.1:{port}/"
        supervisor = Supervisor(household(port), port, lambda: say("up", _("Ready: %s") % address))
        with supervisor.signals(), alone(address):
            refuse_busy(port)
            say("up", _("Starting the services…"))
            with needed():
                prepare(FIRST_RUN if not empty else [["setup_code"]])
                supervisor.run()
        say("up", _("Stopped."))


def household(port: int) -> list[list[Child]]:
    """The product's processes, in the groups in which they end: what gives work before what does it."""
    run = private_folder(env.data_dir() / "run")
    celery = [sys.executable, "-m", "celery", "--quiet", "-A", "config"]
    gunicorn = [
        sys.executable,
        "-m",
        "gunicorn",
        "config.wsgi:application",
        "--config=python:config.guarding",
        "--no-control-socket",
    ]
    limits = ["--workers=2", "--threads=4", "--graceful-timeout=8"]
    web = [*gunicorn, *limits, f"--bind=127.0.0.1:{port}", f"--worker-tmp-dir={run}"]
    worker = [*celery, "worker", "--concurrency=2", "--prefetch-multiplier=1"]
    beat = [*celery, "beat", f"--schedule={run / 'beat'}", "--pidfile="]
    givers = [
        Child("web", web, "web", patience=10, colour=36),
        Child("beat", beat, "worker", patience=5, colour=35),
    ]
    return [givers, [Child("worker", worker, "worker", patience=15, colour=33)]]


@contextmanager
def alone(address: str) -> Iterator[None]:
    """Hold this data folder's place for one `up`; raises CommandError that says where another one runs."""
    note = private_folder(env.data_dir() / "run") / "up.json"
    with ExitStack() as held:
        try:
            held.enter_context(locked("up", fcntl.LOCK_EX | fcntl.LOCK_NB))
        except BlockingIOError:
            raise CommandError(_("It is already running on this data folder: %s") % _address(note)) from None
        note.write_text(json.dumps({"address": address}))
        yield


def refuse_busy(port: int) -> None:
    """Raise CommandError when the port is no port, or something else listens on it."""
    if not 0 < port < 65536:
        raise CommandError(_("A port is a number from 1 to 65535, not %d.") % port)
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except PermissionError as error:
            raise CommandError(_("Port %d is not allowed; choose another one with --port.") % port) from error
        except OSError as error:
            raise CommandError(_("Port %d is in use; choose another one with --port.") % port) from error


def prepare(first_run: list[list[str]]) -> None:
    """Bring the databases and the static files up to date, and load what a first run needs."""
    migrate()
    call_command("collectstatic", interactive=False, verbosity=0)
    for command in first_run:
        done = subprocess.run(  # noqa: S603 -- our own command
            [sys.executable, str(env.REPOSITORY / "manage.py"), *command], env=os.environ, check=False
        )
        if done.returncode:
            raise CommandError(_("%s did not succeed; see the lines above.") % command[0])


def _address(note: Path) -> str:
    try:
        return str(json.loads(note.read_text())["address"])
    except (OSError, ValueError, KeyError):
        return "?"
