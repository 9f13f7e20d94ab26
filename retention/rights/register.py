"""The register of requests: receiving, extending, deciding, and letting the hold end when the remedy period has passed.

An open request holds its dossiers by itself: nothing is destroyed that somebody asked to see.
"""

from collections.abc import Collection
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from uuid import UUID, uuid4

from django.db import connection, transaction
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from casefiles import access, journal
from casefiles.access import METADATA_ROLES, visible_to
from casefiles.models import AccessEvent, Dossier, User
from casefiles.vault import keys
from retention import holds, timing
from retention.holds import who
from retention.lists import OFFICERS
from retention.models import Hold, RequestDossier, RequestFacts, RightsRequest
from retention.rights import law

Decision = RightsRequest.Decision


class NotPossible(Exception):
    """This step on a request is not possible now; the message says why."""


@dataclass(frozen=True, slots=True, repr=False)
class Received:
    """A request as it came in. The same `id` twice is one request."""

    kind: str
    regime: str
    capacity: str
    received_on: date
    facts: RequestFacts
    id: UUID = field(default_factory=uuid4)


@dataclass(frozen=True, slots=True, repr=False)
class Outcome:
    """A decision; a refusal, also in part, has its ground, its reasons in words, and a day on which it is reviewed."""

    decision: str
    decided_on: date
    ground: str = ""
    whose_interest: str = ""
    why: str = ""
    evidence: str = ""
    scope: str = ""
    review_on: date | None = None


def seen_by(user: User) -> QuerySet[RightsRequest]:
    """Return the requests that a person may know of: who works on metadata all, others those on dossiers of theirs."""
    found = RightsRequest.objects.select_related("handler", "decided_by", "hold")
    if not user.is_active:
        return found.none()
    if user.role in METADATA_ROLES:
        return found
    about = RequestDossier.objects.filter(request=OuterRef("pk"), dossier__in=who.holdable(user, "").values("pk"))
    return found.filter(Q(handler=user) | Exists(about))


def may_handle(user: User, request: RightsRequest) -> bool:
    """Tell whether the person may take the next step: the handler, or an officer."""
    return user.is_active and (user.pk == request.handler_id or user.role in OFFICERS)


def words_of(user: User, request: RightsRequest) -> RequestFacts | None:
    """Return the sealed facts to the handler and to who reads a dossier of it, and log that; None to others."""
    about = RequestDossier.objects.filter(request=request)
    if user.pk != request.handler_id and not about.filter(dossier__in=visible_to(user).values("pk")).exists():
        return None
    journal.record(AccessEvent.Action.READ, user, ground=f"request {request.name}")
    return request.facts


def receive(received: Received, dossier_ids: Collection[UUID], *, by: User) -> RightsRequest:
    """Register a request and hold its dossiers, in one transaction. Raises Refused, and NotPossible when too late."""
    who.require_holdable(by, Hold.Reason.RIGHTS_REQUEST, dossier_ids)
    known = RightsRequest.objects.filter(pk=received.id).first()
    if known is not None:
        return known
    keys.create([received.id])
    deadline = law.term(received.regime, received.kind, received.received_on).deadline
    review_on = max(deadline, timing.today() + timedelta(days=1))
    with transaction.atomic():
        placed = holds.place_on(dossier_ids, holds.Ground(Hold.Reason.RIGHTS_REQUEST, review_on), owner=by)
        if not placed.covered:
            keys.shred([received.id])
            raise NotPossible(_("The destruction of this dossier has begun: a request cannot be registered for it."))
        request = RightsRequest.objects.create(
            id=received.id,
            name=_next_name(timing.today()),
            kind=received.kind,
            regime=received.regime,
            capacity=received.capacity,
            received_on=received.received_on,
            handler=by,
            hold=placed.hold,
            facts=received.facts,
        )
        RequestDossier.objects.bulk_create(RequestDossier(request=request, dossier_id=i) for i in placed.covered)
        _log(request, by, "received")
    return request


def _next_name(day: date) -> str:
    """Return the next free name of the year, such as AV-2026-061, in the caller's transaction."""
    with connection.cursor() as cursor:  # one at a time, so that two cannot take the same number
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext('retention.rights.name'))")
    prefix = f"AV-{day.year}-"
    names = RightsRequest.objects.filter(name__startswith=prefix).values_list("name", flat=True)
    return f"{prefix}{max((int(name.removeprefix(prefix)) for name in names), default=0) + 1:03}"


def _log(request: RightsRequest, by: User | None, step: str) -> None:
    ids: list[UUID | None] = list(RequestDossier.objects.filter(request=request).values_list("dossier_id", flat=True))
    ids = ids or [None]  # the dossiers may be gone by now
    ground = f"request {request.name} {step}"
    journal.record_many(AccessEvent.Action.CHANGE, by, ids, ground=ground, kind=request.kind)


def _locked(request: RightsRequest) -> RightsRequest:
    return RightsRequest.objects.select_for_update().get(pk=request.pk)


def _require_handler(by: User, request: RightsRequest) -> None:
    if not may_handle(by, request):
        access.refuse(by, f"request {request.name}")


