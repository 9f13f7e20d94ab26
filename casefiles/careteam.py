"""Who has access to a dossier and until when: the care team as people see it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import models
from django.db.models import F, Q, Value
from django.utils import timezone

from casefiles.access import EMERGENCY, READ_TEAM, Ability
from casefiles.models import Dossier, DossierGroupGrant, DossierUserGrant, Team, TeamGroupGrant, TeamUserGrant, User

SUBSTITUTE = "substitute"
ORDER = [READ_TEAM, str(Ability.READ), SUBSTITUTE, str(Ability.CONTRIBUTE), str(Ability.TREAT), str(Ability.LEAD)]


@dataclass(frozen=True, slots=True)
class Member:
    """A person (`user_id`) or a whole team (`team_id`), all that it was given, and the last end of it."""

    user_id: int | None
    team_id: int | None
    name: str
    codenames: frozenset[str]
    until: datetime
    emergency: bool = False

    @property
    def codename(self) -> str:
        """The widest ability, leading before treating."""
        return max(self.codenames, key=ORDER.index)

    @property
    def leads(self) -> bool:
        """Whether this member leads the case."""
        return Ability.LEAD in self.codenames

    @property
    def treats(self) -> bool:
        """Whether this member sees what is under treatment secrecy."""
        return Ability.TREAT in self.codenames

    @property
    def in_team(self) -> bool:
        """Whether this member was given access to this dossier itself, which its lead can take back."""
        return not self.codenames & {READ_TEAM, SUBSTITUTE}


def care_team(dossier: Dossier) -> list[Member]:
    """Return everyone with access now, the lead first, in one query; grants that ended are left out."""
    now = timezone.now()
    people: dict[str, Any] = {"person": F("user_id"), "team": _nobody(), "named": F("user__name")}
    teams: dict[str, Any] = {"person": _nobody(), "team": F("group__team__pk"), "named": F("group__team__name")}
    here, whole, at_work = Q(content_object=dossier.pk), Q(content_object=dossier.team_id), Q(user__is_active=True)
    rows = _living(DossierUserGrant, now, here & at_work, people).union(
        _living(DossierGroupGrant, now, here, teams),
        _living(TeamUserGrant, now, whole & at_work, people),
        _living(TeamGroupGrant, now, whole, teams),
        _standing_in(now, here & at_work),
        all=True,
    )
    return sorted(_joined(list(rows)), key=lambda member: (-ORDER.index(member.codename), member.name))


def _nobody() -> Value:
    return Value(None, output_field=models.BigIntegerField())


def _joined(rows: list[Any]) -> list[Member]:
    """Make one member of all that the same person or team was given."""
    found: dict[tuple[Any, ...], Member] = {}
    for person, team, name, codename, ends, reason in rows:
        known = found.get((person, team))
        codenames = frozenset({codename}) | (known.codenames if known else frozenset())
        until = max(ends, known.until) if known else ends
        emergency = reason == EMERGENCY and (known is None or known.emergency)
        found[person, team] = Member(person, team, name, codenames, until, emergency)
    return list(found.values())


def _living(grants: Any, now: datetime, on: Q, columns: dict[str, Any]) -> models.QuerySet[Any, Any]:
    found: models.QuerySet[Any, Any] = (
        grants.objects.filter(on, until__gt=now)
        .annotate(**columns, codename=F("permission__codename"), ends=F("until"), why=F("reason"))
        .values_list("person", "team", "named", "codename", "ends", "why")
    )
    return found


def _standing_in(now: datetime, on: Q) -> models.QuerySet[Any, Any]:
    """Return the substitutes of those in the team whose window is open now."""
    window = Q(user__substituted_by__starts_at__lte=now, user__substituted_by__ends_at__gt=now)
    given = DossierUserGrant.objects.filter(on, window, until__gt=now).exclude(reason=EMERGENCY)
    found: models.QuerySet[Any, Any] = given.annotate(
        person=F("user__substituted_by__substitute_id"),
        team=_nobody(),
        named=F("user__substituted_by__substitute__name"),
        codename=Value(SUBSTITUTE),
        ends=F("user__substituted_by__ends_at"),
        why=F("user__substituted_by__reason"),
    ).values_list("person", "team", "named", "codename", "ends", "why")
    return found


def held_by(receiver: User | Team, dossiers: Sequence[Dossier]) -> dict[UUID, Member]:
    """Return what a person or a team itself was given on each of the dossiers and has now, in one query."""
    now, of = timezone.now(), Q(content_object__in=[dossier.pk for dossier in dossiers])
    grants: Any = DossierGroupGrant if isinstance(receiver, Team) else DossierUserGrant
    mine = Q(group=receiver.group_id) if isinstance(receiver, Team) else Q(user=receiver)
    found: dict[UUID, Member] = {}
    rows = grants.objects.filter(of, mine, until__gt=now).values_list(
        "content_object_id", "permission__codename", "until"
    )
    for dossier_id, codename, until in rows:
        known = found.get(dossier_id)
        codenames = frozenset({codename}) | (known.codenames if known else frozenset())
        found[dossier_id] = Member(None, None, str(receiver), codenames, max(until, known.until) if known else until)
    return found
