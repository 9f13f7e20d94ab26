"""What has already happened to the demonstration's dossiers: holds, one list under review, one executed list.

All of it through the product's own doors: the receipts of the executed list are real. Each step may be repeated.
"""

from datetime import date, timedelta
from uuid import UUID

from django.utils import timezone

from casefiles.access import Ability, permission
from casefiles.models import Dossier, DossierUserGrant, Team, User
from retention import holds, lists, sweeping, timing
from retention.demonstration.people import TEAMS
from retention.destruction import run, verification
from retention.models import (
    Clock,
    DestructionList,
    Hold,
    HoldCriterion,
    HoldFacts,
    ListItem,
    RequestFacts,
    RightsRequest,
)
from retention.rights import register
from retention.rights.law import Regime
from retention.rights.register import Received
from retention.states import ItemStep, ListState

ROUNDS = 20  # a list takes one round, each set-apart dossier some more
EXEMPTED = 2

# The kind of dossier, how many of those that changed longest ago or last are held, and why.
HELD = (
    (Dossier.Kind.JEUGDHULP, "dossier__last_change_on", 3, Hold.Reason.RIGHTS_REQUEST),
    (Dossier.Kind.VOOGDIJ, "dossier__last_change_on", 2, Hold.Reason.GOOD_CARE),
    (Dossier.Kind.TOEGANG, "-dossier__last_change_on", 2, Hold.Reason.COMPLAINT),
    (Dossier.Kind.KLACHT, "-dossier__last_change_on", 1, Hold.Reason.CLAIM),
)

STOPPED = Dossier.Kind.LEERPLICHT  # a whole class, those that come later included


def user(username: str) -> User:
    """Return one of the demonstration's people."""
    return User.objects.get(username=username)


# What is asked of a dossier of each kind that changed lately, how many days ago, and in which words.
ASKED = (
    (Dossier.Kind.JEUGDHULP, "inspect", Regime.YOUTH_ACT, 26, "Ik wil lezen wat er over mij in het dossier staat."),
    (Dossier.Kind.TOEGANG, "rectify", Regime.GDPR, 12, "Mijn adres klopt niet en de school ook niet."),
    (Dossier.Kind.JEUGDHULP, "destroy", Regime.YOUTH_ACT, 5, "Ik ben achttien en wil dat het dossier weg gaat."),
)


def proceed() -> None:
    """Place the holds, register the requests, sweep, approve one list once, and carry one list out."""
    _place_holds()
    _register_requests()
    sweeping.sweep()
    _review(_list_of(Dossier.Kind.OTS, TEAMS[1]))
    _carry_out(_list_of(Dossier.Kind.JEUGDHULP, TEAMS[0]))


def _place_holds() -> None:
    if Hold.objects.exists():
        return
    officer, review_on = user("privacy"), timing.today() + timedelta(days=120)
    for kind, order, count, reason in HELD:
        clocks = Clock.objects.filter(category=kind.value, dossier__status=Dossier.Status.CLOSED)
        chosen = [pk for pk in clocks.order_by(order, "pk").values_list("dossier_id", flat=True)[:count] if pk]
        if reason == Hold.Reason.GOOD_CARE:
            for dossier_id in chosen:
                holds.place([dossier_id], reason, owner=_treating(dossier_id), review_on=review_on)
        else:
            holds.place(chosen, reason, owner=officer, review_on=review_on)
    ground = holds.Ground(Hold.Reason.HOTSPOT, review_on, HoldFacts("", "besluit 2026-31", officer.name))
    holds.place_by_criterion(HoldCriterion(kind=STOPPED, opened_from=date(2020, 1, 1)), ground, owner=officer)


def _register_requests() -> None:
    if RightsRequest.objects.exists():
        return
    led = DossierUserGrant.objects.filter(permission=permission(Ability.LEAD), until__gt=timezone.now())
    told: set[UUID] = set()
    for kind, what, regime, days, words in ASKED:
        found = Dossier.objects.present().filter(kind=kind, pk__in=led.values("content_object")).exclude(pk__in=told)
        dossier = found.order_by("-last_change_on", "reference").first()
        if dossier is None:
            continue
        told.add(dossier.pk)
        facts = RequestFacts(requester="de jeugdige zelf", text=words)
        asked = Received(what, regime, "self", timing.today() - timedelta(days=days), facts)
        register.receive(asked, [dossier.pk], by=_treating(dossier.pk))


def _treating(dossier_id: UUID) -> User:
    """Return who leads a case: good care is theirs to decide."""
    leading = DossierUserGrant.objects.filter(
        content_object=dossier_id, permission=permission(Ability.LEAD), until__gt=timezone.now()
    )
    grant = leading.select_related("user").earliest("pk")
    return User.objects.get(pk=grant.user_id)


def _list_of(kind: Dossier.Kind, team: str) -> DestructionList:
    """Return the first list that was composed of a kind and a team."""
    found = DestructionList.objects.filter(category=kind.value, team=Team.objects.named(team))
    return found.select_related("category", "team", "rule").earliest("pk")


def _review(chosen: DestructionList) -> None:
    """Exempt two dossiers, and approve the others at the first stage only."""
    if ListItem.objects.filter(destruction_list=chosen).exclude(step=ItemStep.LISTED).exists():
        return
    lead = user("lead-oost")
    waiting = ListItem.objects.filter(destruction_list=chosen).order_by("pk").values_list("dossier_id", flat=True)
    references = Dossier.objects.filter(pk__in=list(waiting[:EXEMPTED])).values_list("reference", flat=True)
    review_on = timing.today() + timedelta(days=365)
    lists.exempt(chosen, references, ListItem.ExemptReason.SIBLING, review_on, by=lead)
    lists.approve(chosen, by=lead)


def _carry_out(chosen: DestructionList) -> None:
    """Approve twice, let the cooling-off period be over, start, and do what the worker does."""
    if chosen.state == ListState.REVIEW:
        _approve_twice(chosen)
    if chosen.state == ListState.COOLING_OFF:
        DestructionList.objects.filter(pk=chosen.pk).update(cooling_off_until=timezone.now())
        lists.start(chosen, by=user("beheer"))
    for _round in range(ROUNDS):
        run.run(chosen.pk)
        _passed, failed = verification.verify(chosen.pk)
        for item in failed:
            run.mark_failed(item)
        chosen.refresh_from_db()
        if chosen.state == ListState.DONE:
            return


def _approve_twice(chosen: DestructionList) -> None:
    for username in ("lead-noord", "privacy"):
        try:
            lists.approve(chosen, by=user(username))
        except lists.NotAllowed:
            continue  # an interrupted load approved this stage already
    chosen.refresh_from_db()
