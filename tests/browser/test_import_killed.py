"""An import whose worker is killed, as the administrator sees it who keeps the page open."""

import re
from datetime import timedelta
from pathlib import Path
from uuid import UUID

import pytest
from django.conf import settings
from django.utils import timezone
from playwright.sync_api import Route, expect

from casefiles import jobs, tasks
from casefiles.intake import runs, working
from casefiles.models import Dossier, ImportRun, Job
from tests.browser.conftest import Opening, log_in
from tests.casefiles.intake.packages import Sketch
from tests.organisation import Organisation
from tests.stores import orphans
from tests.workers import until, worker

pytestmark = [pytest.mark.browser, pytest.mark.real]

DOSSIERS = 300
UNTIL_DONE = 60_000  # milliseconds
HANDLED = re.compile(rf"(\d+) of {DOSSIERS} dossiers handled")


@pytest.fixture
def judged(organisation: Organisation, monkeypatch: pytest.MonkeyPatch) -> ImportRun:
    """A package of many small dossiers in the intake folder, of which the check is done."""
    folder = Path(settings.INTAKE_DIR) / "killed"
    sketch = Sketch()
    sketch.manifest["exported_on"] = "2020-01-01"
    for number in range(DOSSIERS):
        sketch.add_dossier(f"JE-2001-{number:05}")
    sketch.write(folder)
    run = runs.pick("killed", by=organisation.koen)
    working.carry_out(run.pk)
    return run


def stands_still(job: UUID) -> None:
    """Two minutes later: the killed worker's last sign of life is as old as makes a job free again."""
    Job.objects.filter(pk=job).update(moved_at=timezone.now() - jobs.STALE - timedelta(seconds=1))


def test_the_bar_goes_on_under_a_new_worker_where_the_killed_one_left_it(
    opening: Opening, judged: ImportRun, tmp_path: Path
) -> None:
    log, seen = tmp_path / "worker.log", list[int]()

    def notes(route: Route) -> None:
        answer = route.fetch()
        seen.extend(int(number) for number in HANDLED.findall(answer.text()))
        route.fulfill(response=answer)

    with opening(language="en") as page:
        page.route("**/progress/", notes)
        log_in(page, "koen")
        with worker(log) as first:
            page.goto(f"/import/{judged.pk}/")
            page.click("form[action$='/start/'] button")
            job = ImportRun.objects.get(dry_run=False).pk
            until(lambda: Job.objects.get(pk=job).done > 0, "the import is under way", log)
            first.kill()
        left = Job.objects.get(pk=job)
        assert (left.state, 0 < left.done < DOSSIERS) == (Job.State.RUNNING, True)
        expect(page.locator("#job")).to_contain_text(f"{left.done} of {DOSSIERS} dossiers handled", timeout=UNTIL_DONE)
        stands_still(job)
        with worker(log):
            tasks.resume_imports()  # what beat does every minute
            expect(page.locator("#result")).to_be_visible(timeout=UNTIL_DONE)
        assert seen == sorted(seen)  # the bar never ran back
        assert left.done in seen
        assert page.locator(".gv-stat__n").all_inner_texts() == [str(DOSSIERS), "0", "0"]
        assert Dossier.objects.present().count() == DOSSIERS
        assert not any(orphans().values())
