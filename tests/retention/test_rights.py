"""The register of requests: an open request holds its dossiers, and lets them go when the remedy period has passed."""

from datetime import date, timedelta
from typing import Any
from uuid import uuid4

import msgspec
import pytest
import time_machine
from dateutil.relativedelta import relativedelta
from django.db import IntegrityError
from django.urls import reverse

from casefiles.access import Refused
from casefiles.models import AccessEvent, Dossier
from casefiles.vault import keys
from retention import ahead, holds, rules, sweeping, timing
from retention.destruction.claim import claim
from retention.models import (
    Clock,
    ClockChange,
    DestructionList,
    Hold,
    Receipt,
    RequestDossier,
    RequestFacts,
    RightsRequest,
    RuleVersion,
)
from retention.rights import register
from retention.rights.register import NotPossible, Outcome, Received
from retention.schedule import Trigger
from retention.timing import recompute, today
from tests.casework import signed_in
from tests.organisation import Organisation, carry_out
from tests.retention.test_rules import changed, drafted

WORDS = RequestFacts(requester="Petra Dam", text="Ik wil het dossier inzien.")


def received(kind: str = "inspect", regime: str = "youth_act", **more: Any) -> Received:
    return Received(kind, regime, "self", more.pop("received_on", today()), WORDS, **more)


def asks(organisation: Organisation, dossier: Dossier, kind: str = "inspect", **more: Any) -> RightsRequest:
    return register.receive(received(kind, **more), [dossier.pk], by=organisation.fenna)


def refusal(**changes: Any) -> Outcome:
    values = {
        "ground": "other_interest",
        "whose_interest": "de zus",
        "why": "Zij bereidt een claim voor.",
        "scope": "de verslagen van 2011",
        "review_on": today() + timedelta(days=300),
    }
    return Outcome("refused", today(), **values | changes)


def held(dossier: Dossier) -> int:
    return Clock.objects.get(dossier=dossier).held


def test_an_open_request_holds_its_dossier_and_no_person_lifts_that(organisation: Organisation) -> None:
    dossier = organisation.opens("JD-1")
    request = asks(organisation, dossier)
    assert request.name == f"AV-{today().year}-001"
    assert (held(dossier), request.hold.reason) == (1, "rights_request")
    for lift in (
        lambda: holds.lift(request.hold, by=organisation.koen),
        lambda: holds.lift_for(request.hold, dossier.pk, by=organisation.koen),
    ):
        with pytest.raises(holds.NotYours):
            lift()
    assert held(dossier) == 1
    line = AccessEvent.objects.get(ground=f"request {request.name} received")
    assert (line.dossier_id, line.detail) == (dossier.pk, {"kind": "inspect"})


def test_the_hold_stays_for_the_remedy_period_and_then_lifts_itself(organisation: Organisation) -> None:
    dossier = organisation.opens("JD-1")
    request = asks(organisation, dossier)
    register.decide(request, Outcome("granted", today()), by=organisation.fenna)
    assert register.lapse() == 0
    with time_machine.travel(today() + timedelta(days=42), tick=False):
        assert register.lapse() == 0  # the last day is still theirs
    with time_machine.travel(today() + timedelta(days=43), tick=False):
        assert register.lapse() == 1
        assert register.lapse() == 0
    assert held(dossier) == 0
    hold = Hold.objects.get()
    assert (hold.lifted_by, hold.lifted_at is None) == (None, False)
    assert [e.actor_role for e in AccessEvent.objects.filter(action="lift")] == ["system"]


def test_a_contested_decision_keeps_its_hold_until_that_is_over(organisation: Organisation) -> None:
    dossier = organisation.opens("JD-1")
    request = asks(organisation, dossier)
    with pytest.raises(NotPossible):
        register.contest(request, by=organisation.fenna)
    register.decide(request, Outcome("granted", today()), by=organisation.fenna)
    register.contest(request, by=organisation.samira)
    with time_machine.travel(today() + timedelta(days=90), tick=False):
        assert register.lapse() == 0
        register.contest(request, by=organisation.samira, ended=True)
        assert register.lapse() == 1
    assert held(dossier) == 0


