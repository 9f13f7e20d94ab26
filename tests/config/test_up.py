"""`up` runs the whole product, refuses what is in its way by name, and leaves nothing running."""

import http.client
import os
import signal
import socket
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from config import env
from config.services import broker, lifecycle, postgres, processes
from tests.config.conftest import kill_all
from tests.product import Up, free_port

pytestmark = pytest.mark.real


def page(port: int) -> int:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
    try:
        connection.request("GET", "/")
        return connection.getresponse().status
    finally:
        connection.close()


def nothing_runs(port: int) -> bool:
    """Whether no process of this data folder is left, nor anything on the port."""
    left = processes.living(str(env.data_dir())) + processes.living(f"--bind=127.0.0.1:{port}")
    return left == [] and not lifecycle.alive()


@pytest.fixture
def up(home: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Up]:
    for name in ("LANGUAGE", "LC_ALL", "LC_MESSAGES"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("LANG", "en_GB.UTF-8")
    for name in ("KEYS_DIR", "DOCUMENTS_DIR", "MIRROR_DIR"):  # this test's own, under its own data folder
        monkeypatch.delenv(name, raising=False)
    started = Up(free_port())
    yield started
    if started.process.poll() is None:
        started.ended(signal.SIGTERM)


def test_it_serves_survives_deaths_keeps_others_out_and_stops_cleanly(up: Up) -> None:
    address = f"http://127.0.0.1:{up.port}/"
    up.wait_for(address)
    assert page(up.port) < 500

    second = Up(free_port())
    assert second.ended() == 1
    assert address in second.said

    kill_all(str(broker.socket()))
    os.kill(processes.living(f"--cluster_name={postgres.mark()}")[0], signal.SIGKILL)
    up.wait_for("runs again")
    os.killpg(min(processes.living(f"--bind=127.0.0.1:{up.port}")), signal.SIGKILL)
    up.wait_for("Listening at", times=2)
    time.sleep(1)
    assert page(up.port) < 500

    assert up.ended(signal.SIGTERM) == 0
    assert nothing_runs(up.port)


def test_ctrl_c_twice_during_the_start_still_stops_the_database(up: Up) -> None:
    up.wait_for("Starting")
    assert up.ended(signal.SIGINT, signal.SIGINT) == 0
    assert nothing_runs(up.port)


def test_a_busy_port_is_named_together_with_the_way_out(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        refused = Up(port)
        assert refused.ended() == 1
    assert str(port) in refused.said
    assert "--port" in refused.said
    assert "Traceback" not in refused.said
    assert not postgres.alive()
