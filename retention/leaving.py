"""Open work of retention with somebody who leaves: holds and requests pass on, the rest goes with dossier or role."""

from collections.abc import Iterator

from django.db.models import QuerySet
from django.utils.translation import ngettext

from casefiles import journal, leaving
from casefiles.leaving import Open
from casefiles.models import AccessEvent, User
from retention import overview
from retention.attention import questions
from retention.models import Hold, RightsRequest


def connect() -> None:
    """Say what is open with a person who leaves; call it from AppConfig.ready()."""
    leaving.register(still_open, give)


def _requests(user: User) -> QuerySet[RightsRequest]:
    return RightsRequest.objects.filter(handler=user, ended_at=None)


def _holds(user: User) -> QuerySet[Hold]:
    """Return the standing holds that the person owns; that of an open request goes with the request."""
    return Hold.objects.filter(owner=user, lifted_at=None)


def still_open(user: User) -> Iterator[Open]:
    """Yield the requests that the person handles, the holds that they own, and what waits for their decision."""
    yield Open(
        _requests(user),
        lambda n: ngettext("%d request of a data subject", "%d requests of data subjects", n) % n,
        "retention:requests",
        passes=True,
    )
    yield Open(
        _holds(user).filter(request=None),
        lambda n: ngettext("%d hold", "%d holds", n) % n,
        "retention:holds",
        passes=True,
    )
    for rows in (questions.waiting(user), questions.past_and_open(user)):
        yield Open(rows, _of_dossiers)
    yield Open(
        overview.waiting_for(user),
        lambda n: ngettext("%d destruction list waits for another of this role.", "%d destruction lists wait.", n) % n,
        "retention:lists",
    )


def _of_dossiers(n: int) -> str:
    return ngettext("%d question about a dossier stays with it.", "%d questions stay with their dossiers.", n) % n


def give(of: User, to: User, by: User) -> None:
    """Give requests and holds to who takes over, each a line in the log, in the caller's transaction."""
    requests, holds = list(_requests(of).select_for_update()), list(_holds(of).select_for_update())
    RightsRequest.objects.filter(pk__in=[one.pk for one in requests]).update(handler=to)
    Hold.objects.filter(pk__in=[one.pk for one in holds]).update(owner=to)
    for name in [*(f"request {one.name}" for one in requests), *(f"hold {one.name}" for one in holds)]:
        journal.record(AccessEvent.Action.CHANGE, by, ground=f"{name} handed over", of=of.pk, to=to.pk)