@pytest.mark.parametrize(("kind", "decision"), [("destroy", "granted"), ("inspect", "withdrawn")])
def test_what_leaves_nobody_a_remedy_ends_at_once(organisation: Organisation, kind: str, decision: str) -> None:
    dossier = organisation.opens("JD-1")
    request = asks(organisation, dossier, kind)
    register.decide(request, Outcome(decision, today()), by=organisation.fenna)
    request.refresh_from_db()
    assert request.ended_at is not None
    assert held(dossier) == 0


def test_destruction_is_refused_on_two_grounds_only_and_never_on_its_term(organisation: Organisation) -> None:
    dossier = organisation.opens("JD-1")
    request = asks(organisation, dossier, "destroy")
    for broken in (
        refusal(ground=""),
        refusal(ground="unfounded"),
        refusal(why="De bewaartermijn van 20 jaar is niet voorbij."),
        refusal(evidence="artikel 7.3.8 Jeugdwet"),
        Outcome("refused", today() + timedelta(days=1), "law"),
        Outcome("granted", today(), "law"),
    ):
        with pytest.raises(NotPossible):
            register.decide(request, broken, by=organisation.fenna)
    with pytest.raises(IntegrityError, match="destruction_has_two_grounds_of_refusal"):
        RightsRequest.objects.update(ground="unfounded")
    register.decide(request, refusal(), by=organisation.fenna)
    with pytest.raises(NotPossible):
        register.decide(request, Outcome("granted", today()), by=organisation.fenna)
    request.refresh_from_db()
    assert (request.decision, request.facts.whose_interest, request.facts.requester) == (
        "refused",
        "de zus",
        "Petra Dam",
    )
    assert held(dossier) == 1


def test_an_extension_is_told_within_the_first_term(organisation: Organisation) -> None:
    dossier = organisation.opens("JD-1")
    request = asks(organisation, dossier, received_on=today() - timedelta(days=40))
    until = today() + timedelta(days=30)
    for broken in (
        (until, today()),  # told too late
        (today() + timedelta(days=300), today() - timedelta(days=20)),  # further than the law allows
        (request.deadline, today() - timedelta(days=20)),
    ):
        with pytest.raises(NotPossible):
            register.extend(request, *broken, by=organisation.fenna)
    register.extend(request, until, today() - timedelta(days=20), by=organisation.samira)
    request.refresh_from_db()
    assert request.deadline == until
    assert Hold.objects.get().review_on == until
    wmo = asks(organisation, dossier, "destroy", regime="wmo")
    with pytest.raises(NotPossible):
        register.extend(wmo, wmo.deadline + timedelta(days=1), today(), by=organisation.fenna)


def test_a_request_outlives_its_dossier_under_a_key_of_its_own(organisation: Organisation) -> None:
    dossier = organisation.opens("JD-1")
    request = asks(organisation, dossier)
    keys.shred([dossier.pk])
    assert RightsRequest.objects.get(pk=request.pk).facts == WORDS
    assert request.hold.notes.count() == 0


def test_a_request_for_a_claimed_dossier_comes_too_late_and_leaves_nothing(organisation: Organisation) -> None:
    dossier = organisation.keeps("JD-1996-0001")
    claim(organisation.starts(organisation.lists_due()).pk)
    once = uuid4()
    with pytest.raises(NotPossible):
        register.receive(received(id=once), [dossier.pk], by=organisation.samira)
    assert not Hold.objects.exists()
    assert not RightsRequest.objects.exists()
    assert keys.remaining([once]) == set()


def test_only_who_works_on_a_dossier_registers_and_only_handler_or_officer_decides(organisation: Organisation) -> None:
    dossier, once = organisation.opens("JD-1"), uuid4()
    with pytest.raises(Refused):
        register.receive(received(), [dossier.pk], by=organisation.amina)
    first, again = (register.receive(received(id=once), [dossier.pk], by=organisation.fenna) for _ in range(2))
    assert first == again
    assert RequestDossier.objects.count() == 1
    for other in (organisation.joost, organisation.tineke):
        with pytest.raises(Refused):
            register.decide(first, Outcome("granted", today()), by=other)
    assert register.words_of(organisation.fenna, first) == WORDS
    for reader in (organisation.samira, organisation.pim, organisation.amina):
        assert register.words_of(reader, first) is None
    assert [register.seen_by(user).count() for user in (organisation.pim, organisation.joost, organisation.amina)] == [
        1,
        1,
        0,
    ]
    assert date.min < first.deadline


