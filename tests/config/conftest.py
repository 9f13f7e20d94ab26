"""Services of their own for these tests: a data folder beside the one that the other tests share."""

import os
import signal
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest

from config.services import broker, lifecycle, postgres, processes
from config.services.provisioning import provision

OWN_SERVICES = ("DATABASE_URL", "VAULT_DATABASE_URL", "REDIS_URL", "DATABASE_SUFFIX", "PROCESS_ROLE")


@pytest.fixture(scope="session")
def made_once(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder whose cluster is made by the first test that needs it."""
    return tmp_path_factory.mktemp("services") / "var"


@pytest.fixture
def home(made_once: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """The data folder of this test, whose services do not run yet."""
    for name in OWN_SERVICES:
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("DATA_DIR", str(made_once))
    monkeypatch.setenv("EMBEDDED_FSYNC", "off")
    yield made_once
    monkeypatch.setenv("DATA_DIR", str(made_once))  # a test may have gone elsewhere
    broker.stop()
    postgres.stop()


@pytest.fixture
def running(home: Path) -> Iterator[Path]:
    """The data folder of this test, with provisioned services."""
    with lifecycle.needed():
        provision()
        yield home


def kill_all(mark: str) -> None:
    """End processes as a power failure would."""
    for process in processes.living(mark):
        with suppress(ProcessLookupError):  # it may have ended by itself since it was listed
            os.kill(process, signal.SIGKILL)
    assert processes.gone(mark, 10)
