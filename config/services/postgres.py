"""The embedded PostgreSQL: a cluster in the data folder, behind a private socket and scram passwords."""

import shutil
import signal
import subprocess
import time
from pathlib import Path

import psycopg
from psycopg.rows import TupleRow

from config import env
from config.services import processes
from config.services.binaries import postgresql, postgresql_major
from config.services.folders import as_account, hand_over, private_folder
from config.services.messages import failure
from config.services.secrets import credentials, identity, socket_folder

SUPERUSER = "postgres"
PATIENCE = 3.0  # seconds
STOP_SECONDS = 60.0  # a fast shutdown writes a checkpoint first
PASSING = ("starting up", "not yet accepting connections", "shutting down", "in recovery mode")

# Names and BSNs travel in statements and parameters: none of those may reach a log.
SETTINGS = {
    "listen_addresses": "",
    "unix_socket_permissions": "0700",
    "max_connections": "60",
    "shared_buffers": "256MB",
    "jit": "off",
    "wal_compression": "off",  # these binaries know no lz4, and pglz is three to four times slower
    "log_statement": "none",
    "log_min_messages": "log",  # no ERROR: its text quotes the value that was wrong
    "log_min_error_statement": "panic",
    "log_min_duration_statement": "-1",
    "log_parameter_max_length": "0",
    "log_parameter_max_length_on_error": "0",
    "log_error_verbosity": "terse",
    "log_checkpoints": "off",
    "log_autovacuum_min_duration": "-1",
    "log_line_prefix": "%m [%p] ",
    "timezone": "UTC",
    "log_timezone": "UTC",
}


def mark() -> str:
    """What every process of this cluster carries in its command line, and none of another cluster."""
    return f"{identity()}-pg"


def data_folder() -> Path:
    """The folder of the cluster."""
    return env.data_dir() / "postgres"


def connect(database: str = "postgres") -> psycopg.Connection[TupleRow]:
    """Connect to the embedded cluster as its superuser, each statement on its own (autocommit)."""
    known = credentials()
    return psycopg.connect(
        host=known.socket_folder,
        user=SUPERUSER,
        password=known.superuser_password,
        dbname=database,
        connect_timeout=10,
        autocommit=True,
    )


def ensure() -> None:
    """Leave the cluster running, whatever state it was found in; the caller holds the start lock."""
    if _answers():
        return
    stop()  # what lives but cannot be reached: its socket is gone, or its server was killed
    folder = data_folder()
    if not folder.exists():
        _initialise(folder)
    _refuse_other_version(folder)
    for stale in (folder / "postmaster.pid", socket_folder() / ".s.PGSQL.5432.lock"):
        stale.unlink(missing_ok=True)  # nothing lives: their process ids may meanwhile belong to anybody
    _start(folder)


def alive() -> bool:
    """Whether the cluster's processes exist (cheap: no connection is made)."""
    return bool(processes.living(mark()))


def stop() -> None:
    """Stop the cluster in fast mode: nothing committed is lost. Orphans of a killed server end too."""
    server = f"--cluster_name={mark()}"  # its children have renamed themselves
    processes.stop(server, signal.SIGINT, STOP_SECONDS)
    processes.stop(mark(), signal.SIGQUIT, 10)


def _answers(server: subprocess.Popen[bytes] | None = None) -> bool:
    """Whether a connection succeeds, to a server just started or to one found.

    It is tried even when no process is seen: in a shared data folder the server may run in another
    container, and a second one on the same files would ruin them. Crash recovery takes as long as it
    takes; anything else that keeps us out is given a few seconds.
    """
    deadline = time.monotonic() + PATIENCE
    while True:
        try:
            connect().close()
        except psycopg.OperationalError as error:
            if not (server.poll() is None if server else alive()):
                return False
            if time.monotonic() > deadline and not any(words in str(error) for words in PASSING):
                if "FATAL" in str(error):
                    raise failure("refused", reason=error) from error
                return False
            time.sleep(0.05)
        else:
            return True


def _start(folder: Path) -> None:
    sockets = socket_folder()
    settings = SETTINGS | {"unix_socket_directories": str(sockets), "cluster_name": mark()}
    if not fsync():
        # a killed process still loses nothing
        settings |= {"fsync": "off", "full_page_writes": "off", "min_wal_size": "64MB", "max_wal_size": "128MB"}
    options = [f"--{name}={value}" for name, value in settings.items()]
    binary = postgresql("postgres")
    server = processes.start("postgres", [str(binary), "-D", str(folder), *options], binary, folder, sockets)
    if not _answers(server):
        raise processes.start_failure("PostgreSQL", "postgres")


def fsync() -> bool:
    """Whether the cluster waits for its disk (EMBEDDED_FSYNC, default on); off is for tests only."""
    return env.flag("EMBEDDED_FSYNC", default=True)


def _refuse_other_version(folder: Path) -> None:
    file = folder / "PG_VERSION"
    found = file.read_text().strip() if file.exists() else "?"
    if found != postgresql_major():
        raise failure("version", path=folder, found=found, expected=postgresql_major())


def _initialise(folder: Path) -> None:
    """Make a new cluster beside its final place, so that an interrupted start leaves no half one."""
    draft = folder.with_name("postgres.new")
    shutil.rmtree(draft, ignore_errors=True)
    hand_over(private_folder(draft))
    password = socket_folder() / "initial-password"
    try:
        password.touch(mode=0o600)
        hand_over(password)
        password.write_text(credentials().superuser_password)
        _initdb(draft, password)
    finally:
        password.unlink(missing_ok=True)
    draft.rename(folder)


def _initdb(folder: Path, password: Path) -> None:
    program = postgresql("initdb")
    options = [
        f"--pgdata={folder}",
        f"--username={SUPERUSER}",
        f"--pwfile={password}",
        "--auth=scram-sha-256",
        "--encoding=UTF8",
        "--locale=C",
        "--locale-provider=builtin",
        "--builtin-locale=C.UTF-8",
        "--data-checksums",
        *([] if fsync() else ["--no-sync"]),
    ]
    with processes.log_file("initdb").open("wb") as log:
        done = subprocess.run(  # noqa: S603 -- our own binary
            [*as_account(program, folder), str(program), *options],
            stdout=log,
            stderr=log,
            cwd="/",
            check=False,
        )
    if done.returncode:
        raise processes.start_failure("PostgreSQL", "initdb")
