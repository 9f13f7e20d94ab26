"""The way of a dossier to an archive: asked for, packed, handed over, confirmed. One function, one log line each.

Our copy is destroyed the ordinary way afterwards: on a list, approved by two, in the order of destruction.
"""

import logging
from collections.abc import Iterator
from hashlib import sha256
from io import RawIOBase
from typing import IO, Any, cast
from uuid import UUID

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from casefiles import jobs, journal, storage
from casefiles.access import Ability, can, refuse
from casefiles.lifecycle.fencing import fence
from casefiles.models import AccessEvent, Document, Dossier, Entry, Job, User
from casefiles.signals import dossier_reopened
from retention import timing
from retention.lists import OFFICERS
from retention.models import Clock, Transfer
from retention.schedule import Action
from retention.states import ClockState
from retention.transfer import content

KIND = GROUND = "transfer"

log = logging.getLogger(__name__)


class NotNow(Exception):
    """This step is not possible now; the message says why and what to do."""


def may_arrange(user: User) -> bool:
    """Tell whether a person asks for packages and records what receivers answer."""
    return user.is_active and user.role in OFFICERS


def may_hand_over(user: User, dossier: Dossier) -> bool:
    """Tell whether a person may take the package out: who leads the case; with treatment secrets, who treats."""
    secret = Entry.objects.filter(dossier=dossier, treatment_secret=True).exists()
    secret = secret or Document.objects.filter(dossier=dossier, treatment_secret=True).exists()
    return can(user, Ability.TREAT if secret else Ability.LEAD, dossier)


def ask(dossier: Dossier, receiver: str, *, by: User) -> Transfer:
    """Ask for the package of a dossier whose rule says transfer and whose term has passed.

    Raises Refused, NotWritable while it is open, and NotNow.
    """
    _require_officer(by, dossier)
    if timing.rule_in_force(dossier.kind).rule.action is not Action.TRANSFER:
        raise NotNow(_("The retention rule of this dossier does not say that it is transferred."))
    try:
        with transaction.atomic():
            fence(dossier.pk, Dossier.Status.CLOSED)
            if not Clock.objects.filter(dossier=dossier, state=ClockState.DUE, held=0).exists():
                raise NotNow(_("The term of this dossier has not passed, or a hold covers it."))
            job = Job.objects.create(kind=KIND, started_by=by, total=content.count(dossier))
            made = Transfer.objects.create(dossier=dossier, job=job, receiver=receiver, asked_by=by)
            journal.record(AccessEvent.Action.EXPORT, by, dossier.pk, ground=GROUND, receiver=receiver)
    except IntegrityError as error:
        raise NotNow(_("A transfer of this dossier is under way already.")) from error
    return made


def waiting() -> list[UUID]:
    """Return the jobs of packages that nobody is making now."""
    return list(Job.objects.filter(jobs.free(), kind=KIND).values_list("pk", flat=True))


def carry_out(job_id: UUID) -> None:
    """Make one package, sealed under the dossier's key while it is written; safe to run twice."""
    progress = jobs.take(job_id)
    if progress is None:
        return
    transfer = Transfer.objects.select_related("dossier__team").filter(job=job_id).first()
    if transfer is None:
        progress.fail("withdrawn")
        return
    try:
        _make(transfer, progress)
    except Exception as error:
        progress.fail(type(error).__name__)
        raise
    progress.finish()


class _Sink(RawIOBase):
    """Seals and digests what is written to it; a zip that finds it cannot seek does not try."""

    def __init__(self, sealing: storage.Sealing) -> None:
        super().__init__()
        self.sealing, self.digest = sealing, sha256()

    def writable(self) -> bool:
        return True

    def write(self, plain: Any) -> int:
        self.sealing.write(bytes(plain))
        self.digest.update(plain)
        return len(plain)


