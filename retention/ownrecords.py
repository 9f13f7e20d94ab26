"""Our own records about people, beside dossiers: requests of data subjects, and the words of holds on a class.

They have terms in the schedule as well (selection list 6.1 to 6.3 for requests). Those ship as guidance, so nothing
ends before a privacy officer confirmed its line. What has passed loses its key first, and then its row.
"""

from collections.abc import Iterator
from datetime import date
from typing import Final
from uuid import UUID

from django.db import transaction
from django.db.models import Exists, OuterRef, QuerySet
from django.utils import timezone

from casefiles import journal
from casefiles.models import AccessEvent
from casefiles.vault import keys
from retention import timing
from retention.models import HoldText, RequestDossier, RightsRequest, RuleVersion
from retention.schedule import Action, Facts, Rule, derive, is_due

Decision = RightsRequest.Decision
OF_DECISION: Final = {
    Decision.GRANTED: "avg-ingewilligd",
    Decision.PARTLY: "avg-ingewilligd",
    Decision.REFUSED: "avg-geweigerd",
    Decision.WITHDRAWN: "avg-afgebroken",
}
OF_HOLD: Final = "vernietigingsstop"


def destroy_passed() -> int:
    """Destroy the requests and the words of holds whose term has passed; return how many. Safe to repeat."""
    day = timing.today()
    found = RuleVersion.objects.in_force(day).filter(category__in=[*OF_DECISION.values(), OF_HOLD])
    in_force = {version.category_id: version.rule for version in found if version.rule.action is Action.DESTROY}
    requests, texts = list(_passed_requests(in_force, day)), list(_passed_texts(in_force, day))
    for pk, name in requests:
        _end_request(pk, name)
    for pk, name in texts:
        _end_text(pk, name)
    return len(requests) + len(texts)


def _passed(rule: Rule | None, opened_on: date, closed_on: date, day: date) -> bool:
    if rule is None:
        return False
    facts = Facts(opened_on=opened_on, last_change_on=closed_on, is_closed=True, closed_on=closed_on)
    due_on = derive(rule, facts).due_on
    return due_on is not None and is_due(due_on, day)


def _passed_requests(in_force: dict[str, Rule], day: date) -> Iterator[tuple[UUID, str]]:
    for request in _ended():
        rule = in_force.get(OF_DECISION[Decision(request.decision)])
        if request.ended_at and _passed(rule, request.received_on, timezone.localdate(request.ended_at), day):
            yield request.pk, request.name


def _ended() -> QuerySet[RightsRequest]:
    """Return what has ended; a granted destruction only once it is carried out, for it is the ground of that."""
    destroys = RightsRequest.objects.filter(
        Exists(RequestDossier.objects.filter(request=OuterRef("pk"))), kind="destroy", decision=Decision.GRANTED
    )
    return RightsRequest.objects.filter(ended_at__isnull=False).exclude(pk__in=destroys.values("pk")).defer("facts")


def _passed_texts(in_force: dict[str, Rule], day: date) -> Iterator[tuple[UUID, str]]:
    lifted = HoldText.objects.filter(hold__lifted_at__isnull=False).select_related("hold").defer("facts")
    for text in lifted:
        lifted_on = timezone.localdate(text.hold.lifted_at)
        if _passed(in_force.get(OF_HOLD), timezone.localdate(text.hold.placed_at), lifted_on, day):
            yield text.pk, text.hold.name


def _end_request(pk: UUID, name: str) -> None:
    keys.shred([pk])
    with transaction.atomic():
        RightsRequest.objects.filter(pk=pk).delete()
        journal.record(AccessEvent.Action.DESTROY, None, ground=f"request {name}")


def _end_text(pk: UUID, name: str) -> None:
    keys.shred([pk])
    with transaction.atomic():
        HoldText.objects.filter(pk=pk).delete()
        journal.record(AccessEvent.Action.DESTROY, None, ground=f"words of hold {name}")