def granted(organisation: Organisation, dossier: Dossier, regime: str = "youth_act", *, ago: int = 0) -> RightsRequest:
    day = today() - timedelta(days=ago)
    request = asks(organisation, dossier, "destroy", regime=regime, received_on=day)
    register.decide(request, Outcome("granted", day), by=organisation.fenna)
    return request


def test_a_granted_request_breaks_the_term_and_is_destroyed_by_the_ordinary_way(organisation: Organisation) -> None:
    young, other = (organisation.keeps(name, changed=today() - timedelta(days=900)) for name in ("JD-1", "JD-2"))
    assert timing.derivation_of(young).due_on == today() - timedelta(days=900) + relativedelta(years=20)
    granted(organisation, young, ago=1)
    refused = asks(organisation, other, "destroy")
    register.decide(refused, refusal(), by=organisation.fenna)
    derived = timing.derivation_of(young)
    assert (derived.due_on, derived.citation) == (today() - timedelta(days=1), "Jeugdwet art. 7.3.9")
    change = ClockChange.objects.filter(dossier=young).latest("pk")
    assert (change.cause, change.actor) == ("granted", organisation.fenna.name)
    assert change.starts_after == [today() - timedelta(days=1), None, None]
    recompute(young)  # whatever happens to it later, it stays what was granted
    assert Clock.objects.get(dossier=young).category_id == "op-verzoek"
    listed = organisation.lists_due()
    assert (listed.category_id, [item.dossier_id for item in listed.items.all()]) == ("op-verzoek", [young.pk])
    carry_out(organisation.starts(listed))
    assert not Dossier.objects.filter(pk=young.pk).exists()
    assert Receipt.objects.get(type="destroyed").dossier_id == young.pk
    assert RightsRequest.objects.filter(kind="destroy").count() == 2  # the request outlives what it was about
    assert held(other) == 1


def test_a_changed_rule_of_the_kind_leaves_a_granted_dossier_alone(organisation: Organisation) -> None:
    dossier, other = organisation.keeps("JD-1", changed=today()), organisation.keeps("JD-2", changed=today())
    granted(organisation, dossier, "gdpr")
    change = drafted(organisation, changed(trigger=Trigger.BIRTH, day=today()), back=True)
    ahead.work(change.job_id)
    rules.propose(change, by=organisation.samira)
    rules.approve(change, change.digest, by=organisation.koen)
    assert ahead.switch_due(today()) == 1
    clock = Clock.objects.get(dossier=dossier)
    assert (clock.category_id, clock.starts_on) == ("op-verzoek", [None, None, today()])
    assert Clock.objects.get(dossier=other).starts_on == [date(2008, 3, 7)]
    own = RuleVersion.objects.get(category="op-verzoek").rule
    fewer = msgspec.structs.replace(own, version=2, valid_from=today(), lines=own.lines[1:])
    change = drafted(organisation, fewer, back=True)
    ahead.work(change.job_id)
    rules.propose(change, by=organisation.samira)
    rules.approve(change, change.digest, by=organisation.koen)
    assert ahead.switch_due(today()) == 1
    assert Clock.objects.get(dossier=dossier).starts_on == [None, today()]


def test_an_open_dossier_waits_for_its_closing_and_its_clock_tells_why(organisation: Organisation) -> None:
    dossier = organisation.opens("JD-1")
    granted(organisation, dossier, "veilig_thuis")
    page = signed_in(organisation.fenna).get(reverse("retention:clock", args=[dossier.pk])).content.decode()
    assert "Wmo 2015 art. 5.3.5" in page
    assert "A request for destruction was granted" in page
    overview = signed_in(organisation.samira)
    assert overview.get(reverse("retention:overview")).status_code == 200
    assert "Wmo 2015 art. 5.3.5" in overview.get(reverse("retention:clock", args=[dossier.pk])).content.decode()
    with time_machine.travel(today() + timedelta(days=1), tick=False):
        sweeping.sweep()
        assert not DestructionList.objects.exists()
