"""Closing and reopening a dossier."""

from collections.abc import Iterable
from datetime import date

from django.db import transaction
from django.utils import timezone

from casefiles import journal
from casefiles.access import Ability, require
from casefiles.lifecycle.fencing import fence
from casefiles.models import AccessEvent, Dossier, User
from casefiles.signals import dossier_closed, dossier_reopened


def close(dossier: Dossier, closed_on: date, *, by: User, confirmed: Iterable[str] = ()) -> None:
    """Close a dossier on a date; whether that starts its term is its rule's to say.

    `confirmed` are the codes of the checklist that the person went through. Raises Refused and NotWritable.
    """
    require(by, Ability.LEAD, dossier)
    with transaction.atomic():
        locked = fence(dossier.pk)
        locked.status, locked.closed_on = Dossier.Status.CLOSED, closed_on
        locked.save(update_fields=["status", "closed_on"])
        journal.record(AccessEvent.Action.CLOSE, by, locked.pk, confirmed=sorted(confirmed))
        dossier_closed.send(Dossier, dossier=locked, by=by)


def reopen(dossier: Dossier, reason: str, *, by: User) -> None:
    """Reopen a closed dossier; `reason` is a code. Reopening is itself a substantive change."""
    require(by, Ability.LEAD, dossier)
    with transaction.atomic():
        locked = fence(dossier.pk, Dossier.Status.CLOSED)
        locked.status, locked.closed_on = Dossier.Status.OPEN, None
        locked.last_change_on = max(locked.last_change_on, timezone.localdate())
        locked.save(update_fields=["status", "closed_on", "last_change_on"])
        journal.record(AccessEvent.Action.REOPEN, by, locked.pk, ground=reason)
        dossier_reopened.send(Dossier, dossier=locked, by=by)
