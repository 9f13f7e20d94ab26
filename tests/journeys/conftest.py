"""The product as a person starts it, with the demonstration organisation: once for all journeys of a session."""

import json
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.request import urlopen

import pytest
from playwright.sync_api import Browser

from config import env
from tests.journeys.visit import Visit, visit
from tests.product import Up, environment_of_its_own, free_port

Entering = Callable[..., AbstractContextManager[Visit]]
LOADED_WITHIN = 240  # seconds, on a machine that does other work as well


@dataclass(frozen=True)
class Product:
    """A running product: where it answers, and where its data is."""

    address: str
    home: Path
    environment: dict[str, str]

    def says(self, *command: str) -> Any:
        """Give what a command of manage.py says as JSON."""
        run = [sys.executable, "manage.py", *command, "--json"]
        said = subprocess.run(run, cwd=env.REPOSITORY, env=self.environment, capture_output=True, check=True)
        return json.loads(said.stdout)

    @property
    def password(self) -> str:
        """The one password of the demonstration."""
        return (self.home / "secrets" / "demonstration").read_text().strip()

    def lists_of(self, team: str) -> list[dict[str, Any]]:
        """Give the destruction lists of a team that wait for their first approval, the largest first."""
        waiting = [one for one in self.says("lists") if one["team"] == team and one["state"] == "review"]
        return sorted(waiting, key=lambda one: -int(one["dossiers"]))

    def is_loaded(self) -> bool:
        """Whether the worker brought the whole demonstration in: until then every page says how far it is."""
        with urlopen(f"{self.address}/login/", timeout=30) as page:  # noqa: S310 - our own http address
            return b"gv-loading" not in page.read()


@pytest.fixture(scope="session")
def product(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Product]:
    """Run `up` on an empty data folder until everything is loaded; no cooling-off days, so that a day is enough."""
    home = tmp_path_factory.mktemp("journeys") / "var"
    (home / "intake").mkdir(parents=True)
    mirror = str(home.parent / "mirror")
    own = {"DATA_DIR": str(home), "MIRROR_DIR": mirror, "EMBEDDED_FSYNC": "off", "COOLING_OFF_DAYS": "0"}
    environment = environment_of_its_own(**own, LANGUAGE="en", LOGIN_FAILURES_OF_ADDRESS="1000")
    up = Up(free_port(), environment)
    try:
        up.wait_for("Ready", patience=LOADED_WITHIN)
        running = Product(f"http://127.0.0.1:{up.port}", home, environment)
        deadline = time.monotonic() + LOADED_WITHIN
        while not running.is_loaded():
            assert time.monotonic() < deadline, up.said
            time.sleep(1)
        yield running
    finally:
        if up.process.poll() is None:
            up.ended(signal.SIGTERM)
    assert "Traceback" not in up.said, up.said


@pytest.fixture
def entering(chromium: Browser, product: Product) -> Entering:
    """Give a function that lets a person in: entering(username, language)."""

    @contextmanager
    def enter(username: str, language: str) -> Iterator[Visit]:
        with visit(chromium, product.address, username, language) as person:
            person.logs_in(product.password)
            yield person

    return enter
