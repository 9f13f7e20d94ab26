"""Who has access to a dossier and until when: the care team as people see it."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import models
from django.db.models import F, Q, Value
from django.utils import timezone

from casefiles.access import READ_TEAM, Ability
from casefiles.models import Dossier, DossierGroupGrant, DossierUserGrant, TeamGroupGrant, TeamUserGrant

ORDER = [READ_TEAM, *map(str, Ability)]


@dataclass(frozen=True, slots=True)
class Member:
    """A person (`user_id`) or a whole team (None) with the widest ability it has, and the end of it."""

    user_id: int | None
    name: str
    codename: str
    until: datetime

    @property
    def leads(self) -> bool:
        """Whether this member leads the case."""
        return self.codename == Ability.LEAD


def care_team(dossier: Dossier) -> list[Member]:
    """Return everyone with access now, the lead first, in one query; grants that ended are left out."""
    now = timezone.now()
    people: dict[str, Any] = {"person": F("user_id"), "named": F("user__name")}
    team: dict[str, Any] = {
        "person": Value(None, output_field=models.BigIntegerField()),
        "named": F("group__team__name"),
    }
    here, whole, at_work = Q(content_object=dossier.pk), Q(content_object=dossier.team_id), Q(user__is_active=True)
    rows = _living(DossierUserGrant, now, here & at_work, people).union(
        _living(DossierGroupGrant, now, here, team),
        _living(TeamUserGrant, now, whole & at_work, people),
        _living(TeamGroupGrant, now, whole, team),
        all=True,
    )
    found: dict[tuple[int | None, str], Member] = {}
    for member in sorted((Member(*row) for row in rows), key=_rank):
        found.setdefault((member.user_id, member.name), member)
    return list(found.values())


def _rank(member: Member) -> tuple[int, str]:
    return -ORDER.index(member.codename), member.name


def _living(grants: Any, now: datetime, on: Q, columns: dict[str, Any]) -> models.QuerySet[Any, Any]:
    found: models.QuerySet[Any, Any] = (
        grants.objects.filter(on, until__gt=now)
        .annotate(**columns, codename=F("permission__codename"))
        .values_list("person", "named", "codename", "until")
    )
    return found
