"""Import in the browser: checked first, sealed on arrival, resumable, and without a word about a person left behind."""

import csv
import json
from collections.abc import Iterator
from datetime import timedelta
from io import BytesIO, StringIO
from pathlib import Path
from typing import Any
from zipfile import ZipFile

import pytest
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone

from casefiles import jobs, storage
from casefiles.intake import importer, runs, working
from casefiles.models import AccessEvent, Dossier, Entry, ImportRun, Job
from casefiles.tasks import resume_imports
from casefiles.vault.models import DossierKey
from tests.casefiles.intake.packages import Sketch
from tests.organisation import Organisation

SECRET = "Zoë kwam vandaag langs met haar oma."


@pytest.fixture(autouse=True)
def bell(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """No worker listens: what was rung for is written down, and carried out by the test itself."""
    rung: list[str] = []
    monkeypatch.setattr("casefiles.tasks.carry_out_import.delay", rung.append)
    return rung


@pytest.fixture(autouse=True)
def intake(tmp_path: Path, settings: Any) -> Iterator[Path]:
    settings.INTAKE_DIR = tmp_path / "intake"
    settings.INTAKE_DIR.mkdir()
    return settings.INTAKE_DIR  # type: ignore[no-any-return] # a setting


def sketch(dossiers: int = 2) -> Sketch:
    """A package with sound dossiers and one that has a fault."""
    found = Sketch()
    for number in range(dossiers):
        found.add_dossier(f"JE-2001-0000{number}")
    found.tables["entries.csv"][0]["text"] = SECRET
    found.add_dossier("JE-2001-09999")
    found.tables["parties.csv"][-1]["bsn"] = "123456789"
    found.manifest["exported_on"] = timezone.localdate().isoformat()
    return found


def zipped(folder: Path, top: str = "") -> SimpleUploadedFile:
    packed = BytesIO()
    with ZipFile(packed, "w") as archive:
        for path in sorted(folder.rglob("*")):
            if path.is_file():
                archive.write(path, f"{top}{path.relative_to(folder)}")
    return SimpleUploadedFile("export van Zoë.zip", packed.getvalue(), "application/zip")


@pytest.fixture
def koen(organisation: Organisation) -> Client:
    client = Client()
    client.force_login(organisation.koen)
    return client


def uploaded(client: Client, tmp_path: Path, top: str = "") -> ImportRun:
    client.post("/import/upload/", {"package": zipped(sketch().write(tmp_path / "package"), top)})
    return ImportRun.objects.get()


def carried_out(run: ImportRun) -> ImportRun:
    working.carry_out(run.pk)
    return ImportRun.objects.select_related("job").get(pk=run.pk)


def start(client: Client, run: ImportRun) -> ImportRun:
    client.post(f"/import/{run.pk}/start/")
    return ImportRun.objects.get(dry_run=False)


def test_an_upload_is_checked_first_and_writes_nothing(koen: Client, tmp_path: Path, bell: list[str]) -> None:
    run = uploaded(koen, tmp_path, top="package/")
    assert bell == [str(run.pk)]
    run = carried_out(run)
    assert (run.imported, run.unchanged, run.refused, run.job.state) == (2, 0, 1, "done")
    assert not Dossier.objects.exists()
    page = koen.get(f"/import/{run.pk}/").content.decode()
    assert "JE-2001-09999" in page
    assert "bsn" in page


def test_after_the_check_the_sound_dossiers_come_in_and_the_upload_goes(koen: Client, tmp_path: Path) -> None:
    run = carried_out(uploaded(koen, tmp_path))
    assert run.sealed_under is not None
    imported = carried_out(start(koen, run))
    assert (imported.imported, imported.refused) == (2, 1)
    assert Dossier.objects.filter(status="closed").count() == 2
    assert Entry.objects.get(dossier__reference="JE-2001-00000").facts.text == SECRET
    assert AccessEvent.objects.filter(action="import", actor_name="Koen Verbeek").count() == 2
    assert not DossierKey.objects.filter(dossier_id=run.sealed_under).exists()
    assert storage.listed(run.sealed_under) == []
    assert not ImportRun.objects.exclude(sealed_under=None).exists()


def test_nothing_of_an_upload_lies_in_plain_on_the_disk(
    koen: Client, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def spool(*args: object, **options: object) -> None:
        pytest.fail("Django's own handler began a temporary file")

    monkeypatch.setattr("django.core.files.uploadhandler.TemporaryFileUploadHandler.new_file", spool)
    plain = sketch()
    plain.raw["documents/0.txt"] = SECRET.encode() * 100_000  # 4 MB: Django's own handler would write it to a file
    body = zipped(plain.write(tmp_path / "package"))
    koen.post("/import/upload/", {"package": body})
    stored = [path for path in settings.DOCUMENTS_DIR.rglob("*") if path.is_file()]
    assert stored
    assert sum(path.stat().st_size for path in stored) > 3_000_000
    for path in stored:
        content = path.read_bytes()
        assert SECRET.encode() not in content
        assert b"PK\x03\x04" not in content


def test_no_word_of_a_row_or_of_the_file_name_stays_in_the_run(koen: Client, tmp_path: Path) -> None:
    run = carried_out(uploaded(koen, tmp_path))
    kept = json.dumps([run.problems, run.package_name, run.storage_key])
    assert run.problems
    for word in ("Zoë", "Wel", "123456789", "export van"):
        assert word not in kept


def test_problems_come_as_csv_with_what_to_do(koen: Client, tmp_path: Path) -> None:
    run = carried_out(uploaded(koen, tmp_path))
    response = koen.get(f"/import/{run.pk}/problems.csv")
    (row,) = csv.DictReader(StringIO(response.content.decode("utf-8-sig")))
    assert (row["reference"], row["file"], row["field"]) == ("JE-2001-09999", "parties.csv", "bsn")
    assert row["message"]
    assert koen.get(f"/import/{run.pk}/?code=bsn_invalid").content.decode().count("JE-2001-09999") == 1
    assert "JE-2001-09999" not in koen.get(f"/import/{run.pk}/?code=orphan").content.decode()


def test_a_second_click_on_import_finds_the_same_import(koen: Client, tmp_path: Path) -> None:
    run = carried_out(uploaded(koen, tmp_path))
    first, second = (koen.post(f"/import/{run.pk}/start/").headers["Location"] for _ in range(2))
    assert first == second
    assert ImportRun.objects.filter(dry_run=False).count() == 1


def test_an_import_before_its_check_is_a_conflict(koen: Client, tmp_path: Path) -> None:
    run = uploaded(koen, tmp_path)
    assert koen.post(f"/import/{run.pk}/start/").status_code == 409
    assert not ImportRun.objects.filter(dry_run=False).exists()


def test_an_import_that_was_killed_is_taken_up_and_counts_every_dossier_once(
    koen: Client, tmp_path: Path, bell: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    run = start(koen, carried_out(uploaded(koen, tmp_path)))

    class Killed(BaseException):
        pass

    def kill(progress: jobs.Progress, count: int = 1) -> None:
        if count:
            raise Killed

    with monkeypatch.context() as patched:
        patched.setattr(importer, "DOSSIERS_AT_ONCE", 1)
        patched.setattr(jobs.Progress, "advance", kill)
        with pytest.raises(Killed):
            working.carry_out(run.pk)
    assert Dossier.objects.count() == 1
    working.carry_out(run.pk)
    assert Dossier.objects.count() == 1  # its heart may still beat elsewhere
    Job.objects.filter(pk=run.pk).update(moved_at=timezone.now() - jobs.STALE - timedelta(seconds=1))
    bell.clear()
    resume_imports()
    assert bell == [str(run.pk)]
    done = carried_out(run)
    assert (done.imported, done.unchanged, done.refused, done.job.state) == (2, 0, 1, "done")


def test_a_package_in_the_intake_folder_can_be_picked_and_no_other_folder(
    koen: Client, intake: Path, tmp_path: Path
) -> None:
    sketch().write(intake / "oud systeem")
    sketch().write(tmp_path / "elsewhere")
    assert koen.post("/import/pick/", {"folder": "../elsewhere"}).status_code == 422
    assert koen.post("/import/pick/", {}).status_code == 422
    assert koen.post("/import/pick/", {"folder": "oud systeem"}).status_code == 302
    assert carried_out(ImportRun.objects.get()).imported == 2


def test_an_unreadable_package_says_why(koen: Client) -> None:
    koen.post("/import/upload/", {"package": SimpleUploadedFile("x.zip", b"no zip at all")})
    run = carried_out(ImportRun.objects.get())
    assert (run.job.state, run.job.problem) == ("failed", "zip_damaged")
    assert koen.get(f"/import/{run.pk}/").status_code == 200


def test_a_zip_that_is_too_large_is_refused_and_leaves_nothing(koen: Client, tmp_path: Path, settings: Any) -> None:
    settings.IMPORT_MAX_BYTES = 1000
    response = koen.post("/import/upload/", {"package": zipped(sketch().write(tmp_path / "package"))})
    assert response.status_code == 413
    assert not Job.objects.exists()
    assert not DossierKey.objects.exists()


def test_an_upload_without_a_file_or_without_csrf_leaves_nothing(
    organisation: Organisation, koen: Client, tmp_path: Path
) -> None:
    assert koen.post("/import/upload/", {}).status_code == 422
    strict = Client(enforce_csrf_checks=True)
    strict.force_login(organisation.koen)
    response = strict.post("/import/upload/", {"package": zipped(sketch().write(tmp_path / "package"))})
    assert response.status_code == 403
    assert not Job.objects.exists()
    assert not DossierKey.objects.exists()


@pytest.mark.parametrize("name", ["fenna", "joost", "samira", "tineke", "pim"])
def test_only_administrators_import(name: str, organisation: Organisation, tmp_path: Path) -> None:
    client = Client()
    client.force_login(getattr(organisation, name))
    assert client.get("/import/").status_code == 403
    body = zipped(sketch().write(tmp_path / "package"))
    assert client.post("/import/upload/", {"package": body}).status_code == 403
    assert not Job.objects.exists()
    assert AccessEvent.objects.filter(outcome="refused", ground="import").count() == 2


def test_an_upload_that_nobody_takes_in_is_erased_after_a_day(koen: Client, tmp_path: Path) -> None:
    run = carried_out(uploaded(koen, tmp_path))
    assert run.sealed_under is not None
    assert runs.expire() == 0
    Job.objects.update(made_at=timezone.now() - timedelta(hours=25))
    assert runs.expire() == 1
    assert not DossierKey.objects.filter(dossier_id=run.sealed_under).exists()
    assert koen.post(f"/import/{run.pk}/start/").status_code == 409


def test_an_upload_can_be_erased_at_once(koen: Client, tmp_path: Path) -> None:
    run = carried_out(uploaded(koen, tmp_path))
    for _ in range(2):
        assert koen.post(f"/import/{run.pk}/discard/").status_code == 302
    assert storage.listed(run.sealed_under or run.pk) == []
    assert not DossierKey.objects.exists()


def test_the_bar_shows_the_numbers_of_the_database_and_ends_by_itself(koen: Client, tmp_path: Path) -> None:
    run = uploaded(koen, tmp_path)
    Job.objects.filter(pk=run.pk).update(state="running", total=40, done=10, moved_at=timezone.now())
    response = koen.get(f"/import/{run.pk}/progress/")
    assert 'aria-valuenow="25"' in response.content.decode()
    assert "HX-Refresh" not in response.headers
    Job.objects.filter(pk=run.pk).update(state="done")
    assert koen.get(f"/import/{run.pk}/progress/").headers["HX-Refresh"] == "true"
