"""An audit as a job: asked for by a person or by the night, with progress, safe to repeat."""

import logging
from collections.abc import Callable

from django.conf import settings
from django.db import transaction

from casefiles import access, jobs, journal
from casefiles.access import METADATA_ROLES
from casefiles.models import AccessEvent, Job, User
from retention import sequencer
from retention.auditing import leaves, tree
from retention.auditing.findings import Findings
from retention.auditing.inventories import Absences
from retention.ledger.copy import LogCopy
from retention.ledger.errors import LedgerError
from retention.ledger.whole import WholeTree
from retention.models import LedgerAudit

KIND = "ledger_audit"
_UNFINISHED = (Job.State.WAITING, Job.State.RUNNING)

log = logging.getLogger(__name__)


def ask(by: User | None) -> Job:
    """Return the audit under way, made when there is none; by None it is the night's. Raises Refused."""
    if by is not None and (not by.is_active or by.role not in METADATA_ROLES):
        access.refuse(by, "audit")
    with transaction.atomic():
        sequencer.lock()  # two who ask at once get the same one
        waiting = Job.objects.filter(kind=KIND, state__in=_UNFINISHED).first()
        if waiting:
            return waiting
        if by is not None:
            journal.record(AccessEvent.Action.READ, by, ground="audit")
        return Job.objects.create(kind=KIND, started_by=by)


def resume() -> LedgerAudit | None:
    """Do the audit that waits, or that a killed worker left; None when there is none."""
    job = Job.objects.filter(jobs.free(), kind=KIND).first()
    progress = jobs.take(job.pk) if job else None
    return _carry_out(progress) if progress else None


def _carry_out(progress: jobs.Progress) -> LedgerAudit:
    findings = Findings()
    absences = Absences(findings)
    size = sequencer.tree_size()  # after the living were listed: who went meanwhile is in the leaves
    progress.expect(size)
    mirror = _mirror(findings) if size else None

    def told(start: int, stated: list[leaves.Stated]) -> None:
        absences.told(start, stated)
        progress.advance(len(stated))

    def beat() -> None:
        progress.advance(0)

    whole = WholeTree(leaves.read(size, mirror, findings, told))
    beat()
    checkpoints = _check_tree(whole, size, findings, mirror, beat)
    with transaction.atomic():
        counts = {"size": size, "checkpoints": checkpoints, "inventories": absences.count, "pending": absences.judge()}
        found = {**counts, "findings": findings.listed}
        audit, _new = LedgerAudit.objects.update_or_create(job=progress.job, defaults=found)
        progress.finish(findings.count)
    if findings.count:
        log.error("the audit of the log found %d things wrong: see the page of the log", findings.count)
    return audit


def _check_tree(
    whole: WholeTree, size: int, findings: Findings, mirror: LogCopy | None, beat: Callable[[], None]
) -> int:
    """Check all that stands on the leaves, unless some are missing: then every hash above them would differ."""
    if whole.size != size or not size:
        return 0
    tree.check_nodes(whole, findings)
    beat()
    tree.check_proofs(whole, findings)
    if mirror:
        tree.check_mirror(whole, mirror, findings, beat)
    return tree.check_heads(whole, findings, beat)


def _mirror(findings: Findings) -> LogCopy | None:
    try:
        return LogCopy(settings.MIRROR_DIR)
    except LedgerError:
        findings.add("mirror_missing", "checkpoint")
        return None
