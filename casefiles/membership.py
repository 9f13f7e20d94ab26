"""Changing a care team: giving access and taking it back. One function each: check, change, log line.

The lead of a case decides; nobody gives themselves anything.
"""

from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import models, transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from casefiles import access
from casefiles.access import METADATA_ROLES, Ability, require
from casefiles.lifecycle import NotWritable, fence
from casefiles.models import AccessNote, Dossier, DossierUserGrant, NoteFacts, Team, User

PRESENT = (Dossier.Status.OPEN, Dossier.Status.CLOSED)
LONGEST = timedelta(days=366)


class Reason(models.TextChoices):
    """Why somebody is given access: a code, which stands in the access log."""

    WORKS = "works", gettext_lazy("works on this case")
    CONSULTED = "consulted", gettext_lazy("is consulted")
    TREATS = "treats", gettext_lazy("treats the young person")
    SUPERVISES = "supervises", gettext_lazy("guides or supervises")
    TAKES_OVER = "takes_over", gettext_lazy("takes the case over")


class NotPossible(Exception):
    """This access cannot be given or taken; the message says why and what to do."""


@dataclass(frozen=True, slots=True)
class Access:
    """What is given: to whom, until when, why; `note` is the explanation in words, kept sealed."""

    to: User | Team
    ability: Ability
    until: datetime
    reason: Reason
    note: str = ""


def give(dossier: Dossier, given: Access, *, by: User) -> None:
    """Give a person or team access until a moment. Raises Refused, NotWritable and NotPossible."""
    require(by, Ability.LEAD, dossier)
    _check(given, by)
    with transaction.atomic():
        locked = fence(dossier.pk, *PRESENT)
        access.grant(given.to, given.ability, locked, until=given.until, reason=given.reason, by=by)
        _explain(locked, str(given.to), given.note, by)


def give_many(dossiers: Iterable[Dossier], given: Access, *, by: User) -> int:
    """Give the same access on each dossier where that may be, and return on how many. Raises NotPossible.

    One that somebody does not lead, or that is being destroyed meanwhile, does not hold up the others.
    """
    done = 0
    for dossier in dossiers:
        with suppress(access.Refused, NotWritable):
            give(dossier, given, by=by)
            done += 1
    return done


def _check(given: Access, by: User) -> None:
    if not timezone.now() < given.until <= timezone.now() + LONGEST:
        raise NotPossible(_("Choose a day after today, at most a year from now."))
    if isinstance(given.to, Team):
        if given.ability in {Ability.LEAD, Ability.TREAT}:
            raise NotPossible(_("A team can read or write. Leading a case and treating are for one person."))
        return
    if given.to.pk == by.pk:
        raise NotPossible(_("You cannot give access to yourself. Ask a colleague who leads this case."))
    if not given.to.is_active or given.to.role in METADATA_ROLES:
        raise NotPossible(_("This person works without seeing content, or has left."))
    if given.ability == Ability.TREAT and not given.to.treating:
        raise NotPossible(_("Only for a registered treating professional: the administrator records who is."))


def withdraw(dossier: Dossier, of: User | Team, *, by: User) -> None:
    """Take away what a person or team was given on this dossier. Raises Refused, NotWritable and NotPossible.

    The last one who leads stays until somebody else does: a case without lead is nobody's.
    """
    require(by, Ability.LEAD, dossier)
    with transaction.atomic():
        locked = fence(dossier.pk, *PRESENT)
        if isinstance(of, User) and not leads_beside(locked, of):
            raise NotPossible(_("This is the only one who leads the case. Give somebody else the lead first."))
        access.revoke(of, locked, by=by)


def leads_beside(dossier: Dossier, user: User) -> bool:
    """Tell whether somebody else leads the case, or this person does not."""
    leading = DossierUserGrant.objects.filter(
        content_object=dossier, permission__codename=Ability.LEAD, until__gt=timezone.now(), user__is_active=True
    )
    leads = set(leading.values_list("user_id", flat=True))
    return bool(leads - {user.pk}) or user.pk not in leads


def _explain(dossier: Dossier, about: str, note: str, by: User) -> None:
    if note:
        AccessNote.objects.create(dossier=dossier, written_by=by, facts=NoteFacts(about=about, text=note))
