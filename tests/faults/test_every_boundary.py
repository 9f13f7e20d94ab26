"""Every boundary of a destruction meets every fault once, on a cluster and a broker of its own: see random_runs."""

import os
import subprocess
import sys

import pytest

from config import env
from tests.faults.boundaries import names
from tests.faults.faults import FAULTS


@pytest.mark.real
def test_no_fault_at_any_boundary_breaks_an_invariant() -> None:
    mine = {name: value for name, value in os.environ.items() if not name.endswith("_DIR") or name == "DATA_DIR"}
    done = subprocess.run(
        [sys.executable, "-m", "tests.faults.random_runs"],
        cwd=env.REPOSITORY,
        env=mine,
        capture_output=True,
        text=True,
        check=False,
    )
    sys.stdout.write(done.stdout)  # the table, shown by pytest -rP
    assert done.returncode == 0, done.stdout + done.stderr[-3000:]
    for boundary in names():
        for fault in FAULTS:
            assert f"{boundary:20} {fault.name:18}    1  " in done.stdout
