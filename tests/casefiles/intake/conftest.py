from collections.abc import Callable
from pathlib import Path

import pytest

from tests.shared import shared

from .packages import Outcome, Sketch, take_in


@pytest.fixture
def sketch() -> Sketch:
    """A package of one sound dossier."""
    return Sketch().add_dossier()


@pytest.fixture
def outcome(tmp_path: Path) -> Callable[[Sketch], Outcome]:
    """Write a sketch and read it as a package."""
    return lambda sketch: take_in(sketch.write(tmp_path / "package"))


@pytest.fixture(scope="session")
def real_packages() -> Path:
    """The folder of the real packages, which stands beside the repository and is not part of it."""
    return shared("data/intake")


@pytest.fixture
def sketch_folder(sketch: Sketch, tmp_path: Path) -> Path:
    """The package of one sound dossier, whose case worker is Fenna, on disk."""
    sketch.tables["dossiers.csv"][0]["case_worker"] = "fenna"
    return sketch.write(tmp_path / "sketch")
