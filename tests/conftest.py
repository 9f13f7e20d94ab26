"""The fixtures that every test may use: real stores, named people, and dossiers of all kinds.

Nothing here is mocked: tests write to PostgreSQL with the product's own logins and see what other processes see.
"""

import shutil
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import psycopg
import pytest
from celery import current_app
from django.conf import settings
from django.db import connections
from django.test.client import ClientHandler
from hypothesis import settings as hypothesis_settings
from psycopg import sql

from casefiles.intake import register
from casefiles.vault import keys
from config.databases import STORES, address
from config.services.migration import migrate
from config.services.secrets import credentials
from retention.guard import identity, judgement
from retention.schedule import load
from tests.chromium import chromium  # noqa: F401 - one browser for all tests of a session
from tests.organisation import Organisation
from tests.weblogin import WebLogin

# Two workers share two cores: a slow moment is no failure. Properties, not seconds, are what is tested.
hypothesis_settings.register_profile("house", deadline=None)
hypothesis_settings.load_profile("house")

KEPT_TABLES = {
    "django_migrations",
    "django_content_type",
    "auth_permission",
    "retention_category",
    "retention_ruleversion",
}


@pytest.fixture(scope="session")
def django_db_setup(django_db_blocker: Any) -> None:
    """Make this worker's two databases with the owner's login; tests themselves log in as worker, web and sweep."""
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]  # a million rounds a person is slow
    with django_db_blocker.unblock():
        for store in STORES:
            with as_superuser(store, database="postgres") as connection:
                name = address("worker", store).database
                connection.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')
        migrate()


@cache
def shipped_rules() -> tuple[list[str], list[int]]:
    """The rule versions that ship with the product; what a test publishes beside them is taken away after it."""
    shipped = [(category.code, rule.version) for category in load() for rule in category.rules]
    return [code for code, _version in shipped], [version for _code, version in shipped]


def forget_published_rules(connection: psycopg.Connection[Any]) -> None:
    """Remove what nobody can: the triggers of a published rule do not act for a replica."""
    connection.execute("SET session_replication_role = replica")
    connection.execute(
        "DELETE FROM retention_ruleversion "
        "WHERE (category_id, version) NOT IN (SELECT * FROM unnest(%s::text[], %s::int[]))",
        list(shipped_rules()),
    )


# Most tables are empty after most tests, and to truncate eighty of them costs more than a test does.
EMPTY = """
    DO $$
    DECLARE name text; filled boolean;
    BEGIN
        SET LOCAL session_replication_role = replica;
        FOR name IN SELECT relname FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
            WHERE nspname = 'public' AND relkind IN ('r', 'p') AND NOT relispartition AND relname <> ALL ({kept})
        LOOP
            EXECUTE format('SELECT EXISTS (SELECT FROM %I)', name) INTO filled;
            IF filled THEN EXECUTE format('DELETE FROM %I', name); END IF;
        END LOOP;
        FOR name IN SELECT sequencename FROM pg_sequences WHERE schemaname = 'public' AND last_value IS NOT NULL
            AND sequencename <> ALL ({kept_sequences})
        LOOP
            EXECUTE format('ALTER SEQUENCE %I RESTART', name);
        END LOOP;
    END $$
"""


def as_superuser(store: Any, database: str = "") -> psycopg.Connection[Any]:
    """Connect as the cluster's superuser, which the product itself never does: to clean up and to look underneath."""
    parameters = address("worker", store).libpq(database)
    password = credentials().superuser_password
    return psycopg.connect(**parameters | {"user": "postgres", "password": password}, autocommit=True)


def empty_stores() -> None:
    """Empty both databases, the document store, the mirror and the witnesses; rules, permissions and root keys stay."""
    kept = sorted(KEPT_TABLES)
    names = {"kept": sql.Literal(kept), "kept_sequences": sql.Literal([f"{table}_id_seq" for table in kept])}
    for store in STORES:
        with as_superuser(store) as connection:
            connection.execute(sql.SQL(EMPTY).format(**names))
            if store == "casefiles":
                forget_published_rules(connection)
    for name in ("DOCUMENTS_DIR", "MIRROR_DIR", "WITNESS_DIR", "ESCROW_DIR", "VAULT_BACKUP_DIR"):
        folder = getattr(settings, name)
        shutil.rmtree(folder, ignore_errors=True)
    (settings.KEYS_DIR / register.OUTSIDE).unlink(missing_ok=True)
    keys.forget()
    judgement.forget()
    current_app.control.purge()  # a doorbell that a killed worker left would ring in the next test


@pytest.fixture
def stores(django_db_setup: None, django_db_blocker: Any) -> Iterator[None]:
    """Open the real databases for a test that commits, and leave everything empty after it."""
    with django_db_blocker.unblock():
        empty_stores()
        identity.begin()  # an installation that has started: a mirror that goes missing is missed
        judgement.standing()
        yield
        connections.close_all()


@pytest.fixture
def organisation(stores: None) -> Organisation:
    """An organisation with two teams and a person of every role."""
    return Organisation.founded()


@pytest.fixture(autouse=True)
def plain_static_files(settings: Any, tmp_path: Path) -> None:
    """Pages in tests use the static files as they are: no manifest, which only collectstatic makes."""
    plain = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
    settings.STORAGES = settings.STORAGES | {"staticfiles": plain}
    settings.STATIC_ROOT = tmp_path


@pytest.fixture(autouse=True)
def pages_log_in_as_the_web_process(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A test's client reaches the database as gv_web, behind the second wall; the test itself stays the worker."""
    web = WebLogin()
    answer = ClientHandler.__call__

    def as_web(handler: ClientHandler, environ: dict[str, Any]) -> Any:
        with web:
            return answer(handler, environ)

    monkeypatch.setattr(ClientHandler, "__call__", as_web)
    yield
    web.close()
