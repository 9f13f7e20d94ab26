"""An import that is killed at any moment and run again gives what one run gives, and leaves nothing lying about.

The moments are chosen by the test: it locks a table, so that a real process halts there, and then kills it.
"""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from django.db import connections

from casefiles.intake.importer import ImportRunning
from casefiles.models import Dossier
from config import env
from config.databases import STORES, Store, address
from tests.conftest import empty_stores
from tests.stores import login, orphans, stored_files

from .packages import Sketch
from .pictures import Picture, bring_in, picture
from .test_importer import NOTHING

PATIENCE = 60.0
DOSSIERS = 3
WAITING = """
    SELECT 1 FROM pg_locks l JOIN pg_database d ON d.oid = l.database
    WHERE NOT l.granted AND d.datname = current_database()
"""
SESSIONS = "SELECT 1 FROM pg_stat_activity WHERE usename = 'gv_worker' AND datname = ANY(%s)"

# What the import has done by then, and the table where it halts.
MOMENTS = {
    "nothing but a row": ("vault", "vault_dossierkey"),
    "a row and a key": ("casefiles", "casefiles_document"),
    "all files but no people": ("casefiles", "casefiles_party"),
    "people but no entries": ("casefiles", "casefiles_entry"),
    "everything but the clock": ("casefiles", "retention_clock"),
}


@pytest.fixture
def package(tmp_path: Path, stores: None) -> Path:
    """A package of some dossiers with three documents each, two of a size that takes several chunks."""
    sketch = Sketch()
    for number in range(DOSSIERS):
        sketch.add_dossier(f"JE-2001-{number:05}")
        for copy in range(2):
            name = f"documents/large-{number}-{copy}.bin"
            sketch.raw[name] = bytes([number, copy]) * 400_000
            sketch.tables["documents.csv"].append(sketch.tables["documents.csv"][-1] | {"path": name})
    return sketch.write(tmp_path / "package")


@contextmanager
def command(package: Path) -> Iterator[subprocess.Popen[str]]:
    """Run the real command in a process of its own."""
    process = subprocess.Popen(
        [sys.executable, "manage.py", "import_package", str(package)],
        cwd=env.REPOSITORY,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    try:
        yield process
    finally:
        process.kill()
        process.communicate()


@contextmanager
def halted(package: Path, store: Store, table: str) -> Iterator[tuple[subprocess.Popen[str], Callable[[], None]]]:
    """Run the command until it waits for a table that the test holds; give it, and what lets it go on."""
    with login("owner", store) as watcher, login("owner", store) as holder:
        holder.autocommit = False
        holder.execute(f'LOCK TABLE "{table}" IN EXCLUSIVE MODE')
        with command(package) as process:
            wait_until(lambda: watcher.execute(WAITING).fetchone() is not None, process)
            yield process, holder.rollback


def wait_until(happened: Callable[[], bool], process: subprocess.Popen[str]) -> None:
    deadline = time.monotonic() + PATIENCE
    while not happened():
        assert process.poll() is None, f"the import ended by itself:\n{process.communicate()[0]}"
        assert time.monotonic() < deadline
        time.sleep(0.002)


def killed(process: subprocess.Popen[str]) -> None:
    os.kill(process.pid, signal.SIGKILL)
    process.wait()


def wait_until_its_sessions_are_over() -> None:
    """What a killed process last asked of a database is still carried out; only then is it wholly gone."""
    connections.close_all()
    with login("owner") as watcher:
        deadline = time.monotonic() + PATIENCE
        while watcher.execute(SESSIONS, [[address("worker", store).database for store in STORES]]).fetchone():
            assert time.monotonic() < deadline
            time.sleep(0.01)


def assert_a_rerun_gives_what_one_run_gives(package: Path) -> None:
    wait_until_its_sessions_are_over()
    present = Dossier.objects.present().count()
    outcome = bring_in(package)
    assert (outcome.imported, outcome.unchanged, outcome.refused) == (DOSSIERS - present, present, 0)
    assert orphans() == NOTHING
    resumed = picture()
    assert len(resumed) == DOSSIERS
    assert {len(dossier["documents"]) for dossier in resumed.values()} == {3}
    assert resumed == picture_of_one_run(package)


def picture_of_one_run(package: Path) -> Picture:
    """What the same package gives without a kill, in the same, emptied, stores."""
    empty_stores()
    bring_in(package)
    return picture()


@pytest.mark.real
@pytest.mark.parametrize(("store", "table"), MOMENTS.values(), ids=MOMENTS.keys())
def test_an_import_killed_in_a_dossier_and_run_again_is_like_one_run(store: Store, table: str, package: Path) -> None:
    with halted(package, store, table) as (process, _):
        assert set(Dossier.objects.values_list("status", flat=True)) == {Dossier.Status.ARRIVING}
        killed(process)
    assert_a_rerun_gives_what_one_run_gives(package)


@pytest.mark.real
def test_an_import_killed_again_and_again_between_and_within_files_is_like_one_run(package: Path) -> None:
    reached = []
    for files in (2, 5, 7):
        with command(package) as process:
            wait_until(lambda files=files: len(stored_files()) >= files, process)
            killed(process)
        wait_until_its_sessions_are_over()
        reached.append(Dossier.objects.present().count())
    assert reached == sorted(reached)
    assert reached[-1] < DOSSIERS, "no kill came before the end"
    assert_a_rerun_gives_what_one_run_gives(package)


@pytest.mark.real
def test_a_second_import_at_the_same_time_is_refused_and_disturbs_nothing(package: Path) -> None:
    with halted(package, "casefiles", "casefiles_party") as (first, go_on):
        with pytest.raises(ImportRunning):
            bring_in(package)
        with command(package) as second:
            assert "import" in second.communicate(timeout=PATIENCE)[0]
            assert second.returncode == 2
        assert set(Dossier.objects.values_list("status", flat=True)) == {Dossier.Status.ARRIVING}
        go_on()
        assert first.wait(timeout=PATIENCE) == 0
    assert len(picture()) == DOSSIERS
    assert orphans() == NOTHING
