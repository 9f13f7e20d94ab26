"""A reason before reading: asked once per session for a dossier that is closed or that its lead marked as sensitive."""

from typing import Any
from uuid import UUID

from django.contrib.sessions.backends.base import SessionBase
from django.db import models, transaction
from django.utils.translation import gettext_lazy as _

from casefiles import journal
from casefiles.access import Ability, require
from casefiles.lifecycle import fence
from casefiles.membership import PRESENT
from casefiles.models import AccessEvent, Dossier, User

KEY = "reasons"
MOST = 200  # kept in a session; the oldest makes place, and is asked again


class Reason(models.TextChoices):
    """Why somebody opens a closed or sensitive dossier: a code, which stands in the access log."""

    CARE = "care", _("for care or aftercare that goes on")
    REQUEST = "request", _("Request of the data subject")
    COMPLAINT = "complaint", _("for a complaint, objection or court case")
    RETENTION = "retention", _("to judge whether it must be kept or destroyed")
    SUPERVISION = "supervision", _("for supervision, quality or inspection")


class ReasonNeeded(Exception):
    """This dossier is opened with a reason: the page that asks for it comes first."""

    def __init__(self, dossier_id: UUID) -> None:
        super().__init__(str(dossier_id))
        self.dossier_id = dossier_id


def needs_reason(session: SessionBase, dossier: Dossier) -> bool:
    """Tell whether this session must give a reason before it reads the dossier."""
    special = dossier.ask_reason or dossier.status == Dossier.Status.CLOSED
    return special and dossier.pk.hex not in session.get(KEY, {})


def remember(session: SessionBase, dossier_id: UUID, reason: str) -> None:
    """Let this session read the dossier from now on."""
    known: dict[str, Any] = {**session.get(KEY, {}), dossier_id.hex: str(reason)}
    session[KEY] = dict(list(known.items())[-MOST:])


def give_reason(session: SessionBase, dossier: Dossier, reason: Reason, *, by: User) -> None:
    """Write the reason in the access log, and let this session read."""
    basis = getattr(dossier, "basis", "")
    journal.record(AccessEvent.Action.REASON, by, dossier.pk, ground=reason, basis=basis)
    remember(session, dossier.pk, reason)


def mark(dossier: Dossier, *, ask_reason: bool, by: User) -> None:
    """Mark a dossier as sensitive, or end that; who leads the case decides. Raises Refused and NotWritable."""
    require(by, Ability.LEAD, dossier)
    with transaction.atomic():
        locked = fence(dossier.pk, *PRESENT)
        if Dossier.objects.filter(pk=locked.pk, ask_reason=not ask_reason).update(ask_reason=ask_reason):
            journal.record(AccessEvent.Action.CHANGE, by, locked.pk, ground="sensitive", ask_reason=ask_reason)
