"""What the worker does with a package: judge it or take it in, and keep what is wrong with it, without a word of it."""

import logging
from io import BytesIO
from uuid import UUID

from django.conf import settings
from django.db import DatabaseError
from django.utils import timezone

from casefiles import jobs, storage
from casefiles.intake import runs
from casefiles.intake.importer import BrokenOff, ImportRunning, Outcome, import_package
from casefiles.intake.package import Package, PackageUnreadable, open_package
from casefiles.intake.zipped import Zip
from casefiles.models import AccessEvent, ImportRun, Job, Role
from casefiles.vault import keys

PROBLEMS_KEPT = 20_000  # of one run: a package with more is broken as a whole
BUSY, GONE, NOT_ALLOWED, INTERNAL = "import_running", "gone", "not_allowed", "internal"

log = logging.getLogger(__name__)


def waiting() -> list[UUID]:
    """Return the imports that a worker may take now: new ones, and what a dead worker left."""
    free = Job.objects.filter(jobs.free(), kind=runs.KIND).exclude(problem=runs.UPLOADING)
    return list(free.order_by("made_at").values_list("pk", flat=True))


def carry_out(job_id: UUID) -> None:
    """Judge or take in a package. Safe to repeat and to run twice: whatever came in already is left as it is."""
    if job_id not in waiting():
        return
    progress = jobs.take(job_id)
    if progress is None:
        return
    run = ImportRun.objects.select_related("job__started_by").get(pk=job_id)
    try:
        _carry_out(run, progress)
    except ImportRunning:
        progress.release(BUSY)
    except PackageUnreadable as error:
        _break_off(run, error)
        progress.fail(error.code)
    except (keys.KeyShredded, FileNotFoundError):
        progress.fail(GONE)
    except (DatabaseError, OSError, jobs.TakenOver):
        raise  # it stands still, and is taken up again
    except Exception as error:  # noqa: BLE001 - it must not be tried for ever
        log.error("import %s: %s", job_id, type(error).__name__)  # noqa: TRY400 - a traceback may hold values
        progress.fail(INTERNAL)


def _carry_out(run: ImportRun, progress: jobs.Progress) -> None:
    by = run.job.started_by
    if by is None or not by.is_active or by.role != Role.ADMINISTRATOR:
        progress.fail(NOT_ALLOWED)
        return
    package = _opened(run)
    ImportRun.objects.filter(pk=run.pk).update(package_name=package.source[:120])
    progress.expect(package.count)
    outcome = import_package(package, by=by, dry_run=run.dry_run, on_progress=progress.advance)
    _keep(run, outcome)
    progress.finish(failed=outcome.refused)
    if not run.dry_run:
        runs.erase(run)


def _break_off(run: ImportRun, error: PackageUnreadable) -> None:
    """Keep why a package could not be read on, and what came in before."""
    if isinstance(error, BrokenOff):
        _keep(run, error.outcome)
    ImportRun.objects.filter(pk=run.pk).update(problems=[{"code": error.code, **error.details}])


def _opened(run: ImportRun) -> Package:
    if run.folder:
        return open_package(settings.INTAKE_DIR / run.folder, timezone.localdate())
    if run.sealed_under is None:
        raise FileNotFoundError
    unsealed = BytesIO()
    for chunk in storage.read(run.sealed_under, run.storage_key):
        unsealed.write(chunk)
    return open_package(Zip(unsealed), timezone.localdate())


def _keep(run: ImportRun, outcome: Outcome) -> None:
    """Keep the counts and, without a word of any row, where the problems are."""
    known = outcome.imported + outcome.unchanged
    imported = outcome.imported if run.dry_run else _imported(run)
    ImportRun.objects.filter(pk=run.pk).update(
        imported=imported,
        unchanged=known - imported,
        refused=outcome.refused,
        problems=[
            {"file": p.file, "line": p.line, "reference": p.reference, "field": p.field, "code": p.code}
            for p in outcome.problems[:PROBLEMS_KEPT]
        ],
    )


def _imported(run: ImportRun) -> int:
    """Return how many came in by this run, from the access log: also those before a restart, counted once."""
    lines = AccessEvent.objects.filter(actor_id=run.job.started_by_id, occurred_at__gte=run.job.made_at)
    return lines.filter(action=AccessEvent.Action.IMPORT).count()
