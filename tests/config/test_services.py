"""The embedded services start when needed, let nobody else in, survive a kill, and stop in the end."""

import os
import shutil
import signal
import stat
import subprocess
import sys
from pathlib import Path

import psutil
import psycopg
import pytest
import redis

from config import databases, env
from config.services import broker, lifecycle, postgres, processes
from config.services.folders import owner_id
from config.services.messages import ServiceError
from config.services.provisioning import provision
from config.services.secrets import credentials, socket_folder
from tests.config.conftest import kill_all

pytestmark = pytest.mark.real

HOLDER = "from config.services.lifecycle import needed\nwith needed(): print('in', flush=True); input()"


def ask(role: env.Role, question: str, store: databases.Store = "casefiles") -> object:
    """The one value that a role gets as an answer."""
    with psycopg.connect(**databases.address(role, store).libpq()) as connection:
        row = connection.execute(question.encode()).fetchone()
    assert row
    return row[0]


def holder() -> subprocess.Popen[str]:
    """Another process that needs the services until its input ends."""
    process = subprocess.Popen(
        [sys.executable, "-c", HOLDER],
        cwd=env.REPOSITORY,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    )
    assert process.stdout
    assert process.stdout.readline() == "in\n"
    return process


def leave(process: subprocess.Popen[str]) -> None:
    process.communicate("\n")


def test_both_services_answer_inside_and_are_gone_outside(home: Path) -> None:
    with lifecycle.needed():
        assert lifecycle.alive()
        assert redis.Redis(unix_socket_path=str(broker.socket())).ping()
        with postgres.connect() as connection:
            assert connection.execute("SHOW server_version_num").fetchone()
    assert not postgres.alive()
    assert not broker.alive()


def test_every_role_logs_in_to_both_databases_and_none_has_power(running: Path) -> None:
    power = "SELECT rolsuper OR rolcreatedb OR rolcreaterole OR rolbypassrls OR rolreplication FROM pg_roles"
    for store in databases.STORES:
        for role in env.ROLES:
            assert ask(role, f"{power} WHERE rolname = current_user", store) is False
            assert ask(role, "SELECT current_user::text", store) == f"gv_{role}"


@pytest.mark.parametrize("password", ["", "wrong"])
def test_nobody_gets_in_without_the_right_password(running: Path, password: str) -> None:
    for user in ("gv_owner", "postgres"):
        parameters = databases.address("owner", "casefiles").libpq() | {"user": user, "password": password}
        with pytest.raises(psycopg.OperationalError, match="password"):
            psycopg.connect(**parameters, passfile="/nonexistent")


def test_every_way_in_asks_for_scram(running: Path) -> None:
    with postgres.connect() as connection:
        methods = connection.execute("SELECT DISTINCT auth_method FROM pg_hba_file_rules").fetchall()
    assert methods == [("scram-sha-256",)]


def test_the_socket_folder_is_for_the_services_account_alone(running: Path) -> None:
    status = socket_folder().stat()
    assert stat.S_IMODE(status.st_mode) == 0o700
    assert status.st_uid == owner_id()
    assert stat.S_IMODE((running / "secrets" / "services.json").stat().st_mode) == 0o600


def test_neither_service_listens_on_the_network(running: Path) -> None:
    servers = processes.living(f"--cluster_name={postgres.mark()}") + processes.living(str(broker.socket()))
    assert len(servers) == 2
    for process in servers:
        assert psutil.Process(process).net_connections("inet") == []


def test_redis_keeps_nothing_on_disk(running: Path) -> None:
    with redis.Redis(unix_socket_path=str(broker.socket())) as client:
        client.set("doorbell", "rings")
        assert client.config_get("save") == {"save": ""}
        assert client.config_get("appendonly") == {"appendonly": "no"}
    broker.stop()
    assert list(socket_folder().glob("*.rdb")) == []


def test_provisioning_again_changes_nothing(running: Path) -> None:
    privileges = "SELECT string_agg(defaclacl::text, ';' ORDER BY defaclobjtype) FROM pg_default_acl"
    before = ask("owner", privileges)
    provision()
    assert ask("owner", privileges) == before


def test_a_new_table_is_written_by_web_and_worker_and_only_read_by_the_sweep(running: Path) -> None:
    with psycopg.connect(**databases.address("owner", "casefiles").libpq()) as owner:
        owner.execute("CREATE TABLE IF NOT EXISTS note (id bigserial PRIMARY KEY, words text)")
    assert ask("web", "INSERT INTO note (words) VALUES ('a') RETURNING words") == "a"
    assert ask("worker", "UPDATE note SET words = 'b' RETURNING words") == "b"
    assert ask("sweep", "SELECT words FROM note") == "b"
    for question in ("DELETE FROM note RETURNING 1", "INSERT INTO note (words) VALUES ('c') RETURNING 1"):
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            ask("sweep", question)
    with pytest.raises(psycopg.errors.InsufficientPrivilege):
        ask("web", "CREATE TABLE mine (id int)")
    with psycopg.connect(**databases.address("owner", "casefiles").libpq()) as owner:
        owner.execute("DROP TABLE note")


def test_a_login_without_a_grant_cannot_enter_the_databases(running: Path) -> None:
    with postgres.connect() as connection:
        connection.execute("DROP ROLE IF EXISTS stranger")
        connection.execute("CREATE ROLE stranger LOGIN PASSWORD 'stranger'")
    for store in databases.STORES:
        parameters = databases.address("web", store).libpq() | {"user": "stranger", "password": "stranger"}
        with pytest.raises(psycopg.OperationalError, match="permission denied for database"):
            psycopg.connect(**parameters)


