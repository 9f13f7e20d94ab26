"""Measuring pages: each for every kind of user, beside the bare view of the same table in the same run."""

import statistics
import time
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from typing import Any

from django.core.management import call_command
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import NoReverseMatch, reverse

from casefiles import reading
from casefiles.models import User
from casefiles.vault import keys
from retention.bench import bare
from retention.bench.people import LEAD, PROFILES
from retention.models import DestructionList

PAGES = ("casefiles:dossiers", "casefiles:dossier", "retention:lists", "retention:list")
HOST = "127.0.0.1"
NOT_THEIRS = 404


@dataclass(frozen=True, slots=True)
class Measured:
    """One page for one user: milliseconds (middle and 95th percentile), queries, and the bare view's milliseconds."""

    page: str
    user: str
    status: int
    p50: float
    p95: float
    queries: int
    bare: float | None

    @property
    def ratio(self) -> float | None:
        """How many times the bare view's time the page takes."""
        return round(self.p50 / self.bare, 2) if self.bare else None

    def as_dict(self) -> dict[str, Any]:
        """Return the measurement as plain values."""
        return asdict(self) | {"ratio": self.ratio}

    def __str__(self) -> str:
        beside = f"  bare {self.bare:.2f} ms  ratio {self.ratio}" if self.bare else ""
        return (
            f"{self.page:22} {self.user:12} {self.status}  p50 {self.p50:7.2f} ms  p95 {self.p95:7.2f} ms  "
            f"{self.queries:2} queries{beside}"
        )


def measure(pages: list[str], times: int) -> list[Measured]:
    """Ask for each page `times` times as each user of the bench; a page that is not theirs is a 404."""
    call_command("collectstatic", interactive=False, verbosity=0)
    usernames = [*(name for name, _teams in PROFILES), LEAD]
    users = User.objects.in_bulk(usernames, field_name="username")
    return [_measure(page, users[name], times) for page in pages for name in usernames]


def _measure(page: str, user: User, times: int) -> Measured:
    client = Client(raise_request_exception=False, headers={"accept-language": "nl"}, SERVER_NAME=HOST)
    client.force_login(user)
    _gives_reason(client, user)
    address = _address(page, user, client)
    if address is None:
        return Measured(page, user.username, NOT_THEIRS, 0.0, 0.0, 0, None)
    with CaptureQueriesContext(connection) as captured:
        status = client.get(address).status_code
    queries = len(captured)  # now: the next request empties the log
    spent = _times(lambda: client.get(address), times)
    limit = _bare(page, user)
    beside = statistics.median(_times(limit, times)) if limit else None
    p95 = statistics.quantiles(spent, n=20)[-1]
    return Measured(page, user.username, status, statistics.median(spent), p95, queries, beside)


def _gives_reason(client: Client, user: User) -> None:
    """Let the session read the person's newest dossier, which may be closed and would ask for a reason first."""
    session = client.session
    for row in bare.newest_dossiers(user)[:1]:
        reading.remember(session, row[0], reading.Reason.CARE)
    session.save()


def _times(ask: Callable[[], object], times: int) -> list[float]:
    """Return how many milliseconds each of `times` calls took, after one that is not counted."""
    ask()
    spent = []
    for _ in range(max(times, 2)):
        keys.forget()  # every visitor opens the keys of other dossiers
        start = time.perf_counter()
        ask()
        spent.append((time.perf_counter() - start) * 1000)
    return spent


def _address(page: str, user: User, client: Client) -> str | None:
    """Return the page's address with the first subject that answers, None when none does."""
    for subject in _subjects(user):
        try:
            address = reverse(page, args=subject)
        except NoReverseMatch:
            continue
        if client.get(address).status_code == 200:
            return address
    return None


def _subjects(user: User) -> Iterator[list[Any]]:
    """Yield what a page may be about: nothing, the person's newest dossier, or a destruction list."""
    yield []
    for row in bare.newest_dossiers(user)[:1]:
        yield [row[0]]
        yield [row[1]]
    for found in DestructionList.objects.order_by("pk")[:1]:
        yield [found.name]
        yield [found.pk]


def _bare(page: str, user: User) -> Callable[[], object] | None:
    """Return the bare view of a page, None where it has none or would show nothing."""
    newest = bare.newest_dossiers(user)
    if page == "casefiles:dossiers" and newest:
        return lambda: bare.dossiers(user)
    if page == "casefiles:dossier" and newest:
        return lambda: bare.dossier(newest[0][0])
    return None