def _make(transfer: Transfer, progress: jobs.Progress) -> None:
    dossier, left = transfer.dossier, transfer.package
    transfer.package = storage.new_key(dossier.pk)
    transfer.save(update_fields=["package"])  # first: a file that no row knows of would stay until the dossier goes
    if left:
        storage.erase(left)
    sealing = storage.Sealing(dossier.pk, transfer.package, dossier.facts.subject_secret)
    sink = _Sink(sealing)
    try:
        for _done in content.write(dossier, transfer.receiver, cast("IO[bytes]", sink)):
            progress.advance()
        stored = sealing.finish()
        _keep(transfer, sink.digest.hexdigest(), stored.size)
    except BaseException:
        sealing.abandon()
        raise


def _keep(transfer: Transfer, checksum: str, size: int) -> None:
    """Make a written package the transfer's own. Raises NotWritable, and NotNow when it was taken back meanwhile."""
    with transaction.atomic():
        fence(transfer.dossier_id, Dossier.Status.CLOSED)
        same = Transfer.objects.filter(pk=transfer.pk, package=transfer.package, checksum="")
        if not same.update(checksum=checksum, size=size):
            raise NotNow(_("The transfer was taken back."))


def handed_over(dossier: Dossier, *, by: User) -> tuple[Transfer, Iterator[bytes]]:
    """Record who takes the package out, and return it with its plain bytes. Raises Refused and NotNow."""
    if not may_hand_over(by, dossier):
        refuse(by, GROUND, dossier)
    with transaction.atomic():
        found = Transfer.objects.select_for_update().filter(dossier=dossier).exclude(checksum="").first()
        if found is None:
            raise NotNow(_("There is no package yet."))
        if found.confirmed_by_id is None:
            found.handed_by, found.handed_at = by, timezone.now()
            found.save(update_fields=["handed_by", "handed_at"])
        journal.record(AccessEvent.Action.DOWNLOAD, by, dossier.pk, ground=GROUND)
    return found, storage.read(dossier.pk, found.package)


def confirm(dossier: Dossier, checksum: str, statement: str, *, by: User) -> None:
    """Record that the receiver has the package whole: by its own checksum, and the number of its statement.

    Raises Refused, and NotNow for a checksum that is not the package's and for who handed it over.
    """
    _require_officer(by, dossier)
    with transaction.atomic():
        found = Transfer.objects.select_for_update().filter(dossier=dossier, confirmed_by=None).first()
        if found is None or found.handed_by_id is None:
            raise NotNow(_("There is no package that was handed over and waits for its receiver."))
        if found.handed_by_id == by.pk:
            raise NotNow(_("Somebody else than who handed it over records the confirmation."))
        if found.checksum != checksum.strip().lower():
            raise NotNow(_("This is not the checksum of the package: what arrived is not what was sent. "
                           "Hand it over again."))  # fmt: skip
        found.confirmed_by, found.confirmed_at, found.statement = by, timezone.now(), statement
        found.save(update_fields=["confirmed_by", "confirmed_at", "statement"])
        journal.record(AccessEvent.Action.CONFIRM, by, dossier.pk, ground=GROUND, statement=statement)


def withdraw(dossier: Dossier, *, by: User) -> None:
    """Take a transfer back and erase its package, until our copy is being destroyed. Raises Refused and NotWritable."""
    _require_officer(by, dossier)
    with transaction.atomic():
        _forget(fence(dossier.pk, Dossier.Status.CLOSED))
        journal.record(AccessEvent.Action.WITHDRAW, by, dossier.pk, ground=GROUND)


def _forget(dossier: Dossier) -> None:
    keys = [key for key in Transfer.objects.filter(dossier=dossier).values_list("package", flat=True) if key]
    Transfer.objects.filter(dossier=dossier).delete()
    for key in keys:
        transaction.on_commit(lambda key=key: storage.erase(key))  # type: ignore[misc] # mypy cannot infer a default


def _require_officer(user: User, dossier: Dossier) -> None:
    if not may_arrange(user):
        refuse(user, GROUND, dossier)


def _on_reopening(sender: object, dossier: Dossier, **extra: object) -> None:
    _forget(dossier)  # what is written from now on is not in the package


def connect() -> None:
    """Void the package of a dossier that is reopened; call it from AppConfig.ready()."""
    dossier_reopened.connect(_on_reopening, dispatch_uid="retention.transfer")
