"""Requests of data subjects and the words of holds end by the schedule too, once an officer confirmed its rules."""

from datetime import timedelta

import time_machine
from dateutil.relativedelta import relativedelta

from casefiles.models import AccessEvent
from casefiles.vault import keys
from retention import ahead, holds, ownrecords
from retention.models import Hold, HoldCriterion, HoldFacts, HoldText, RightsRequest
from retention.rights import register
from retention.rights.register import Outcome
from retention.schedule import Confidence
from retention.timing import today
from tests.organisation import Organisation
from tests.retention.test_rights import asks, granted
from tests.retention.test_rules import changed, published


def confirmed(organisation: Organisation, code: str, term: str) -> None:
    rule = changed(code, term=term, day=today(), confirmed=True, confidence=Confidence.HIGH)
    published(organisation, rule, back=True)
    ahead.switch_due(today())  # other lines apply now: the sweep switches, and there is no clock to move


def test_an_ended_request_loses_its_key_and_its_row_when_its_confirmed_term_has_passed(
    organisation: Organisation,
) -> None:
    kept = asks(organisation, organisation.opens("JD-1"))  # nobody decided on it
    gone = asks(organisation, organisation.opens("JD-2"))
    register.decide(gone, Outcome("withdrawn", today()), by=organisation.fenna)
    destroys = granted(organisation, organisation.opens("JD-3"))  # its dossier is still there
    late = today() + relativedelta(years=6)
    with time_machine.travel(late, tick=False):
        assert ownrecords.destroy_passed() == 0  # nobody confirmed the terms
    confirmed(organisation, "avg-afgebroken", "P1Y")
    confirmed(organisation, "avg-ingewilligd", "P5Y")
    with time_machine.travel(today() + relativedelta(years=1), tick=False):
        assert ownrecords.destroy_passed() == 0  # the last day is kept
    with time_machine.travel(late, tick=False):
        assert ownrecords.destroy_passed() == 1
        assert ownrecords.destroy_passed() == 0
    assert set(RightsRequest.objects.values_list("pk", flat=True)) == {kept.pk, destroys.pk}
    assert keys.remaining([kept.pk, gone.pk]) == {kept.pk}
    assert AccessEvent.objects.get(action="destroy").ground == f"request {gone.name}"


def test_the_words_of_a_lifted_class_hold_end_and_the_hold_itself_stays(organisation: Organisation) -> None:
    review_on, words = today() + timedelta(days=90), HoldFacts("De ramp bij de dijk.")
    stands, lifted = (
        holds.place_by_criterion(
            HoldCriterion(kind=kind), holds.Ground(Hold.Reason.HOTSPOT, review_on, words), owner=organisation.samira
        )
        for kind in ("jgz", "klacht")
    )
    holds.lift(lifted, by=organisation.koen)
    confirmed(organisation, "vernietigingsstop", "P5Y")
    text = HoldText.objects.get(hold=lifted)
    with time_machine.travel(today() + relativedelta(years=5, days=1), tick=False):
        assert ownrecords.destroy_passed() == 1
    assert list(HoldText.objects.values_list("hold", flat=True)) == [stands.pk]
    assert keys.remaining([text.pk]) == set()
    assert Hold.objects.count() == 2
