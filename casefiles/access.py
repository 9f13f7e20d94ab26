"""Who may see and do what: the only place that decides. What a person may not see does not exist for them."""

from datetime import datetime
from functools import cache
from typing import Any, TypeVar

from dateutil.relativedelta import relativedelta
from django.contrib.auth.backends import ModelBackend
from django.contrib.auth.models import Permission
from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.utils import timezone
from django.utils.translation import gettext as _

from casefiles import journal
from casefiles.models import (
    AccessEvent,
    Document,
    Dossier,
    DossierGroupGrant,
    DossierUserGrant,
    Entry,
    Organisation,
    Role,
    Substitution,
    Team,
    TeamGroupGrant,
    TeamUserGrant,
    User,
)


class Ability(models.TextChoices):
    """What a grant on a dossier allows. Leading includes contributing includes reading; treating includes both too.

    Leading does not include treating: treatment secrecy is also there for who leads the case (JW 7.3.11).
    """

    READ = "read_dossier", "read"
    CONTRIBUTE = "contribute_dossier", "contribute"
    LEAD = "lead_dossier", "lead"
    TREAT = "treat_dossier", "treat"


METADATA_ROLES = {Role.PRIVACY_OFFICER, Role.ADMINISTRATOR, Role.DATA_PROTECTION_OFFICER, Role.AUDITOR}
READ_TEAM = "read_team"
EMERGENCY = "emergency"  # the reason of a grant that somebody took, and nobody gave

Basis = AccessEvent.Basis
Item = TypeVar("Item", Entry, Document)


class Refused(Exception):
    """You may not do this. The refusal is in the access log; ask the lead of the dossier for access."""


# By which grants an ability is had.
INCLUDING = {
    Ability.READ: (Ability.READ, Ability.CONTRIBUTE, Ability.LEAD, Ability.TREAT),
    Ability.CONTRIBUTE: (Ability.CONTRIBUTE, Ability.LEAD, Ability.TREAT),
    Ability.LEAD: (Ability.LEAD,),
    Ability.TREAT: (Ability.TREAT,),
}


def _of_team(user: User, ability: Ability, now: datetime) -> Q:
    """Return the condition of a living grant to the person or to one of their groups."""
    living = {"until__gt": now, "permission__codename__in": [str(one) for one in INCLUDING[ability]]}
    by_person = DossierUserGrant.objects.filter(content_object=OuterRef("pk"), user=user, **living)
    if ability == Ability.TREAT:
        return Q(Exists(by_person)) if user.treating else Q(pk__in=[])
    groups = user.groups.values("pk")
    by_group = DossierGroupGrant.objects.filter(content_object=OuterRef("pk"), group__in=groups, **living)
    return Q(Exists(by_person)) | Q(Exists(by_group))


def _standing_in(user: User, ability: Ability, now: datetime) -> Q:
    """Return the condition of standing in, now, for somebody with a living grant that was given, not taken."""
    absent = Substitution.objects.living(now).filter(substitute=user).values("absent")
    living = {"until__gt": now, "permission__codename__in": [str(one) for one in INCLUDING[ability]]}
    theirs = DossierUserGrant.objects.filter(content_object=OuterRef("pk"), user__in=absent, **living)
    return Q(Exists(theirs.exclude(reason=EMERGENCY)))


def _granted(user: User, ability: Ability, now: datetime) -> Q:
    condition = _of_team(user, ability, now)
    if ability == Ability.TREAT:  # treatment secrecy is personal: nobody stands in for it
        return condition
    condition |= _standing_in(user, ability, now)
    groups = user.groups.values("pk")
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
    """Add what the person may do now, `may_contribute`, `may_lead`, `may_treat`, and `basis`: by what right at all."""
    now = timezone.now()
    flag = models.BooleanField()
    emergency = DossierUserGrant.objects.filter(
        content_object=OuterRef("pk"), user=user, until__gt=now, reason=EMERGENCY
    )
    return dossiers.annotate(
        may_contribute=models.ExpressionWrapper(_granted(user, Ability.CONTRIBUTE, now), output_field=flag),
        may_lead=models.ExpressionWrapper(_granted(user, Ability.LEAD, now), output_field=flag),
        may_treat=models.ExpressionWrapper(_granted(user, Ability.TREAT, now), output_field=flag),
        basis=models.Case(
            models.When(Exists(emergency), then=models.Value(str(Basis.EMERGENCY))),
            models.When(_of_team(user, Ability.READ, now), then=models.Value(str(Basis.TEAM))),
            models.When(_standing_in(user, Ability.READ, now), then=models.Value(str(Basis.SUBSTITUTION))),
            default=models.Value(str(Basis.WHOLE_TEAM)),
            output_field=models.CharField(),
        ),
    )


def items_of(rows: models.QuerySet[Item], dossier: Dossier) -> models.QuerySet[Item]:
    """Return those entries or documents of a dossier that whoever opened it may see: secret ones only by treating.

    `dossier` comes from `with_abilities`; without its `may_treat` nothing secret is shown.
    """
    seen = rows.filter(dossier=dossier)
    return seen if getattr(dossier, "may_treat", False) else seen.filter(treatment_secret=False)


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
    to: User | Team, ability: Ability, dossier: Dossier, *, until: datetime | None, reason: str, by: User | None
) -> None:
    """Give a person or a team an ability on one dossier until a moment; granting again updates it.

    It lapses before that moment, and with None by that alone, unless the lead confirms the care team in time.
    """
    lapses = confirmed_until()
    values = {"until": min(until or lapses, lapses), "wanted_until": until, "reason": reason, "granted_by": by}
    granted = permission(str(ability))
    if isinstance(to, Team):
        DossierGroupGrant.objects.update_or_create(
            group=to.group, permission=granted, content_object=dossier, defaults=values
        )
    else:
        DossierUserGrant.objects.update_or_create(user=to, permission=granted, content_object=dossier, defaults=values)
    journal.record(AccessEvent.Action.GRANT, by, dossier.pk, ground=reason, ability=ability.label, to=str(to))


def confirmed_until() -> datetime:
    """Return until when a grant lasts that is given or confirmed now: the organisation's number of months."""
    organisation = Organisation.objects.current()
    months = organisation.recertify_months if organisation else 12
    return timezone.now() + relativedelta(months=months)


def revoke(of: User | Team, dossier: Dossier, *, by: User) -> None:
    """Take all grants on a dossier away from a person or a team; other teams' and whole-team rights stay."""
    if isinstance(of, Team):
        DossierGroupGrant.objects.filter(group=of.group, content_object=dossier).delete()
    else:
        DossierUserGrant.objects.filter(user=of, content_object=dossier).delete()
    journal.record(AccessEvent.Action.REVOKE, by, dossier.pk, of=str(of))


class AccessBackend(ModelBackend):
    """Lets Django's own has_perm ask this module; permissions that are not on an object are never given."""

    def has_perm(self, user_obj: Any, perm: str, obj: Any = None) -> bool:
        """Tell whether the person may, on this dossier, now."""
        ability = perm.rpartition(".")[2]
        if not isinstance(obj, Dossier) or ability not in Ability.values:
            return False
        return can(user_obj, Ability(ability), obj)
