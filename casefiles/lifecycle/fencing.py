"""The fence of every writer, and what a substantive change does."""

from uuid import UUID

from django.utils import timezone
from django.utils.translation import gettext as _

from casefiles.models import Dossier, User
from casefiles.signals import dossier_changed


class NotWritable(Exception):
    """The dossier is closed, arriving, being destroyed or gone: nothing can be written into it now."""


class Stale(Exception):
    """Somebody else changed it after you opened it. Nothing was written; both texts are still there."""


def fence(dossier_id: UUID, *allowed: Dossier.Status) -> Dossier:
    """Lock a dossier's row until the transaction ends and return it. Raises NotWritable.

    The claim of destruction takes the stronger FOR UPDATE: one of the two always waits for the other.
    """
    dossier = Dossier.objects.select_for_update(no_key=True).filter(pk=dossier_id).first()
    if dossier is None or dossier.status not in (allowed or (Dossier.Status.OPEN,)):
        raise NotWritable(_("This dossier cannot be changed now."))
    return dossier


def substantive_change(dossier: Dossier, by: User | None) -> None:
    """Move the last substantive change to today, and with it the clock (JW 7.3.8(3)); the caller has the fence."""
    dossier.last_change_on = max(dossier.last_change_on, timezone.localdate())
    dossier.save(update_fields=["last_change_on"])
    dossier_changed.send(Dossier, dossier=dossier, by=by)
