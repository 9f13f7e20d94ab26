"""Importing the two real packages: what comes in, to the last byte, and that it comes in once."""

import csv
import hashlib
from collections import Counter
from datetime import date
from pathlib import Path

import pytest
from django.utils import timezone

from casefiles.intake import importer
from casefiles.intake.package import open_package
from casefiles.models import AccessEvent, Document, Dossier, Entry, Party
from retention.models import Clock
from tests.conftest import empty_stores
from tests.organisation import Organisation
from tests.stores import difference, everything, orphans

from .packages import Sketch
from .pictures import bring_in, picture
from .test_real_packages import LEGACY_FAULTS

NOTHING: dict[str, set[object]] = {"files": set(), "keys": set(), "arriving": set(), "unstored": set()}


def counted() -> tuple[int, int, int, int]:
    """Dossiers, parties, entries and documents."""
    return (Dossier.objects.count(), Party.objects.count(), Entry.objects.count(), Document.objects.count())


def rows_of(folder: Path, table: str) -> list[dict[str, str]]:
    with (folder / table).open(encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream))


@pytest.mark.usefixtures("stores")
def test_the_clean_package_comes_in_whole_and_a_second_run_changes_nothing(real_packages: Path) -> None:
    outcome = bring_in(real_packages / "clean")
    assert (outcome.imported, outcome.unchanged, outcome.refused, outcome.problems) == (60, 0, 0, [])
    assert counted() == (60, 181, 455, 76)
    assert orphans() == NOTHING
    assert Clock.objects.count() == 60
    assert AccessEvent.objects.filter(action="import").count() == 60
    before = everything()
    again = bring_in(real_packages / "clean")
    assert (again.imported, again.unchanged, again.refused, again.problems) == (0, 60, 0, [])
    assert difference(before, everything()) == []


@pytest.mark.usefixtures("stores")
def test_what_came_in_reads_back_as_the_package_wrote_it(real_packages: Path) -> None:
    folder = real_packages / "clean"
    bring_in(folder)
    seen = picture()
    texts, names, contents = Counter[str](), Counter[tuple[str, ...]](), Counter[str]()
    for dossier in seen.values():
        texts.update(entry[-1]["text"] for entry in dossier["entries"])
        names.update((role, facts["given_names"], facts["surname"], facts["bsn"]) for role, facts in dossier["people"])
        contents.update(document[-1] for document in dossier["documents"])
    assert texts == Counter(row["text"] for row in rows_of(folder, "entries.csv"))
    columns = ("role", "given_names", "surname", "bsn")
    assert names == Counter(tuple(row[c] for c in columns) for row in rows_of(folder, "parties.csv"))
    assert contents == Counter(
        hashlib.sha256((folder / row["path"]).read_bytes()).hexdigest() for row in rows_of(folder, "documents.csv")
    )
    for row in rows_of(folder, "dossiers.csv"):
        stored = seen[row["reference"]]
        assert (stored["kind"], stored["status"], stored["team"]) == (row["kind"], row["status"], row["team"])
        assert stored["last_change_on"].isoformat() == row["last_change_on"]
        assert (stored["closed_on"].isoformat() if stored["closed_on"] else "") == row["closed_on"]


@pytest.mark.usefixtures("stores")
def test_the_sound_half_of_the_legacy_package_comes_in_and_each_fault_is_told(real_packages: Path) -> None:
    outcome = bring_in(real_packages / "legacy")
    assert (outcome.imported, outcome.unchanged, outcome.refused) == (51, 0, 109)
    of_dossiers = Counter((p.file, p.field, p.code) for p in outcome.problems if p.code != "orphan")
    assert of_dossiers == LEGACY_FAULTS
    assert sum(p.code == "orphan" for p in outcome.problems) == 22 + 70 + 10
    assert Dossier.objects.count() == 51
    assert Document.objects.filter(stored=True).count() == 41
    assert orphans() == NOTHING
    before = everything()
    again = bring_in(real_packages / "legacy")
    assert (again.imported, again.unchanged, again.refused) == (0, 51, 109)
    assert again.problems == outcome.problems
    assert difference(before, everything()) == []


def test_the_team_reads_what_came_in_and_the_case_worker_that_the_package_names_leads_it(
    organisation: Organisation, sketch_folder: Path
) -> None:
    bring_in(sketch_folder)
    (dossier,) = picture().values()
    assert dossier["team_grants"] == [("team: Team Oost", "read_dossier", "import")]
    assert dossier["grants"] == [("fenna", "lead_dossier", "import")]


@pytest.mark.usefixtures("stores")
def test_a_package_that_changes_halfway_keeps_what_came_in_and_goes_on_from_there(
    sketch: Sketch, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(importer, "DOSSIERS_AT_ONCE", 1)
    folder = sketch.add_dossier("JE-2001-00002").write(tmp_path / "package")
    package = open_package(folder, timezone.localdate())

    def change(count: int) -> None:
        (folder / "documents/1.txt").write_bytes(b"longer than it was")

    with pytest.raises(importer.BrokenOff) as raised:
        importer.import_package(package, by=None, dry_run=False, on_progress=change)
    assert (raised.value.code, raised.value.outcome.imported) == ("package_changed", 1)
    assert Dossier.objects.present().count() == 1
    again = bring_in(folder)
    assert (again.imported, again.unchanged, again.refused) == (1, 1, 0)
    assert orphans() == NOTHING


@pytest.mark.usefixtures("stores")
def test_dossiers_that_come_in_together_are_those_that_come_in_one_by_one(
    real_packages: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    bring_in(real_packages / "clean")
    together = picture()
    empty_stores()
    for limit in ("DOSSIERS_AT_ONCE", "ROWS_AT_ONCE", "BYTES_AT_ONCE", "ROWS_HELD"):
        monkeypatch.setattr(importer, limit, 1)
    bring_in(real_packages / "clean")
    assert picture() == together


@pytest.mark.usefixtures("stores")
def test_a_case_worker_who_is_not_known_here_gets_no_grant(sketch_folder: Path) -> None:
    bring_in(sketch_folder)
    (dossier,) = picture().values()
    assert dossier["grants"] == []


@pytest.mark.usefixtures("stores")
def test_the_optional_dates_start_the_clock_that_asks_for_them_and_come_in_once(tmp_path: Path) -> None:
    dates = {"decision_starts_on": "2003-01-01", "decision_expires_on": "2031-06-30", "arrived_on": ""}
    plain, dated = Sketch().add_dossier(), Sketch().add_dossier()
    dated.tables["dossiers.csv"][0] |= dates
    assert bring_in(dated.write(tmp_path / "dated")).imported == 1
    said = Dossier.objects.get().facts.circumstances
    assert (said.decision_expires_on, said.arrived_on) == (date(2031, 6, 30), None)
    assert bring_in(tmp_path / "dated").unchanged == 1
    assert bring_in(plain.write(tmp_path / "plain")).refused == 1  # the same reference without the dates differs
    dated.tables["dossiers.csv"][0]["decision_starts_on"] = "2031-07-01"
    [problem] = bring_in(dated.write(tmp_path / "wrong")).problems
    assert (problem.field, problem.code) == ("decision_expires_on", "decision_expires_before_start")
