"""Imports in the browser: a package is picked or uploaded, judged without writing, and taken in by the worker.

An uploaded package is sealed while it streams, under a key that is made for it alone, and is unsealed only in the
worker's memory. The key is shredded and the file erased when the import is done, or after a day.
"""

from datetime import timedelta
from uuid import uuid4

from django.conf import settings
from django.db import transaction
from django.db.models import Exists, OuterRef
from django.utils import timezone
from django.utils.translation import gettext as _

from casefiles import access, storage
from casefiles.models import ImportRun, Job, Role, User
from casefiles.vault import keys

KIND = "import"
KEPT = timedelta(days=1)
UPLOADING = "uploading"


class NotNow(Exception):
    """This step is not possible now; the message says why and what to do."""


def require_administrator(user: User) -> None:
    """Raise Refused, and log it, unless the person may import."""
    if not user.is_active or user.role != Role.ADMINISTRATOR:
        access.refuse(user, "import")


def folders() -> list[str]:
    """Return the names of the packages that lie ready in the intake folder of this installation."""
    try:
        found = [path.name for path in settings.INTAKE_DIR.iterdir() if (path / "package.json").is_file()]
    except OSError:
        return []
    return sorted(found)


def pick(folder: str, *, by: User) -> ImportRun:
    """Begin the dry run of a package in the intake folder. Raises Refused, and NotNow when it is not there."""
    require_administrator(by)
    if folder not in folders():
        raise NotNow(_("This package is no longer in the intake folder. Choose another one."))
    return _begin(by, folder=folder, package_name=folder[:120])


def _begin(by: User, problem: str = "", **values: object) -> ImportRun:
    with transaction.atomic():
        job = Job.objects.create(kind=KIND, started_by=by, problem=problem)
        return ImportRun.objects.create(job=job, **values)


class Receiving:
    """A package that is being uploaded: write() its plain chunks, then finish() or abandon() it.

    The row comes first and the key second: whatever a killed process leaves is known, and expires.
    """

    def __init__(self, *, by: User) -> None:
        require_administrator(by)
        sealed_under = uuid4()
        self.run = _begin(by, UPLOADING, sealed_under=sealed_under, storage_key=storage.new_key(sealed_under))
        keys.create([sealed_under])
        self._sealing = storage.Sealing(sealed_under, self.run.storage_key, sealed_under.bytes)
        self._finished = False

    @property
    def size(self) -> int:
        """How many plain bytes came in so far."""
        return self._sealing.size

    def write(self, chunk: bytes) -> None:
        """Seal the next plain bytes into the store. Raises OSError when the store is full."""
        self._sealing.write(chunk)

    def finish(self) -> ImportRun:
        """Store the end; from now on the worker may judge the package."""
        self._sealing.finish()
        Job.objects.filter(pk=self.run.pk, problem=UPLOADING).update(problem="")
        self._finished = True
        return self.run

    def abandon(self) -> None:
        """Erase what came in, with its key and its rows; safe to repeat, and harmless once finished."""
        if self._finished:
            return
        self._finished = True
        self._sealing.abandon()
        erase(self.run)
        Job.objects.filter(pk=self.run.pk, problem=UPLOADING).delete()


def start(judged: ImportRun, *, by: User) -> ImportRun:
    """Begin the import of a package after its dry run; asked twice, it is the same import.

    Raises Refused, and NotNow when the dry run is not done, the upload is gone, or another import is under way.
    """
    require_administrator(by)
    with transaction.atomic():
        job = Job.objects.select_for_update().get(pk=judged.pk)
        _check_kept(judged)
        same = ImportRun.objects.filter(folder=judged.folder, sealed_under=judged.sealed_under, dry_run=False)
        again = same.filter(job__made_at__gt=job.made_at).exclude(job__state=Job.State.FAILED).first()
        if again is not None:
            return again
        _check_start(judged, job)
        return _begin(
            by,
            dry_run=False,
            package_name=judged.package_name,
            folder=judged.folder,
            storage_key=judged.storage_key,
            sealed_under=judged.sealed_under,
        )


def _check_kept(judged: ImportRun) -> None:
    if not judged.folder and judged.sealed_under is None:
        raise NotNow(_("The uploaded package was erased. Upload it once more."))


def _check_start(judged: ImportRun, job: Job) -> None:
    if not judged.dry_run or job.state != Job.State.DONE:
        raise NotNow(_("The package must be checked to the end first."))
    if ImportRun.objects.filter(dry_run=False, job__state__in=[Job.State.WAITING, Job.State.RUNNING]).exists():
        raise NotNow(_("Another import is under way. Wait until it is done and start again."))


def discard(run: ImportRun, *, by: User) -> None:
    """Erase an uploaded package now. Raises Refused, and NotNow while it is being read."""
    require_administrator(by)
    sharing = ImportRun.objects.filter(sealed_under=run.sealed_under, job__state=Job.State.RUNNING)
    if run.sealed_under is None or sharing.exists():
        raise NotNow(_("There is nothing to erase now."))
    erase(run)


def expire() -> int:
    """Erase the uploads that are older than a day; return how many."""
    ended = ImportRun.objects.exclude(sealed_under=None).filter(job__made_at__lt=timezone.now() - KEPT)
    younger = ImportRun.objects.filter(
        sealed_under=OuterRef("sealed_under"), job__made_at__gte=timezone.now() - KEPT
    ).exclude(job__state__in=[Job.State.DONE, Job.State.FAILED])
    expired = list(ended.filter(~Exists(younger)))
    for run in expired:
        erase(run)
    Job.objects.filter(kind=KIND, problem=UPLOADING, made_at__lt=timezone.now() - KEPT).delete()
    return len(expired)


def erase(run: ImportRun) -> None:
    """Erase an uploaded package; safe to repeat. The key first: from then on nobody can read its file."""
    if run.sealed_under is None:
        return
    keys.shred([run.sealed_under])
    storage.erase_all(run.sealed_under)
    ImportRun.objects.filter(sealed_under=run.sealed_under).update(sealed_under=None, storage_key="")
