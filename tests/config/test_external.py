"""A PostgreSQL of the operator's own: provisioned by its owner, or by SQL that the operator runs."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import quote

import psycopg
import pytest

from config import databases
from config.services import lifecycle, postgres
from config.services.messages import ServiceError
from config.services.migration import migrated
from config.services.provisioning import provision
from config.services.secrets import socket_folder

pytestmark = pytest.mark.real


@pytest.fixture
def cluster(running: Path) -> Iterator[psycopg.Connection[tuple[object, ...]]]:
    """A superuser's connection to a cluster that plays the operator's own."""
    with postgres.connect() as connection:
        yield connection
        for store in databases.STORES:
            connection.execute(f"DROP DATABASE IF EXISTS outside_{store} WITH (FORCE)".encode())
        for role in ("boss", "www", "web", "worker", "sweep"):
            connection.execute(f"DROP ROLE IF EXISTS outside_{role}".encode())


@contextmanager
def elsewhere(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[None]:
    """The same cluster as another installation sees it: a data folder of its own, and only URLs."""
    host = quote(str(socket_folder()), safe="")
    with monkeypatch.context() as patch:
        patch.setenv("DATABASE_URL", f"postgresql://outside_boss:pw@/outside_casefiles?host={host}")
        patch.setenv("VAULT_DATABASE_URL", f"postgresql://outside_boss:pw@/outside_vault?host={host}")
        patch.setenv("REDIS_URL", "redis://broker.invalid")
        patch.setenv("DATA_DIR", str(tmp_path / "elsewhere"))
        patch.setattr(databases, "login", lambda role: f"outside_{role}")
        yield


def make(cluster: psycopg.Connection[tuple[object, ...]], powers: str) -> None:
    """Make the owner with these powers, and the two empty databases."""
    cluster.execute(f"CREATE ROLE outside_boss LOGIN PASSWORD 'pw' {powers}".encode())
    for store in databases.STORES:
        cluster.execute(f"CREATE DATABASE outside_{store} OWNER outside_boss".encode())


def test_urls_replace_the_embedded_services_wholly(
    cluster: psycopg.Connection[tuple[object, ...]], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    make(cluster, "SUPERUSER")
    with elsewhere(monkeypatch, tmp_path):
        with lifecycle.needed():
            assert lifecycle.alive()
            assert not postgres.data_folder().exists()
            provision()
            assert not migrated()
        with psycopg.connect(**databases.address("web", "vault").libpq()) as connection:
            assert connection.execute("SELECT current_user::text").fetchone() == ("outside_web",)
    assert postgres.alive()


def test_an_owner_without_powers_gets_the_sql_for_the_operator(
    cluster: psycopg.Connection[tuple[object, ...]], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    make(cluster, "")
    with elsewhere(monkeypatch, tmp_path):
        with pytest.raises(ServiceError, match="CREATE ROLE") as roles:
            provision()
        assert databases.address("web", "casefiles").password not in str(roles.value)
        run_as_operator(cluster, roles.value)
        with postgres_of(cluster, "outside_casefiles") as operator:
            operator.execute("REVOKE EXECUTE ON FUNCTION pg_control_system() FROM PUBLIC")
        with pytest.raises(ServiceError, match="pg_control_system") as control:
            provision()
        with postgres_of(cluster, "outside_casefiles") as operator:
            run_as_operator(operator, control.value)
        provision()
        with psycopg.connect(**databases.address("sweep", "vault").libpq()) as connection:
            assert connection.execute("SELECT current_user::text").fetchone() == ("outside_sweep",)


def test_a_role_with_an_address_of_its_own_needs_no_new_login(
    cluster: psycopg.Connection[tuple[object, ...]], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    make(cluster, "CREATEROLE SUPERUSER")
    cluster.execute("CREATE ROLE outside_www LOGIN PASSWORD 'www'")
    with elsewhere(monkeypatch, tmp_path):
        url = databases.env.text("DATABASE_URL").replace("outside_boss:pw", "outside_www:www")
        monkeypatch.setenv("WEB_DATABASE_URL", url)
        provision()
        assert databases.address("web", "casefiles").user == "outside_www"
        with psycopg.connect(**databases.address("web", "casefiles").libpq()) as connection:
            assert connection.execute("SELECT current_user::text").fetchone() == ("outside_www",)


def test_an_unknown_owner_is_asked_for_by_name(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("WEB_DATABASE_URL", "postgresql://www:a@db.invalid/files")
    with pytest.raises(ServiceError, match="DATABASE_URL"):
        provision()


def run_as_operator(connection: psycopg.Connection[tuple[object, ...]], refused: ServiceError) -> None:
    """Run exactly what the message asks for."""
    connection.execute(str(refused).partition("\n")[2].encode())


@contextmanager
def postgres_of(
    cluster: psycopg.Connection[tuple[object, ...]], database: str
) -> Iterator[psycopg.Connection[tuple[object, ...]]]:
    """The same superuser in another database of that cluster."""
    with psycopg.connect(
        host=cluster.info.host,
        user="postgres",
        password=cluster.info.password,
        dbname=database,
        autocommit=True,
    ) as connection:
        yield connection
