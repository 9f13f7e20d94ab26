"""Measuring access: the list with its count, and may-open, beside the bare statement and guardian's default.

All in the same run, for the three users of the bench and the widest role. The second wall is what the web's login
takes longer than the worker's over the same statement: that half is measured in a process of its own.
"""

import json
import os
import subprocess
import sys
from collections.abc import Callable
from dataclasses import asdict, dataclass
from statistics import median
from time import perf_counter
from typing import Any

from django.conf import settings
from django.db import connection
from guardian.core import ObjectPermissionChecker
from guardian.shortcuts import get_objects_for_user

from casefiles import access, listing, principal
from casefiles.access import METADATA_ROLES, Ability
from casefiles.models import Dossier, User
from retention.bench import bare
from retention.bench.people import LEAD, PROFILES

PERMISSIONS = ["casefiles.read_dossier", "casefiles.lead_dossier"]
MAY_OPEN = """
    SELECT EXISTS (SELECT 1 FROM casefiles_dossierusergrant
                   WHERE dossier_id = %(dossier)s AND user_id = %(user)s AND until > now())
        OR EXISTS (SELECT 1 FROM casefiles_dossiergroupgrant held JOIN casefiles_user_groups mine USING (group_id)
                   WHERE held.dossier_id = %(dossier)s AND mine.user_id = %(user)s AND held.until > now())
"""
SLOW = 5  # guardian's default takes so long that a few times tell enough


@dataclass(frozen=True, slots=True)
class Asked:
    """One question by one user: the middle of its milliseconds by the product as worker, and beside it."""

    question: str
    user: str
    ours: float
    walled: float | None
    bare: float | None
    guardian: float | None

    def __str__(self) -> str:
        beside = {"walled": self.walled, "bare": self.bare, "guardian": self.guardian}
        told = "  ".join(f"{name} {value:9.3f}" for name, value in beside.items() if value is not None)
        return f"{self.question:9} {self.user:14} ours {self.ours:8.3f}  {told}"


def measure(times: int) -> list[dict[str, Any]]:
    """Ask every question as every user; return the rows of the table, also those behind the second wall."""
    walled = _walled(times)
    rows = [_row(question, name, times, walled) for name in _users() for question in QUESTIONS]
    return [asdict(row) for row in rows]


def own(times: int) -> dict[str, float]:
    """Return the product's own milliseconds, by question and user, under the login of this process."""
    return {f"{question} {name}": _ours(question, name, times) for name in _users() for question in QUESTIONS}


def _users() -> list[str]:
    return [*(name for name, _teams in PROFILES), LEAD]


def _row(question: str, name: str, times: int, walled: dict[str, float]) -> Asked:
    user = User.objects.get(username=name)
    few = min(times, SLOW)
    content = user.role not in METADATA_ROLES
    return Asked(
        question,
        name,
        _ours(question, name, times),
        walled.get(f"{question} {name}"),
        _middle(lambda: BARE[question](user), times) if content else None,
        _middle(lambda: GUARDIAN[question](user), few) if content else None,
    )


def _ours(question: str, name: str, times: int) -> float:
    user = User.objects.get(username=name)
    principal.ask_for(user.pk)
    try:
        ask = QUESTIONS[question](user)
        return _middle(ask, times)
    finally:
        principal.ask_for_nobody()


def _middle(ask: Callable[[], object], times: int) -> float:
    for _ in range(min(times, 7)):  # a statement is prepared after a few
        ask()
    spent = []
    for _ in range(times):
        start = perf_counter()
        ask()
        spent.append((perf_counter() - start) * 1000)
    return round(median(spent), 3)


def _list(user: User) -> Callable[[], object]:
    return lambda: listing.page(user, listing.Wanted())


def _count(user: User) -> Callable[[], object]:
    views = [view.filters for view in listing.views()]
    return lambda: listing.tally(user, listing.Wanted(), views)


def _may_open(user: User) -> Callable[[], object]:
    newest = listing.page(user, listing.Wanted()).dossiers[0]
    if user.role in METADATA_ROLES:
        return lambda: access.described_to(user).filter(pk=newest.pk).exists()
    return lambda: access.can(user, Ability.READ, newest)


QUESTIONS: dict[str, Callable[[User], Callable[[], object]]] = {"list": _list, "count": _count, "may open": _may_open}


def _bare_count(user: User) -> object:
    return len(bare.newest_dossiers(user, listing.COUNT_CAP + 1))


def _bare_may_open(user: User) -> object:
    with connection.cursor() as cursor:
        cursor.execute(MAY_OPEN, {"dossier": _any_of(user), "user": user.pk})
        return cursor.fetchone()


_dossier_of: dict[int, Any] = {}


def _any_of(user: User) -> Any:
    if user.pk not in _dossier_of:
        _dossier_of[user.pk] = bare.newest_dossiers(user)[0][0]
    return _dossier_of[user.pk]


BARE: dict[str, Callable[[User], object]] = {
    "list": bare.newest_dossiers,
    "count": _bare_count,
    "may open": _bare_may_open,
}


def _by_guardian(user: User) -> Any:
    return get_objects_for_user(user, PERMISSIONS, any_perm=True, accept_global_perms=False)


def _guardian_may_open(user: User) -> object:
    return ObjectPermissionChecker(user).has_perm("read_dossier", Dossier(pk=_any_of(user)))


GUARDIAN: dict[str, Callable[[User], object]] = {
    "list": lambda user: list(_by_guardian(user).order_by("-last_change_on", "pk")[: bare.ROWS]),
    "count": lambda user: _by_guardian(user).count(),
    "may open": _guardian_may_open,
}


def _walled(times: int) -> dict[str, float]:
    """Ask the same under the web's login, in a process of its own: a login is a process's for its whole life."""
    command = [sys.executable, "manage.py", "bench", "access", "--own", "--times", str(times)]
    environment = os.environ | {"PROCESS_ROLE": "web"}
    done = subprocess.run(command, cwd=settings.BASE_DIR, env=environment, capture_output=True, check=True)  # noqa: S603 - our own command
    found: dict[str, float] = json.loads(done.stdout)
    return found
