"""The shared data folder, which stands beside the repository and is not part of it."""

import os
from pathlib import Path

import pytest


def shared(path: str) -> Path:
    """A folder of the shared data; without it the test is skipped aloud, and fails where CI runs."""
    folder = Path(__file__).resolve().parents[2] / "shared" / path
    if folder.is_dir():
        return folder
    reason = f"the shared data is not there: {folder}"
    if os.environ.get("CI") == "true":
        pytest.fail(reason)
    pytest.skip(reason)
