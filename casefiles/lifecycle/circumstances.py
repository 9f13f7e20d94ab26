"""The dates that matter to a dossier's retention, and the answers to the questions of its rule."""

from collections.abc import Collection
from dataclasses import replace
from datetime import date

from django.db import transaction
from django.utils.translation import gettext as _

from casefiles import journal
from casefiles.access import Ability, require
from casefiles.lifecycle.fencing import NotWritable, Stale, fence
from casefiles.models import AccessEvent, Circumstances, Dossier, User
from casefiles.signals import dossier_changed

NOT_CLAIMED = (Dossier.Status.OPEN, Dossier.Status.CLOSED)


def change_circumstances(
    dossier: Dossier,
    circumstances: Circumstances,
    end_of_measure_on: date | None,
    also: Collection[str] | None = None,
    *,
    by: User,
) -> None:
    """Write what a person says of a dossier's circumstances, and let its clock follow.

    `also` are the other kinds of records that the file holds; None leaves them. `circumstances.version` is the
    version that the person had open. A closed dossier can be asked as well: it often is the closing that brings a
    missing date to light. It is no substantive change: it says when something happened, and nothing new happened.
    Raises Refused, NotWritable and Stale.
    """
    require(by, Ability.CONTRIBUTE, dossier)
    with transaction.atomic():
        locked = fence(dossier.pk, *NOT_CLAIMED)
        known = locked.facts
        if known is None:
            raise NotWritable(_("This dossier cannot be changed now."))
        if known.circumstances.version != circumstances.version:
            raise Stale(_("Somebody else changed these dates after you opened the form."))
        changed = replace(circumstances, version=circumstances.version + 1)
        locked.facts = replace(known, circumstances=changed)
        locked.end_of_measure_on = end_of_measure_on
        if also is not None:
            locked.also = sorted(set(also) - {locked.kind})
        locked.save(update_fields=["facts", "end_of_measure_on", "also"])
        journal.record(AccessEvent.Action.CHANGE, by, locked.pk, ground="dates")
        dossier_changed.send(Dossier, dossier=locked, by=by)