def test_web_and_worker_may_ask_which_cluster_this_is(running: Path) -> None:
    question = "SELECT system_identifier FROM pg_control_system()"
    assert ask("web", question) == ask("worker", question)


def test_what_was_wrong_in_a_statement_reaches_no_log(running: Path) -> None:
    with pytest.raises(psycopg.DataError, match="Jan-Willem"):
        ask("web", "SELECT 'Jan-Willem'::text::int")
    with pytest.raises(psycopg.errors.UndefinedTable):
        ask("web", "SELECT * FROM canary_statement")
    assert processes.log_file("postgres").read_text()
    for log in (running / "log").iterdir():
        assert "Jan-Willem" not in log.read_text()
        assert "canary_statement" not in log.read_text()


def test_the_last_one_out_stops_the_services(home: Path) -> None:
    first, second = holder(), holder()
    leave(first)
    assert lifecycle.alive()
    leave(second)
    assert not postgres.alive()
    assert not broker.alive()


def test_services_left_behind_by_a_killed_command_are_adopted(home: Path) -> None:
    victim = holder()
    victim.kill()
    victim.communicate()
    left = set(processes.living(postgres.mark()))
    with lifecycle.needed():
        assert left & set(processes.living(postgres.mark()))
    assert not postgres.alive()


def test_a_killed_postgresql_recovers_what_was_committed(running: Path) -> None:
    with postgres.connect("casefiles") as connection:
        connection.execute("CREATE TABLE kept AS SELECT 42 AS answer")
    kill_all(postgres.mark())
    lifecycle.ensure()
    with postgres.connect("casefiles") as connection:
        assert connection.execute("SELECT answer FROM kept").fetchone() == (42,)
        connection.execute("DROP TABLE kept")


def test_a_killed_server_whose_children_linger_is_started_again(running: Path) -> None:
    server = int((postgres.data_folder() / "postmaster.pid").read_text().split()[0])
    os.kill(server, signal.SIGKILL)
    lifecycle.ensure()
    assert ask("owner", "SELECT 1") == 1


def test_a_stale_pid_file_that_names_a_living_stranger_is_no_obstacle(home: Path) -> None:
    with lifecycle.needed():
        pid_file = postgres.data_folder() / "postmaster.pid"
        lines = pid_file.read_text().splitlines()
        kill_all(postgres.mark())
        pid_file.write_text("\n".join([str(os.getpid()), *lines[1:]]) + "\n")
        lifecycle.ensure()
        with postgres.connect() as connection:
            assert connection.execute("SELECT 1").fetchone() == (1,)


def test_lost_sockets_lead_to_a_restart_rather_than_a_dead_end(running: Path) -> None:
    shutil.rmtree(socket_folder())
    lifecycle.ensure()
    assert ask("web", "SELECT 1") == 1
    assert redis.Redis(unix_socket_path=str(broker.socket())).ping()


def test_a_killed_redis_is_started_again(running: Path) -> None:
    kill_all(str(broker.socket()))
    assert not lifecycle.alive()
    lifecycle.ensure()
    assert redis.Redis(unix_socket_path=str(broker.socket())).ping()


def test_data_of_another_version_is_refused_untouched(home: Path) -> None:
    with lifecycle.needed():
        pass
    version = postgres.data_folder() / "PG_VERSION"
    mine = version.read_text()
    version.write_text("14\n")
    try:
        before = sorted((path, path.stat().st_mtime_ns) for path in postgres.data_folder().rglob("*"))
        with pytest.raises(ServiceError, match=r"14.*18.*pg_upgrade"), lifecycle.needed():
            pass
        after = sorted((path, path.stat().st_mtime_ns) for path in postgres.data_folder().rglob("*"))
        assert before == after
    finally:
        version.write_text(mine)


def test_an_interrupted_first_start_is_made_anew(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, home: Path) -> None:
    monkeypatch.setenv("DATA_DIR", str(tmp_path / "var"))
    half = tmp_path / "var" / "postgres.new"
    half.mkdir(parents=True)
    (half / "PG_VERSION").write_text("18\n")
    with lifecycle.needed():
        assert postgres.alive()
    assert not half.exists()


def test_a_data_folder_with_a_long_path_gets_short_sockets(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, home: Path
) -> None:
    monkeypatch.setenv("DATA_DIR", str(tmp_path / ("long-" * 20) / "var"))
    with lifecycle.needed():
        assert postgres.alive()
        assert stat.S_IMODE(socket_folder().stat().st_mode) == 0o700
        assert len(str(socket_folder())) < 80
    socket_folder().rmdir()


def test_copied_data_does_not_share_the_original_s_sockets(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, home: Path
) -> None:
    original = credentials()
    monkeypatch.setenv("DATA_DIR", str(tmp_path / "copy"))
    shutil.copytree(home / "secrets", tmp_path / "copy" / "secrets")
    lifecycle.prepare_socket_folder()
    assert socket_folder() == tmp_path / "copy" / "sockets"
    assert credentials().secret_key == original.secret_key


def test_damaged_secrets_are_named_rather_than_replaced(
    home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DATA_DIR", str(tmp_path))
    (tmp_path / "secrets").mkdir()
    (tmp_path / "secrets" / "services.json").write_text("{half")
    with pytest.raises(ServiceError, match=r"services\.json"):
        credentials()
    assert (tmp_path / "secrets" / "services.json").read_text() == "{half"


def test_a_data_folder_that_is_a_file_gets_a_clear_message(
    home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "var").write_text("not a folder")
    monkeypatch.setenv("DATA_DIR", str(tmp_path / "var"))
    with pytest.raises(ServiceError, match="DATA_DIR"):
        credentials()
