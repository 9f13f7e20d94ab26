"""`rotate_keys`: replace the root key, so that no backup from before opens what was destroyed."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _
from tqdm import tqdm

from casefiles import jobs, rotation
from casefiles.models import Job
from casefiles.vault import escrow
from casefiles.vault.models import KeyEpoch


class Command(BaseCommand):
    """Exit code 0: rotated. 1: it had to stop, and no root key was destroyed; the message says what to do."""

    help = "Replaces the root key: rewraps and opens every living key, tests a vault backup, destroys the old root key."

    def handle(self, *args: Any, **options: Any) -> None:
        """Rotate in this process, with a bar, or go on with a rotation that was interrupted."""
        job = rotation.ask(None)
        with tqdm(unit=_("keys"), disable=None) as bar:
            rotation.carry_out(job.pk, lambda moved: _show(bar, moved))
        job.refresh_from_db()
        if job.state == Job.State.FAILED:
            raise CommandError(rotation.explained(job.problem))
        if job.state != Job.State.DONE:
            raise CommandError(_("A worker is rotating at this moment: the page of the keys shows how far it is."))
        for epoch in KeyEpoch.objects.order_by("number"):
            self.stdout.write(f"{epoch.number} {epoch.get_state_display()} {epoch.evidence}".rstrip())
        if not escrow.is_ready():
            self.stderr.write(
                _("There is no escrow: whoever loses the root key loses every dossier. Make a recovery_key.")
            )


def _show(bar: "tqdm[Any]", moved: jobs.Bar) -> None:
    bar.total = moved.total
    bar.update(moved.done - bar.n)
