"""Arranging who stands in for whom during leave. The rights follow at query time (casefiles/access.py)."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from casefiles import access, journal
from casefiles.access import METADATA_ROLES
from casefiles.membership import NotPossible
from casefiles.models import AccessEvent, Role, Substitution, User

LONGEST = timedelta(days=366)


@dataclass(frozen=True, slots=True)
class Window:
    """Who is away and who stands in, from one moment until another, and why."""

    absent: User
    substitute: User
    starts_at: datetime
    ends_at: datetime
    reason: Substitution.Reason


def workers() -> QuerySet[User]:
    """Return those who can have a case load."""
    return User.objects.filter(is_active=True).exclude(role__in=METADATA_ROLES).order_by("name")


def spoken_for(user: User) -> QuerySet[User]:
    """Return whose case load a person may speak for: their own, of their teams as a lead, all as administrator."""
    if user.role == Role.ADMINISTRATOR:
        return workers()
    if user.role != Role.TEAM_LEAD:
        return workers().filter(pk=user.pk)
    shared = User.groups.through.objects.filter(
        group__in=user.groups.filter(team__isnull=False).values("pk"), user=OuterRef("pk")
    )
    return workers().filter(Q(pk=user.pk) | Exists(shared))


def may_arrange_for(user: User, absent: User) -> bool:
    """Tell whether a person may speak for another's case load."""
    return user.is_active and spoken_for(user).filter(pk=absent.pk).exists()


def arrange(window: Window, *, by: User) -> Substitution:
    """Arrange a substitution; the same again is the same one. Raises Refused and NotPossible."""
    if not may_arrange_for(by, window.absent):
        access.refuse(by, "substitution")
    _check(window, by)
    with transaction.atomic():
        list(User.objects.select_for_update().filter(pk=window.absent.pk))  # two at once would overlap
        overlapping = Substitution.objects.filter(
            absent=window.absent, starts_at__lt=window.ends_at, ends_at__gt=window.starts_at
        )
        known = overlapping.first()
        if known is not None and known.substitute_id != window.substitute.pk:
            raise NotPossible(_("Somebody else stands in during part of this time. End that first."))
        if known is not None:
            return known
        values = {name: getattr(window, name) for name in Window.__dataclass_fields__}
        made = Substitution.objects.create(**values, arranged_by=by)
        ends = window.ends_at.isoformat()
        about: dict[str, Any] = {"absent": window.absent.pk, "substitute": window.substitute.pk, "ends": ends}
        journal.record(AccessEvent.Action.SUBSTITUTE, by, ground=window.reason, **about)
    return made


def _check(window: Window, by: User) -> None:
    if window.substitute.pk == window.absent.pk:
        raise NotPossible(_("Choose somebody else: nobody stands in for themselves."))
    if window.substitute.pk == by.pk and window.absent.pk != by.pk:
        raise NotPossible(_("You cannot give yourself somebody else's case load. Ask them or another lead."))
    if not workers().filter(pk=window.substitute.pk).exists():
        raise NotPossible(_("This person works without seeing content, or has left."))
    if not timezone.now() < window.ends_at <= timezone.now() + LONGEST or window.starts_at > window.ends_at:
        raise NotPossible(_("Choose a last day after the first one, at most a year from now."))


def end(substitution: Substitution, *, by: User) -> None:
    """End a substitution now, or take one back that has not begun; doing it twice changes nothing. Raises Refused."""
    if not may_arrange_for(by, substitution.absent):
        access.refuse(by, "substitution")
    now = timezone.now()
    with transaction.atomic():
        row = Substitution.objects.filter(pk=substitution.pk, ends_at__gt=now)
        began = row.filter(starts_at__lte=now).update(ends_at=now)
        ended = began or row.filter(starts_at__gt=now).delete()[0]
        if ended:
            journal.record(AccessEvent.Action.SUBSTITUTE, by, ground="ended", absent=substitution.absent_id)


def concerning(user: User) -> QuerySet[Substitution]:
    """Return the substitutions, going on or coming, that the person may end (`may_end`) or stands in by."""
    mine = Exists(spoken_for(user).filter(pk=OuterRef("absent")))
    found = Substitution.objects.coming().select_related("absent", "substitute").annotate(may_end=mine)
    return found.filter(Q(may_end=True) | Q(absent=user) | Q(substitute=user)).order_by("starts_at")
