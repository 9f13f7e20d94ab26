"""The bench's staff: as many users and teams as asked, and three users whose number of dossiers differs."""

from dataclasses import dataclass

from django.contrib.auth.models import Group
from django.db import transaction

from casefiles.models import Organisation, Role, Team, User

# Username and how many teams: so at a million dossiers they see 60, 10,900 and about 50,000 of them.
PROFILES = (("bench-few", 0), ("bench-many", 1), ("bench-most", 5))
LEAD = "bench-officer"


@dataclass(frozen=True, slots=True)
class Staff:
    """Ids of the users, and of each team with its group."""

    users: tuple[int, ...]
    teams: tuple[tuple[int, int], ...]

    @classmethod
    def present(cls) -> "Staff":
        """Return who is there, in the order in which they were made."""
        users = User.objects.filter(role=Role.CASE_WORKER).order_by("pk").values_list("pk", flat=True)
        return cls(tuple(users), tuple(Team.objects.order_by("pk").values_list("pk", "group_id")))


def hire(users: int, teams: int) -> None:
    """Make the organisation, its teams and its users, when there are none yet; nobody can log in with a password."""
    if User.objects.exists():
        return
    with transaction.atomic():
        Organisation.objects.create(name="Bench", demonstration=True)
        groups = Group.objects.bulk_create(Group(name=f"team: Bench {n:03}") for n in range(teams))
        Team.objects.bulk_create(Team(name=f"Bench {n:03}", group=group) for n, group in enumerate(groups))
        names = [name for name, _teams in PROFILES] + [f"bench-{n:04}" for n in range(len(PROFILES), users)]
        made = User.objects.bulk_create(_user(name, Role.CASE_WORKER) for name in names)
        _user(LEAD, Role.PRIVACY_OFFICER).save(force_insert=True)
        _place(made, groups)


def _user(username: str, role: Role) -> User:
    user = User(username=username, name=f"Bench {username.removeprefix('bench-')}", role=role)
    user.set_unusable_password()
    return user


def _place(users: list[User], groups: list[Group]) -> None:
    """Make the first three users members of as many teams as their profile says, the others of one."""
    membership = User.groups.through
    count = dict(PROFILES)
    membership.objects.bulk_create(
        membership(user_id=user.pk, group_id=groups[(number + extra) % len(groups)].pk)
        for number, user in enumerate(users)
        for extra in range(min(count.get(user.username, 1), len(groups)))
    )
