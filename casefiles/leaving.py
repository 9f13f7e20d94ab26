"""What is still open with somebody who leaves: what goes to who takes over, and what waits for others of their role.

Other apps add theirs from AppConfig.ready(): this one knows nothing of them.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, Exists, QuerySet, Value
from django.utils.translation import ngettext

from casefiles import emergency
from casefiles.models import EmergencyAccess, Role, Substitution, Team, User


@dataclass(frozen=True, slots=True)
class Open:
    """One sort of open work: its rows, the words for a number of them, and the name of the page where they are seen.

    What `passes` goes to who takes over; the rest ends, or waits for whoever else has the role.
    """

    rows: QuerySet[Any, Any]
    words: Callable[[int], str]
    page: str = ""
    passes: bool = False


@dataclass(frozen=True, slots=True)
class Left:
    """What of one sort is open, as it is shown."""

    words: str
    page: str
    passes: bool


Asker = Callable[[User], Iterable[Open]]
Giver = Callable[[User, User, User], None]
"""Gives the open work of the first person to the second, in the caller's transaction; the third one decided it."""

_askers: list[Asker] = []
_givers: list[Giver] = []


def register(ask: Asker, give: Giver) -> None:
    """Let an app say what is open with a person, and hand it over; call it from an AppConfig's ready()."""
    if ask not in _askers:
        _askers.append(ask)
        _givers.append(give)


def open_with(user: User) -> list[Left]:
    """Return what is open with a person, what passes first: all of it counted in one statement."""
    sorts = [*_here(user), *(one for ask in _askers for one in ask(user))]
    parts = [
        one.rows.order_by().annotate(sort=Value(number)).values("sort").annotate(n=Count("pk")).values_list("sort", "n")
        for number, one in enumerate(sorts)
    ]
    counts: dict[int, int] = dict(parts[0].union(*parts[1:], all=True))
    found = [Left(one.words(n), one.page, one.passes) for k, one in enumerate(sorts) if (n := counts.get(k, 0))]
    return sorted(found, key=lambda one: not one.passes)


def takers(user: User) -> QuerySet[User]:
    """Return who may take it over: everybody who works here, but for the auditor, who only looks."""
    return User.objects.filter(is_active=True).exclude(role=Role.AUDITOR).exclude(pk=user.pk).order_by("name")


def hand_over(of: User, to: User, *, by: User) -> None:
    """Give what passes to who takes over, in the caller's transaction."""
    for give in _givers:
        give(of, to, by)


def _here(user: User) -> Iterator[Open]:
    """Yield what ends or waits of ours."""
    yield Open(
        Substitution.objects.coming().filter(substitute=user),
        lambda n: ngettext("%d substitution ends: look for somebody else.", "%d substitutions end.", n) % n,
    )
    yield Open(
        EmergencyAccess.objects.filter(used_by=user, verdict=""),
        lambda n: (
            ngettext(
                "%d use of emergency access waits for its review.",
                "%d uses of emergency access wait for their review.",
                n,
            )
            % n
        ),
        "casefiles:emergency",
    )
    same = User.objects.filter(is_active=True, role=user.role).exclude(pk=user.pk)
    if user.role == Role.PRIVACY_OFFICER:
        yield Open(
            emergency.to_review().filter(~Exists(same)),
            lambda n: (
                ngettext(
                    "Nobody else is privacy officer: %d review waits.",
                    "Nobody else is privacy officer: %d reviews wait.",
                    n,
                )
                % n
            ),
            "casefiles:emergency",
        )
    if user.role == Role.TEAM_LEAD:
        yield Open(
            Team.objects.filter(group__user=user).exclude(group__user__in=same),
            lambda n: (
                ngettext(
                    "%d team has no other lead: nobody approves its destruction lists.",
                    "%d teams have no other lead: nobody approves their destruction lists.",
                    n,
                )
                % n
            ),
        )
