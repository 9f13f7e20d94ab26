"""import_package as a person or a script runs it: exit codes, JSON, nothing personal on the screen, flat memory."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from casefiles.models import Document, Dossier
from config import env

from .packages import Sketch

CANARY = "Kanariepiet"
BSN = "123456782"
MEGABYTE = 1 << 20


def run(package: Path, *options: str) -> subprocess.CompletedProcess[str]:
    """Run the command in a process of its own."""
    return subprocess.run(
        [sys.executable, "manage.py", "import_package", str(package), *options],
        cwd=env.REPOSITORY,
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )


@pytest.fixture
def canaries(sketch: Sketch) -> Sketch:
    """A sound dossier, and one with faults, each full of values that nobody may see on a screen."""
    sketch.add_dossier("JE-2001-00002")
    for row in sketch.tables["parties.csv"]:
        row |= {"given_names": CANARY, "surname": CANARY, "bsn": BSN, "address": f"{CANARY}straat 1"}
    for row in sketch.tables["entries.csv"]:
        row |= {"text": f"{CANARY} zei niets."}
    for row in sketch.tables["documents.csv"]:
        row |= {"title": f"Brief over {CANARY}"}
    sketch.tables["parties.csv"][1] |= {"birth_date": f"31-31-{CANARY}", "secret_address": CANARY}
    sketch.tables["entries.csv"][1] |= {"kind": CANARY, "occurred_on": CANARY}
    sketch.tables["documents.csv"][1] |= {"path": f"documents/{CANARY}.txt"}
    sketch.row("parties.csv", reference=CANARY, surname=CANARY)
    return sketch


@pytest.mark.real
@pytest.mark.usefixtures("stores")
def test_all_in_is_exit_code_0_and_a_count_in_json(sketch: Sketch, tmp_path: Path) -> None:
    done = run(sketch.write(tmp_path / "package"), "--json")
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout) == {"imported": 1, "unchanged": 0, "refused": 0, "problems": []}


@pytest.mark.real
@pytest.mark.usefixtures("stores")
def test_some_refused_is_exit_code_1_and_each_fault_has_its_place_and_no_value(
    canaries: Sketch, tmp_path: Path
) -> None:
    done = run(canaries.write(tmp_path / "package"), "--json")
    assert done.returncode == 1
    found = json.loads(done.stdout)
    assert {name: found[name] for name in ("imported", "unchanged", "refused")} == {
        "imported": 1,
        "unchanged": 0,
        "refused": 1,
    }
    assert all(set(p) == {"file", "line", "reference", "field", "code", "message"} for p in found["problems"])
    assert ("parties.csv", 3, "JE-2001-00002", "birth_date") in {
        (p["file"], p["line"], p["reference"], p["field"]) for p in found["problems"]
    }
    assert {p["code"] for p in found["problems"]} >= {"date_impossible", "entry_kind_unknown", "file_missing", "orphan"}
    words = run(tmp_path / "package")
    assert words.returncode == 1
    assert "parties.csv:3" in words.stdout
    for output in (done.stdout, done.stderr, words.stdout, words.stderr):
        assert CANARY not in output
        assert BSN not in output


@pytest.mark.real
@pytest.mark.usefixtures("stores")
def test_an_unreadable_package_is_exit_code_2_and_nothing_comes_in(sketch: Sketch, tmp_path: Path) -> None:
    package = sketch.write(tmp_path / "package")
    (package / "entries.csv").unlink()
    done = run(package, "--json")
    assert done.returncode == 2
    assert set(json.loads(done.stdout)) == {"error", "message"}
    assert "Traceback" not in done.stderr
    assert not Dossier.objects.exists()


@pytest.mark.real
def test_memory_is_flat_in_the_number_of_documents(stores: None, tmp_path: Path) -> None:
    few, many = peak(tmp_path / "few", "JE-2001-00020", 20), peak(tmp_path / "many", "JE-2001-00400", 400)
    assert Document.objects.filter(stored=True, size=MEGABYTE).count() == 420
    assert many - few < 20 * MEGABYTE, "380 MB of documents more"


def peak(folder: Path, reference: str, documents: int) -> int:
    """Import one dossier with so many documents of 1 MB, and return the most bytes that the process ever held."""
    sketch = Sketch().add_dossier(reference)
    sketch.raw = dict.fromkeys(sketch.raw, os.urandom(MEGABYTE))
    sketch.tables["documents.csv"] *= documents
    package = sketch.write(folder)
    process = subprocess.Popen([sys.executable, "manage.py", "import_package", str(package)], cwd=env.REPOSITORY)
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    assert process.returncode == 0
    return usage.ru_maxrss * 1024  # Linux counts in kilobytes
