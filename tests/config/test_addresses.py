"""Each role logs in for itself, at the embedded services or at the addresses from the environment."""

from pathlib import Path
from urllib.parse import quote

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from kombu.utils.url import url_to_parts

from config import databases, env
from config.services import broker

each_example_sets_its_own = settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
passwords = st.text(st.characters(codec="utf-8", exclude_characters="\0"), min_size=1)


def test_the_worker_reads_the_sweep_with_a_login_of_its_own(home: Path) -> None:
    users = {alias: entry["USER"] for alias, entry in databases.databases("worker").items()}
    assert users == {
        "default": "gv_worker",
        "vault": "gv_worker",
        "sweep": "gv_sweep",
        "sweep_vault": "gv_sweep",
    }


@pytest.mark.parametrize("role", ["owner", "web", "sweep"])
def test_every_other_role_sees_only_its_own_logins(home: Path, role: env.Role) -> None:
    users = {alias: entry["USER"] for alias, entry in databases.databases(role).items()}
    assert users == {"default": f"gv_{role}", "vault": f"gv_{role}"}


def test_each_role_has_a_password_of_its_own(home: Path) -> None:
    assert len({databases.address(role, "vault").password for role in env.ROLES}) == len(env.ROLES)


def test_the_suffix_makes_another_pair_of_databases(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DATABASE_SUFFIX", "_gw3")
    assert databases.address("web", "casefiles").database == "casefiles_gw3"
    assert databases.address("web", "vault", "_other").database == "vault_other"


@given(password=passwords)
@each_example_sets_its_own
def test_any_password_survives_a_url(home: Path, monkeypatch: pytest.MonkeyPatch, password: str) -> None:
    secret = quote(password, safe="")
    monkeypatch.setenv("DATABASE_URL", f"postgresql://boss:{secret}@db.example:6432/files?sslmode=verify-full")
    found = databases.address("owner", "casefiles")
    assert (found.user, found.password, found.host, found.port) == ("boss", password, "db.example", "6432")
    assert found.options == {"sslmode": "verify-full"}
    assert not found.embedded


def test_a_socket_folder_may_stand_in_a_url(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("VAULT_DATABASE_URL", "postgresql://boss@/keys?host=/run/postgresql")
    found = databases.address("owner", "vault").django()
    assert (found["HOST"], found["NAME"], found["USER"]) == ("/run/postgresql", "keys", "boss")


def test_a_role_logs_in_by_its_own_name_where_the_owner_does(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DATABASE_URL", "postgresql://boss:secret@db.example/files")
    found = databases.address("web", "casefiles")
    assert (found.host, found.database, found.user) == ("db.example", "files", "gv_web")
    assert found.password != "secret"


def test_a_web_machine_needs_to_know_only_its_own_addresses(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PROCESS_ROLE", "web")
    monkeypatch.setenv("WEB_DATABASE_URL", "postgresql://www:a@db.example/files")
    monkeypatch.setenv("VAULT_WEB_DATABASE_URL", "postgresql://www:b@keys.example/keys")
    assert not databases.embedded()
    assert databases.address("web", "vault").host == "keys.example"


@pytest.mark.parametrize("url", ["mysql://boss:hush@db/files", "postgresql://boss:hush@db:port/files?bad=1"])
def test_an_unreadable_url_is_refused_by_name_without_its_password(
    home: Path, monkeypatch: pytest.MonkeyPatch, url: str
) -> None:
    monkeypatch.setenv("DATABASE_URL", url)
    with pytest.raises(env.InvalidSettingError, match="DATABASE_URL") as refused:
        databases.address("owner", "casefiles")
    assert "hush" not in str(refused.value)


def test_an_address_does_not_show_its_password(home: Path) -> None:
    found = databases.address("owner", "vault")
    assert found.password not in repr(found)


def test_celery_reads_the_embedded_broker_s_socket_back_from_its_url(home: Path) -> None:
    assert url_to_parts(databases.redis_url()).path.removeprefix("/") in str(broker.socket())
    assert databases.redis_url().startswith("redis+socket:///")


def test_redis_url_replaces_the_embedded_broker(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("REDIS_URL", "rediss://broker.example/4")
    assert databases.redis_url() == "rediss://broker.example/4"
    assert not databases.embedded_broker()
