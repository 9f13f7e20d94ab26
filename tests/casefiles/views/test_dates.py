"""The dates that matter: what a case worker says, and how the clock of a rule that asks for it follows."""

from datetime import date
from typing import Any

import pytest
from django.urls import reverse

from casefiles.models import AccessEvent, Dossier
from retention.models import Clock, RuleVersion
from retention.schedule import Rule
from tests.casework import logged, signed_in
from tests.organisation import Organisation

FLAG = {"code": "vermoeden", "nl": "er is een vermoeden", "en": "abuse is suspected"}
EVENT = {"code": "risico-weg", "nl": "het risico is weg", "en": "the risk is gone"}


def lines(*changes: dict[str, Any]) -> list[dict[str, Any]]:
    plain = {"citation": "Wet", "status": "statute", "confidence": "H", "confirmed": True, "term": "P20Y"}
    return [plain | change for change in changes]


@pytest.fixture
def asking(stores: None, monkeypatch: pytest.MonkeyPatch) -> None:
    """The rule in force for care files counts from a named event, or from birth where abuse is suspected."""
    spec = {
        "category": "jeugdhulp",
        "version": 1,
        "valid_from": "2020-01-01",
        "lines": lines(
            {"trigger": "named_event", "event": EVENT},
            {"trigger": "birth", "term": "P39Y", "when": {"flag": FLAG}},
        ),
    }
    rule = Rule.from_json(spec)
    monkeypatch.setattr(RuleVersion, "rule", property(lambda version: rule))


def form(**changes: str) -> dict[str, str]:
    return {"version": "0", "event-risico-weg": "2021-05-04", "flag-vermoeden": "no"} | changes


def clock(dossier: Dossier) -> Clock:
    return Clock.objects.get(dossier=dossier)


@pytest.mark.usefixtures("asking")
def test_what_the_rule_asks_is_on_the_form_and_moves_the_clock(organisation: Organisation) -> None:
    dossier = organisation.opens("JD-1")
    assert (clock(dossier).state, clock(dossier).starts_on) == ("waiting", [None, None])
    page, address = signed_in(organisation.fenna), reverse("casefiles:dossier-dates", args=[dossier.pk])
    shown = page.get(address).content.decode()
    assert "Date on which: the risk is gone" in shown
    assert "Does this hold: abuse is suspected?" in shown
    answer = page.post(address, form())
    assert answer.status_code == 302
    assert (clock(dossier).state, clock(dossier).starts_on[0]) == ("running", date(2021, 5, 4))
    assert [event.ground for event in logged(dossier, AccessEvent.Action.CHANGE)] == ["dates"]
    assert page.post(address, form(version="1", **{"flag-vermoeden": "yes"})).status_code == 302
    assert clock(dossier).starts_on == [date(2021, 5, 4), date(2008, 3, 7)]
    assert b"vermoeden" not in bytes(Dossier.objects.values_list("facts", flat=True).get())


def test_two_people_at_once_lose_nothing(organisation: Organisation) -> None:
    dossier = organisation.opens("JD-1")
    page, address = signed_in(organisation.fenna), reverse("casefiles:dossier-dates", args=[dossier.pk])
    assert page.post(address, {"version": "0", "end_of_measure_on": "2021-05-04"}).status_code == 302
    second = page.post(address, {"version": "0", "end_of_measure_on": "2022-06-05"})
    assert second.status_code == 409
    shown = second.content.decode()
    assert "4 May 2021" in shown
    assert "2022-06-05" in shown
    dossier.refresh_from_db()
    assert dossier.end_of_measure_on == date(2021, 5, 4)


def test_a_decision_does_not_expire_before_it_starts(organisation: Organisation) -> None:
    dossier = organisation.opens("JD-1")
    dates = {"version": "0", "decision_starts_on": "2021-05-04", "decision_expires_on": "2020-05-04"}
    answer = signed_in(organisation.fenna).post(reverse("casefiles:dossier-dates", args=[dossier.pk]), dates)
    assert answer.status_code == 422
    assert "before the start of the decision" in answer.content.decode()


def test_a_closed_dossier_can_still_be_asked(organisation: Organisation) -> None:
    dossier = organisation.keeps("JD-1")
    address = reverse("casefiles:dossier-dates", args=[dossier.pk])
    assert signed_in(organisation.fenna).post(address, {"version": "0", "arrived_on": "1995-05-04"}).status_code == 302
    assert Dossier.objects.get(pk=dossier.pk).facts.circumstances.arrived_on == date(1995, 5, 4)


@pytest.mark.parametrize("who", ["amina", "samira", "koen"])
def test_who_may_not_see_the_dossier_finds_no_dates(organisation: Organisation, who: str) -> None:
    dossier = organisation.opens("JD-1")
    answer = signed_in(getattr(organisation, who)).get(reverse("casefiles:dossier-dates", args=[dossier.pk]))
    assert answer.status_code == 404


@pytest.mark.usefixtures("asking")
def test_who_works_on_metadata_is_not_told_what_was_answered(organisation: Organisation) -> None:
    dossier = organisation.opens("JD-1")
    page = signed_in(organisation.samira).get(reverse("casefiles:dossier", args=[dossier.pk])).content.decode()
    assert "suspected" not in page