def extend(request: RightsRequest, until: date, told_on: date, *, by: User) -> None:
    """Extend the deadline; the requester is told of it before the first deadline passes (AVG 12(3)).

    Raises Refused, and NotPossible when the law allows no such extension.
    """
    _require_handler(by, request)
    term = law.term(request.regime, request.kind, request.received_on)
    with transaction.atomic():
        current = _locked(request)
        if current.decision:
            raise NotPossible(_("This request is decided already."))
        if term.longest == term.deadline:
            raise NotPossible(_("The law allows no extension of this term."))
        if told_on > term.deadline or not request.received_on <= told_on <= timing.today():
            raise NotPossible(_("The requester must be told within the first term."))
        if not current.deadline < until <= furthest(current, term):
            raise NotPossible(_("Choose a day after the deadline, within what the law allows."))
        current.extended_until, current.extension_told_on = until, told_on
        current.save(update_fields=["extended_until", "extension_told_on"])
        Hold.objects.filter(pk=current.hold_id).update(review_on=max(until, timing.today() + timedelta(days=1)))
        _log(current, by, "extended")


def furthest(request: RightsRequest, term: law.Term) -> date:
    """Return the last day of an extension; one about third parties goes two weeks at a time, again and again."""
    again = request.kind == law.Kind.THIRD_PARTY
    return request.deadline + (term.longest - term.deadline) if again else term.longest


def decide(request: RightsRequest, outcome: Outcome, *, by: User) -> None:
    """Decide on a request, once. Raises Refused, and NotPossible.

    The hold stays until the remedy period has passed, unless there is nobody to use it: the request was withdrawn,
    or destruction was granted as it was asked.
    """
    _require_handler(by, request)
    _check(request, outcome)
    with transaction.atomic():
        current = _locked(request)
        if current.decision:
            raise NotPossible(_("This request is decided already."))
        current.decision, current.ground, current.decided_on = outcome.decision, outcome.ground, outcome.decided_on
        current.decided_by, current.refusal_review_on = by, outcome.review_on
        words = {name: getattr(outcome, name) for name in ("whose_interest", "why", "evidence", "scope")}
        current.facts = replace(current.facts, **words)
        current.save(update_fields=["decision", "ground", "decided_on", "decided_by", "refusal_review_on", "facts"])
        _log(current, by, outcome.decision)
        if _ends_at_once(current):
            _end(current)
        if _is_granted(current):
            _let_fall_due(current, by)


def _check(request: RightsRequest, outcome: Outcome) -> None:
    refuses = outcome.decision in (Decision.REFUSED, Decision.PARTLY)
    if refuses != bool(outcome.ground):
        raise NotPossible(_("A refusal has a ground; another decision has none."))
    if refuses and request.kind == law.Kind.DESTROY and outcome.ground not in law.OF_DESTRUCTION:
        raise NotPossible(_("There are only two grounds to refuse destruction."))
    if refuses and (law.is_term_alone(outcome.why) or law.is_term_alone(outcome.evidence)):
        raise NotPossible(_("That the retention period has not passed is no ground: a valid request breaks it."))
    if not request.received_on <= outcome.decided_on <= timing.today():
        raise NotPossible(_("The decision lies between the receipt of the request and today."))


def _is_granted(request: RightsRequest) -> bool:
    return request.kind == law.Kind.DESTROY and request.decision == Decision.GRANTED


def _ends_at_once(request: RightsRequest) -> bool:
    return _is_granted(request) or request.decision == Decision.WITHDRAWN


def _let_fall_due(request: RightsRequest, by: User) -> None:
    """Let the clocks follow what was granted: from the next day on the dossiers come on a list, once closed."""
    about = RequestDossier.objects.filter(request=request).values("dossier")
    for dossier in Dossier.objects.select_for_update(no_key=True).filter(pk__in=about).order_by("pk"):
        timing.recompute(dossier, timing.Cause.GRANTED, by)


def _end(request: RightsRequest) -> None:
    """End a request: its hold lifts itself, by the system."""
    RightsRequest.objects.filter(pk=request.pk, ended_at=None).update(ended_at=timezone.now())
    holds.lift_by_itself(request.hold)
    _log(request, None, "ended")


def contest(request: RightsRequest, *, by: User, ended: bool = False) -> None:
    """Note that the requester went to court or objected, or that this came to its end. The hold stays meanwhile.

    Raises Refused, and NotPossible when the request has ended or is not decided.
    """
    _require_handler(by, request)
    with transaction.atomic():
        open_ones = RightsRequest.objects.filter(pk=request.pk, ended_at=None).exclude(decision="")
        if not open_ones.update(contested=not ended):
            raise NotPossible(_("Only a decision whose remedy period runs can be contested."))
        _log(request, by, "remedy ended" if ended else "contested")


def lapse() -> int:
    """End every request whose remedy period has passed unused; return how many. Safe to repeat."""
    decided = RightsRequest.objects.filter(ended_at=None, contested=False).exclude(decision="")
    passed = decided.filter(decided_on__lt=timing.today() - law.REMEDY)
    ended = 0
    for pk in list(passed.values_list("pk", flat=True)):
        with transaction.atomic():
            request = RightsRequest.objects.select_for_update(of=["self"]).select_related("hold").get(pk=pk)
            if request.ended_at is None and not request.contested:
                _end(request)
                ended += 1
    return ended
