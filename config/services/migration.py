"""Bringing the tables of both databases up to date, as their owner, in a process of its own."""

import os
import subprocess
import sys

import psycopg

from config import databases, env
from config.services.complaints import said_plainly
from config.services.messages import failure
from config.services.provisioning import provision


def migrated() -> bool:
    """Whether both databases were ever migrated, as far as this process's role can see."""
    return all(_has_tables(databases.address(env.role(), store)) for store in databases.STORES)


def migrate() -> None:
    """Provision and migrate both databases; raises ServiceError when that fails.

    A process of its own, because this one may log in as a role that cannot create tables.
    """
    provision()
    done = subprocess.run(
        [sys.executable, "-m", "config.services.migration"],
        cwd=env.REPOSITORY,
        env=os.environ | {"PROCESS_ROLE": "owner"},
        check=False,
    )
    if done.returncode:
        raise failure("migration_failed")


def _has_tables(address: databases.Address) -> bool:
    try:
        with psycopg.connect(**address.libpq()) as connection:
            row = connection.execute("SELECT to_regclass('public.django_migrations') IS NOT NULL").fetchone()
    except psycopg.OperationalError:
        return False
    return bool(row and row[0])


def _main() -> None:
    import django
    from django.core.management import call_command

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    with said_plainly():
        django.setup()
        call_command("migrate", database=databases.ALIASES["casefiles"], interactive=False, verbosity=0)
        # its own tables only: working through every other app's history to make none of it takes as long again
        call_command("migrate", "vault", database=databases.ALIASES["vault"], interactive=False, verbosity=0)
        from retention.guard import identity

        identity.begin()  # a log that is lost later on can be told from one that never began


if __name__ == "__main__":
    _main()
