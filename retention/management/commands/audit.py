"""audit [--as USER]: check the whole log, now."""

import threading
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import connections
from django.utils.translation import gettext as _

from casefiles import jobs
from casefiles.access import Refused
from casefiles.models import Job
from retention.auditing import findings, run
from retention.management.acting import acting_user
from retention.models import LedgerAudit


class Command(BaseCommand):
    """Check every leaf, hash, head, mirror file and inventory of the log against each other."""

    help = "Check the whole transparency log against itself, its mirror and its inventories."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Declare the option."""
        parser.add_argument("--as", dest="user", help="who asks for it (default: the system)")

    def handle(self, *args: Any, **options: Any) -> None:
        """Audit with a bar, and tell what was found. Exit 1 when something is wrong."""
        try:
            job = run.ask(acting_user(options["user"]) if options["user"] else None)
        except Refused as error:
            raise CommandError(str(error)) from None
        worker = threading.Thread(target=_work)
        worker.start()
        jobs.watch(_("leaves"), lambda: self._state(job, worker))
        worker.join()
        self._tell(job)

    def _state(self, job: Job, worker: threading.Thread) -> tuple[jobs.Bar, bool]:
        job.refresh_from_db()
        return jobs.bar_of(job), not worker.is_alive()

    def _tell(self, job: Job) -> None:
        audit = LedgerAudit.objects.filter(job=job).first()
        if audit is None:
            raise CommandError(_("The audit did not come to an end. Somebody else may be doing it; try again."))
        self.stdout.write(
            _("%(size)d leaves, %(checkpoints)d heads, %(inventories)d inventories; %(pending)d dossiers are "
              "under destruction.") % vars(audit)
        )  # fmt: skip
        for found in audit.findings:
            self.stdout.write(findings.words(found))
        if audit.findings:
            raise CommandError(_("The log is not whole."))
        self.stdout.write(_("The log is whole."))


def _work() -> None:
    try:
        run.resume()
    finally:
        connections.close_all()
