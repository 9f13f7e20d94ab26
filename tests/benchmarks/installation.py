"""An installation to measure on: PostgreSQL with fsync as in production, a pair of databases of its own.

`python -m tests.benchmarks.bench_…` makes it under var/bench and leaves it empty behind.
"""

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager

from config import env


@contextmanager
def installation(name: str) -> Iterator[None]:
    """Start the services, make empty databases with this suffix, and set Django up on them."""
    os.environ.setdefault("DATA_DIR", str(env.REPOSITORY / "var" / "bench"))
    os.environ["DATABASE_SUFFIX"] = f"_{name}"
    for variable, folder in {"KEYS_DIR": "keys", "DOCUMENTS_DIR": "documents", "MIRROR_DIR": "mirror"}.items():
        os.environ[variable] = str(env.data_dir() / name / folder)
    os.environ["PROCESS_ROLE"] = "worker"
    os.environ["COOLING_OFF_DAYS"] = "0"
    os.environ.setdefault("LOG_LEVEL", "WARNING")
    from config.services.lifecycle import needed

    shutil.rmtree(env.data_dir() / name, ignore_errors=True)  # what a killed run left: databases go with it
    with needed():
        _fresh_databases()
        try:
            yield
        finally:
            shutil.rmtree(env.data_dir() / name, ignore_errors=True)


def _fresh_databases() -> None:
    import django

    from config.databases import STORES, address
    from config.services import postgres
    from config.services.migration import migrate

    with postgres.connect() as connection:
        for store in STORES:
            connection.execute(f'DROP DATABASE IF EXISTS "{address("worker", store).database}" WITH (FORCE)')  # type: ignore[call-overload] # psycopg wants literals
    migrate()
    os.environ["DJANGO_SETTINGS_MODULE"] = "config.settings"
    django.setup()
