"""Recertification: the lead confirms who is in a care team, every so many months; what is not confirmed lapses.

Every grant ends at the latest so many months after it was given or confirmed (`access.confirmed_until`), so that
lapsing needs no task: an end that has passed does not count when somebody asks.
"""

from dataclasses import dataclass
from datetime import date, timedelta
from threading import Lock
from uuid import UUID

from cachetools import TTLCache, cached
from django.db import models, transaction
from django.db.models import Exists, F, OuterRef, Q, QuerySet
from django.db.models.functions import Least
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from casefiles import access, journal, mailing
from casefiles.access import EMERGENCY, Ability, require, visible_to
from casefiles.lifecycle import fence
from casefiles.membership import PRESENT
from casefiles.models import AccessEvent, Dossier, DossierGroupGrant, DossierUserGrant, Reminder, Role, User

AHEAD = timedelta(days=30)  # so long before access lapses the lead is asked
COUNT_SECONDS = 60  # the number stands in the navigation of every page: it is this old at most
KIND = "care_team"
GRANTS: tuple[type[DossierUserGrant] | type[DossierGroupGrant], ...] = (DossierUserGrant, DossierGroupGrant)


@dataclass(frozen=True, slots=True)
class Confirmed:
    """How many grants a confirmation prolonged, and how many it ended."""

    kept: int
    ended: int


def _lapsing(grants: type[DossierUserGrant] | type[DossierGroupGrant]) -> QuerySet[models.Model]:
    """Return the grants that lapse soon for want of a confirmation, and not because their own end comes."""
    now = timezone.now()
    soon = Q(until__gt=now, until__lte=now + AHEAD)
    unfinished = Q(wanted_until__isnull=True) | Q(wanted_until__gt=F("until"))
    return grants._default_manager.filter(soon, unfinished).exclude(reason=EMERGENCY)


def waiting_for(user: User) -> QuerySet[Dossier]:
    """Return the dossiers that the person leads and whose team waits to be confirmed."""
    own = DossierUserGrant.objects.filter(user=user, permission__codename=Ability.LEAD, until__gt=timezone.now())
    # from the person's own grants: their index, and not a look at every dossier
    return visible_to(user, Ability.LEAD).filter(_waits(), pk__in=own.values("content_object"))


def _waits() -> Q:
    here = {"content_object": OuterRef("pk")}
    return Q(Exists(_lapsing(DossierUserGrant).filter(**here))) | Q(Exists(_lapsing(DossierGroupGrant).filter(**here)))


@cached(TTLCache(4096, COUNT_SECONDS), key=lambda user: user.pk, lock=Lock())
def number_waiting(user: User) -> int:
    """Return how many care teams wait, for the navigation: one's own, and for a team lead those of the team.

    Counted no further than a hundred of each: two statements that each have an index, which one with OR has not.
    """
    return len({pk for found in (waiting_for(user), of_team(user)) for pk in found.values_list("pk", flat=True)[:100]})


def of_team(user: User) -> QuerySet[Dossier]:
    """Return the dossiers of a team lead's teams whose care team waits for who leads the case: metadata only."""
    if user.role != Role.TEAM_LEAD:
        return Dossier.objects.none()
    return Dossier.objects.present().filter(_waits(), team__group__user=user)


def confirm(dossier: Dossier, *, by: User, ended: frozenset[int] = frozenset()) -> Confirmed:
    """Confirm a care team for the organisation's number of months; `ended` are the ids of people who leave it.

    Nobody's own end is moved: only the lapsing. Raises Refused and NotWritable.
    """
    require(by, Ability.LEAD, dossier)
    until = access.confirmed_until()
    with transaction.atomic():
        locked = fence(dossier.pk, *PRESENT)
        now = timezone.now()
        leaving = DossierUserGrant.objects.filter(content_object=locked, user__in=ended - {by.pk}, until__gt=now)
        gone = leaving.update(until=now)
        kept = 0
        for grants in GRANTS:
            living = grants._default_manager.filter(content_object=locked, until__gt=now).exclude(reason=EMERGENCY)
            kept += living.update(until=Least(until, F("wanted_until")))  # PostgreSQL's LEAST leaves NULL out
        journal.record(AccessEvent.Action.CONFIRM, by, locked.pk, ground="care team", kept=kept, ended=gone)
    return Confirmed(kept, gone)


def confirm_many(ids: list[UUID], *, by: User) -> int:
    """Confirm the teams of those of these dossiers that wait for this person; return how many."""
    waiting = list(waiting_for(by).filter(pk__in=ids))
    for dossier in waiting:
        confirm(dossier, by=by)
    return len(waiting)


def shorten() -> None:
    """Let nothing last longer than the organisation's number of months from now, after that number was lowered."""
    lapses = access.confirmed_until()
    for grants in GRANTS:
        grants._default_manager.filter(until__gt=lapses).update(
            wanted_until=models.functions.Coalesce("wanted_until", "until"), until=lapses
        )


def remind(today: date) -> int:
    """Mail every lead whose teams wait, at most once a week; return how many mails went. Safe to run twice."""
    week = today - timedelta(days=today.weekday())
    leading = DossierUserGrant.objects.filter(permission__codename=Ability.LEAD, until__gt=timezone.now())
    by_person, by_team = (_lapsing(grants).values("content_object") for grants in GRANTS)
    asked = leading.filter(Q(content_object__in=by_person) | Q(content_object__in=by_team))
    leads = User.objects.filter(is_active=True, pk__in=asked.values("user"))
    return sum(_remind(user, week) for user in leads)


def _remind(user: User, week: date) -> int:
    _row, new = Reminder.objects.get_or_create(user=user, kind=KIND, week=week)
    if not new:
        return 0
    return mailing.tell([user], SUBJECT, TEXT)


SUBJECT = _("Care teams wait for you to confirm them")
TEXT = _(
    "Log in to Goed Vertrouwen and open “My case load”: care teams of dossiers that you lead wait for your "
    "confirmation. Access that is not confirmed in time ends by itself."
)
