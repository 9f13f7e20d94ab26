"""What is still open with somebody who leaves: what goes to who takes over, and what waits for others of their role.

Other apps add theirs from AppConfig.ready(): this one knows nothing of them.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from django.db.models import QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from casefiles import emergency
from casefiles.models import EmergencyAccess, Role, Substitution, Team, User


@dataclass(frozen=True, slots=True)
class Open:
    """One sort of open work in words, its number included, and the name of the page where it is seen.

    What `passes` goes to who takes over; the rest ends, or waits for whoever else has the role.
    """

    words: str
    page: str = ""
    passes: bool = False


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


def open_with(user: User) -> list[Open]:
    """Return what is open with a person: what passes first."""
    found = [*_here(user), *(one for ask in _askers for one in ask(user))]
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
    if n := Substitution.objects.coming().filter(substitute=user).count():
        yield Open(ngettext("%d substitution ends: look for somebody else.", "%d substitutions end.", n) % n)
    if n := EmergencyAccess.objects.filter(used_by=user, verdict="").count():
        words = ngettext(
            "%d use of emergency access waits for its review.", "%d uses of emergency access wait for their review.", n
        )
        yield Open(words % n, "casefiles:emergency")
    same = User.objects.filter(is_active=True, role=user.role).exclude(pk=user.pk)
    if user.role == Role.PRIVACY_OFFICER and not same.exists():
        n = emergency.to_review().count()
        words = ngettext(
            "Nobody else is privacy officer: %d review waits.", "Nobody else is privacy officer: %d reviews wait.", n
        )
        yield Open(words % n, "casefiles:emergency")
    if user.role == Role.TEAM_LEAD:
        for team in Team.objects.filter(group__user=user).exclude(group__user__in=same).distinct():
            yield Open(_("%s has no other lead: nobody approves its destruction lists.") % team.name)
