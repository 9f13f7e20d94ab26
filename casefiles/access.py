"""Who may see and do what: the only place that decides. What a person may not see does not exist for them."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any, NoReturn, TypeVar
from uuid import UUID

from dateutil.relativedelta import relativedelta
from django.contrib.auth.backends import ModelBackend
from django.contrib.auth.models import Permission
from django.contrib.postgres.expressions import ArraySubquery
from django.db import models
from django.db.models import Exists, OuterRef
from django.db.models.functions import JSONObject
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
    Right,
    Role,
    Team,
    User,
)
from casefiles.sql import Sql, prepared


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


class Ended(Refused):
    """You had access to this dossier and have it no more. What you typed is on the page: nothing of it is saved."""


# By which grants an ability is had.
INCLUDING = {
    Ability.READ: (Ability.READ, Ability.CONTRIBUTE, Ability.LEAD, Ability.TREAT),
    Ability.CONTRIBUTE: (Ability.CONTRIBUTE, Ability.LEAD, Ability.TREAT),
    Ability.LEAD: (Ability.LEAD,),
    Ability.TREAT: (Ability.TREAT,),
}


def _giving(ability: Ability) -> list[int]:
    """Return the permissions that give an ability."""
    whole_team = [permission(READ_TEAM).pk] if ability == Ability.READ else []
    return [permission(str(one)).pk for one in INCLUDING[ability]] + whole_team


def _rights(user: User, ability: Ability) -> models.QuerySet[Right]:
    """Return the person's living rights that give an ability. Which sources there are, the view behind Right says.

    Treatment secrecy is personal: no team has it, and nobody stands in for it.
    """
    rights = Right.objects.living(timezone.now()).filter(user=user, permission__in=_giving(ability))
    if ability != Ability.TREAT:
        return rights
    return rights.filter(source=Right.Source.OWN) if user.treating else rights.none()


def _granted(user: User, ability: Ability) -> Exists:
    return Exists(_rights(user, ability).filter(dossier=OuterRef("pk")))


def visible_to(user: User, ability: Ability = Ability.READ) -> models.QuerySet[Dossier]:
    """Return the dossiers whose content the person may reach now; none for roles that work on metadata."""
    if not user.is_active or user.role in METADATA_ROLES:
        return Dossier.objects.none()
    return Dossier.objects.present().filter(_granted(user, ability))


@dataclass(frozen=True, slots=True)
class Standing:
    """What a person may do with one dossier now, and by what right they read it, as the access log names it."""

    abilities: frozenset[Ability] = frozenset()
    basis: str = ""

    @classmethod
    def by(cls, held: Iterable[tuple[int, str]], user: User) -> "Standing":
        """Return where a person stands by these living rights: permissions with the source of each."""
        rights = [(permitted, Right.Source(source)) for permitted, source in held]
        abilities = frozenset(ability for ability in Ability if any(_gives(*one, ability, user) for one in rights))
        return cls(abilities, _basis([source for _permitted, source in rights])) if abilities else cls()

    def mark(self, dossier: Dossier) -> None:
        """Say it on the dossier itself, for pages: `may_contribute`, `may_lead`, `may_treat`, and `basis`."""
        for name in ("contribute", "lead", "treat"):
            setattr(dossier, f"may_{name}", Ability[name.upper()] in self.abilities)
        dossier.basis = self.basis  # type: ignore[attr-defined] # the reader's, no column of the dossier


_HELD = """
    SELECT held.permission_id, held.source FROM casefiles_right held
    JOIN casefiles_dossier dossier ON dossier.id = held.dossier_id AND dossier.status IN ('open', 'closed')
    WHERE held.user_id = %s AND held.dossier_id = %s AND held.since <= %s AND held.until > %s
"""


def standing(user: User, dossier_id: UUID) -> Standing:
    """Return where a person stands towards one dossier, in one prepared statement: the same as `visible_to` decides."""
    if not user.is_active or user.role in METADATA_ROLES:
        return Standing()
    now = timezone.now()
    return Standing.by(prepared(Sql(_HELD, (user.pk, dossier_id, now, now))), user)


def with_rights(dossiers: models.QuerySet[Dossier], user: User) -> models.QuerySet[Dossier]:
    """Add the person's living rights on each dossier, of which `stands` makes a Standing; none for metadata roles."""
    if not user.is_active or user.role in METADATA_ROLES:
        return dossiers.none()
    rights = Right.objects.living(timezone.now()).filter(user=user, dossier=OuterRef("pk"))
    pair = JSONObject(permitted="permission_id", source="source")
    return dossiers.annotate(held=ArraySubquery(rights.values(pair=pair)))


def stands(user: User, dossier: Dossier) -> Standing:
    """Return where the person stands towards a dossier that `with_rights` found, and mark the dossier with it."""
    held: list[dict[str, Any]] = dossier.held  # type: ignore[attr-defined] # annotated by with_rights
    found = Standing.by([(right["permitted"], right["source"]) for right in held], user)
    found.mark(dossier)
    return found


def _gives(permitted: int, source: Right.Source, ability: Ability, user: User) -> bool:
    if ability == Ability.TREAT and not (user.treating and source == Right.Source.OWN):
        return False
    return permitted in _giving(ability)


def _basis(sources: list[Right.Source]) -> str:
    """Return by what right the person reads: the first source by name counts most."""
    first = min(sources)
    return str(Basis.TEAM) if first in {Right.Source.OWN, Right.Source.GROUP} else str(Basis(first))


def items_of(rows: models.QuerySet[Item], dossier: Dossier) -> models.QuerySet[Item]:
    """Return those entries or documents of a dossier that whoever opened it may see: secret ones only by treating.

    `dossier` was marked by its reader's Standing; without its `may_treat` nothing secret is shown.
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
    return ability in standing(user, dossier.pk).abilities


def require(user: User, ability: Ability, dossier: Dossier) -> None:
    """Raise Refused, and log it, unless the person may. Call it outside the change's own transaction."""
    if not can(user, ability, dossier):
        refuse(user, ability.label, dossier)


def refuse(user: User, ground: str, dossier: Dossier | None = None) -> None:
    """Log a refusal and raise Refused."""
    dossier_id = dossier.pk if dossier else None
    journal.record(AccessEvent.Action.READ, user, dossier_id, outcome=AccessEvent.Outcome.REFUSED, ground=ground)
    raise Refused(_("%(name)s may not do this.") % {"name": user.username})


def end(user: User, dossier_id: UUID) -> NoReturn:
    """Log that somebody sent a form to a dossier that they had open and may not see any more, and raise Ended."""
    journal.record(AccessEvent.Action.CHANGE, user, dossier_id, outcome=AccessEvent.Outcome.REFUSED, ground="ended")
    raise Ended


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


def take(user: User, dossier: Dossier, *, until: datetime) -> None:
    """Let somebody read who was not given access: emergency access, which casefiles.emergency decides and logs."""
    values = {"until": until, "wanted_until": until, "reason": EMERGENCY, "granted_by": None}
    DossierUserGrant.objects.update_or_create(
        user=user, permission=permission(str(Ability.READ)), content_object=dossier, defaults=values
    )


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
