"""Teams of the organisation. A team's members are the members of its group, which grants point to."""

from typing import TYPE_CHECKING

from django.contrib.auth.models import Group
from django.db import models

if TYPE_CHECKING:
    from casefiles.models.user import User


class TeamQuerySet(models.QuerySet["Team"]):
    """Questions about teams."""

    def named(self, name: str) -> "Team":
        """Return the team of that name, making it with its group when it is new."""
        team = self.filter(name=name).first()
        if team is None:
            group, _ = Group.objects.get_or_create(name=f"team: {name}")
            team, _ = self.get_or_create(name=name, defaults={"group": group})
        return team


class Team(models.Model):
    """A department that knows its cases, such as a neighbourhood team (wijkteam)."""

    name = models.CharField(max_length=100, unique=True)
    group = models.OneToOneField(Group, models.PROTECT)

    objects = TeamQuerySet.as_manager()

    class Meta:
        default_permissions = ()
        permissions = [("read_team", "Read the dossiers of the whole team")]

    def __str__(self) -> str:
        return self.name

    def add(self, user: "User") -> None:
        """Make a person a member of the team."""
        user.groups.add(self.group)
