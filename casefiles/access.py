"""Who may see and do what: the only place that decides. What a person may not see does not exist for them."""

from datetime import datetime
from functools import cache
from typing import Any

from django.contrib.auth.backends import ModelBackend
from django.contrib.auth.models import Permission
from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.utils import timezone
from django.utils.translation import gettext as _

from casefiles import journal
from casefiles.models import (
    AccessEvent,
    Dossier,
    DossierGroupGrant,
    DossierUserGrant,
    Role,
    Team,
    TeamGroupGrant,
    TeamUserGrant,
    User,
)


class Ability(models.TextChoices):
    """What a grant on a dossier allows; each includes those before it."""

    READ = "read_dossier", "read"
    CONTRIBUTE = "contribute_dossier", "contribute"
    LEAD = "lead_dossier", "lead"


METADATA_ROLES = {Role.PRIVACY_OFFICER, Role.ADMINISTRATOR, Role.DATA_PROTECTION_OFFICER, Role.AUDITOR}
READ_TEAM = "read_team"


class Refused(Exception):
    """You may not do this. The refusal is in the access log; ask the lead of the dossier for access."""


def _including(ability: Ability) -> list[str]:
    order = list(Ability)
    return [str(higher) for higher in order[order.index(ability) :]]


def _granted(user: User, ability: Ability, now: datetime) -> Q:
    codenames = _including(ability)
    groups = user.groups.values("pk")
    living = {"until__gt": now, "permission__codename__in": codenames}
    by_person = DossierUserGrant.objects.filter(content_object=OuterRef("pk"), user=user, **living)
    by_group = DossierGroupGrant.objects.filter(content_object=OuterRef("pk"), group__in=groups, **living)
    condition = Q(Exists(by_person)) | Q(Exists(by_group))
    if ability == Ability.READ:
        living = {"until__gt": now, "permission__codename": READ_TEAM}
        of_person = TeamUserGrant.objects.filter(user=user, **living).values("content_object")
        of_group = TeamGroupGrant.objects.filter(group__in=groups, **living).values("content_object")
        condition |= Q(team__in=of_person) | Q(team__in=of_group)
    return condition


def visible_to(user: User, ability: Ability = Ability.READ) -> models.QuerySet[Dossier]:
    """Return the dossiers whose content the person may reach now; none for roles that work on metadata."""
    if not user.is_active or user.role in METADATA_ROLES:
        return Dossier.objects.none()
    return Dossier.objects.present().filter(_granted(user, ability, timezone.now()))


def with_abilities(dossiers: models.QuerySet[Dossier], user: User) -> models.QuerySet[Dossier]:
    """Add to each dossier whether the person may contribute and lead now: `may_contribute`, `may_lead`."""
    now = timezone.now()
    flag = models.BooleanField()
    return dossiers.annotate(
        may_contribute=models.ExpressionWrapper(_granted(user, Ability.CONTRIBUTE, now), output_field=flag),
        may_lead=models.ExpressionWrapper(_granted(user, Ability.LEAD, now), output_field=flag),
    )


def described_to(user: User) -> models.QuerySet[Dossier]:
    """Return the dossiers of which the person may see the metadata: all, for the roles that work on it."""
    if not user.is_active or user.role not in METADATA_ROLES:
        return Dossier.objects.none()
    return Dossier.objects.present()


def can(user: User, ability: Ability, dossier: Dossier) -> bool:
    """Tell whether the person may do this with the dossier now; an expired grant does not count."""
    return visible_to(user, ability).filter(pk=dossier.pk).exists()


def require(user: User, ability: Ability, dossier: Dossier) -> None:
    """Raise Refused, and log it, unless the person may. Call it outside the change's own transaction."""
    if not can(user, ability, dossier):
        refuse(user, ability.label, dossier)


def refuse(user: User, ground: str, dossier: Dossier | None = None) -> None:
    """Log a refusal and raise Refused."""
    dossier_id = dossier.pk if dossier else None
    journal.record(AccessEvent.Action.READ, user, dossier_id, outcome=AccessEvent.Outcome.REFUSED, ground=ground)
    raise Refused(_("%(name)s may not do this.") % {"name": user.username})


@cache
def permission(codename: str) -> Permission:
    """Return the row that a grant points to; `migrate` makes them, and none changes while a process runs."""
    return Permission.objects.get(codename=codename, content_type__app_label="casefiles")


def grant(
    to: User | Team, ability: Ability, dossier: Dossier, *, until: datetime, reason: str, by: User | None
) -> None:
    """Give a person or a team an ability on one dossier until a moment; granting again updates it."""
    values = {"until": until, "reason": reason, "granted_by": by}
    granted = permission(str(ability))
    if isinstance(to, Team):
        DossierGroupGrant.objects.update_or_create(
            group=to.group, permission=granted, content_object=dossier, defaults=values
        )
    else:
        DossierUserGrant.objects.update_or_create(user=to, permission=granted, content_object=dossier, defaults=values)
    journal.record(AccessEvent.Action.GRANT, by, dossier.pk, ground=reason, ability=ability.label, to=str(to))


def revoke(user: User, dossier: Dossier, *, by: User) -> None:
    """Take all of a person's own grants on a dossier away."""
    DossierUserGrant.objects.filter(user=user, content_object=dossier).delete()
    journal.record(AccessEvent.Action.REVOKE, by, dossier.pk)


class AccessBackend(ModelBackend):
    """Lets Django's own has_perm ask this module; permissions that are not on an object are never given."""

    def has_perm(self, user_obj: Any, perm: str, obj: Any = None) -> bool:
        """Tell whether the person may, on this dossier, now."""
        ability = perm.rpartition(".")[2]
        if not isinstance(obj, Dossier) or ability not in Ability.values:
            return False
        return can(user_obj, Ability(ability), obj)
