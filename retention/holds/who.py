"""Who may place and lift a hold. Anyone who works on a dossier may stop its destruction, until the claim."""

from collections.abc import Collection
from uuid import UUID

from django.db import connection
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils.translation import gettext as _

from casefiles import access
from casefiles.access import METADATA_ROLES, Ability, visible_to
from casefiles.models import Dossier, Role, User
from retention.lists import OFFICERS
from retention.models import Hold, HoldCover, RightsRequest

READERS = METADATA_ROLES | {Role.TEAM_LEAD, Role.CASE_WORKER}


class NotYours(Exception):
    """A hold is lifted by another person than its owner."""


def may_place(user: User) -> bool:
    """Tell whether the person may place holds at all: all but the auditor, who only looks."""
    return user.is_active and user.role != Role.AUDITOR


def may_hold_classes(user: User) -> bool:
    """Tell whether the person may hold a whole class of dossiers, those that come later included."""
    return user.is_active and user.role in OFFICERS


def holdable(user: User, reason: str) -> QuerySet[Dossier]:
    """Return the dossiers on which the person may place a hold for this reason, claimed ones included.

    A claimed one is there to be told that it is too late. `good_care` belongs to who treats the young person
    (JW 7.3.8(3): "or as much longer as good care requires"): whoever writes in or leads the dossier.
    """
    if reason == Hold.Reason.GOOD_CARE:
        return visible_to(user, Ability.CONTRIBUTE)
    arrived = Dossier.objects.exclude(status=Dossier.Status.ARRIVING)
    if not user.is_active or user.role == Role.AUDITOR:
        return Dossier.objects.none()
    if user.role in METADATA_ROLES:
        return arrived
    return arrived.filter(Q(pk__in=visible_to(user).values("pk")) | _of_own_team(user))


def _of_own_team(user: User) -> Q:
    """Return the condition for what a lead answers for, and for what of the own team is already claimed."""
    if user.role == Role.TEAM_LEAD:
        return Q(team__group__user=user)
    return Q(team__group__user=user, status=Dossier.Status.DESTROYING)


def require_holdable(user: User, reason: str, dossier_ids: Collection[UUID]) -> None:
    """Raise Refused, and log it, when one of these dossiers is not the person's to hold. Ids of nothing pass."""
    known = Dossier.objects.filter(pk__in=dossier_ids)
    beyond = known.exclude(pk__in=holdable(user, reason).values("pk")).first()
    if beyond is not None:
        access.refuse(user, f"hold {reason}", beyond)


def require_lifter(user: User, hold: Hold) -> None:
    """Raise NotYours for the owner, and Refused (logged) for who may not decide on this hold.

    NotYours too while the request is open that the hold stands for.
    """
    if RightsRequest.objects.filter(hold=hold, ended_at=None).exists():
        raise NotYours(_("This hold stands for a request, and ends by itself after the remedy period."))
    if user.pk == hold.owner_id:
        raise NotYours(_("A hold is lifted by a second person: ask a colleague."))
    require_decider(user, hold)


def require_decider(user: User, hold: Hold) -> None:
    """Raise Refused, and log it, unless the person may decide how long this hold stands."""
    if not may_decide(user, hold):
        access.refuse(user, f"hold {hold.reason}")


def may_decide(user: User, hold: Hold) -> bool:
    """Tell whether the person may review a hold, or lift it as its second person.

    Good care is the treating professionals' alone. An officer decides on every other hold, a lead or case worker
    on one that covers nothing beyond the dossiers that they may hold.
    """
    if not user.is_active or user.role in (Role.AUDITOR, Role.DATA_PROTECTION_OFFICER):
        return False
    if hold.reason != Hold.Reason.GOOD_CARE and user.role in OFFICERS:
        return True
    if hasattr(hold, "criterion"):
        return False
    mine = HoldCover.objects.filter(
        hold=hold, lifted_at=None, dossier__in=holdable(user, hold.reason).values("pk")
    ).count()
    return mine > 0 and mine == standing(hold)


def standing(hold: Hold) -> int:
    """Return how many dossiers a hold covers now, those that the person who asks may not see included."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT standing FROM retention_holdsize WHERE hold_id = %s", [hold.pk])
        found = cursor.fetchone()
    return int(found[0]) if found else 0


def seen_by(user: User) -> QuerySet[Hold]:
    """Return the holds that a person may see: who works on metadata all, others those on dossiers of theirs."""
    found = Hold.objects.select_related("owner", "lifted_by", "criterion__team", "job")
    if not user.is_active or user.role not in READERS:
        return found.none()
    if user.role in METADATA_ROLES:
        return found
    covers = HoldCover.objects.filter(hold=OuterRef("pk"), dossier__in=holdable(user, "").values("pk"))
    return found.filter(Q(owner=user) | Exists(covers))
