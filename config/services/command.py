"""One command of manage.py, with the services and the database role that it needs."""

import os
import signal
import subprocess
import sys
from types import FrameType

from config import env
from config.services.complaints import said_plainly
from config.services.lifecycle import needed
from config.services.migration import migrate, migrated
from config.services.provisioning import provision

OWNER = {"migrate", "makemigrations", "showmigrations", "sqlmigrate", "squashmigrations", "flush", "backup", "restore"}
WITHOUT_SERVICES = {
    "",
    "check",
    "collectstatic",
    "compilemessages",
    "diffsettings",
    "help",
    "makemessages",
    "startapp",
    "up",  # starts them itself
    "version",
}
# Two processes; the tests of a group stay in one of them, for they share what is dear to make: a running product.
WHOLE_SUITE = ["-n", "2", "--dist", "loadgroup"]


def run(arguments: list[str]) -> int:
    """Run `manage.py ARGUMENTS…` and give its exit code; what a person can mend is said in one message."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    for name in ("DATA_DIR", "MIRROR_DIR"):
        if env.text(name):  # a relative path counts from here, also for our children elsewhere
            os.environ[name] = str(env.path(name, env.REPOSITORY))
    command = arguments[0] if arguments else ""
    os.environ.setdefault("PROCESS_ROLE", "owner" if command in OWNER else "worker")
    signal.signal(signal.SIGTERM, _leave)
    signal.signal(signal.SIGHUP, _leave)
    with said_plainly():
        try:
            return _test(arguments[1:]) if command == "test" else _django(command, arguments)
        except KeyboardInterrupt:
            return 128 + signal.SIGINT


def _django(command: str, arguments: list[str]) -> int:
    if command in WITHOUT_SERVICES or command.startswith("-") or {"-h", "--help"} & set(arguments):
        return _execute(arguments)
    with needed():
        if env.role() == "owner":
            provision()
        elif not migrated():
            migrate()
        return _execute(arguments)


def _execute(arguments: list[str]) -> int:
    from django.core.management import execute_from_command_line

    execute_from_command_line(["manage.py", *arguments])
    return 0


def _test(arguments: list[str]) -> int:
    """Run pytest with services and data of its own: never the user's."""
    os.environ.setdefault("DATA_DIR", str(env.REPOSITORY / "var" / "test"))
    os.environ.setdefault("EMBEDDED_FSYNC", "off")
    with needed():
        # a process of its own: coverage and warnings as errors see the modules from their first import
        tests = subprocess.Popen(  # noqa: S603 -- our own tests
            [sys.executable, "-m", "pytest", *(arguments or WHOLE_SUITE)], cwd=env.REPOSITORY
        )
        signal.signal(signal.SIGINT, lambda *_: None)  # pytest got it too, and sums up
        try:
            code = tests.wait()
            return code if code >= 0 else 128 - code  # killed by a signal, as a shell counts it
        finally:
            tests.terminate()
            tests.wait()


def _leave(number: int, frame: FrameType | None) -> None:
    """Turn a signal into an ordinary exit, so that the last one out still stops the services."""
    sys.exit(128 + number)
