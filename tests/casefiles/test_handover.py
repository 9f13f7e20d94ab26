"""Handing a case load over, dossier by dossier, and leaving the organisation in one action."""

import pytest
from django.contrib.sessions.models import Session
from django.test import Client

from casefiles import access, handover, people
from casefiles.access import Ability, Refused
from casefiles.membership import NotPossible
from casefiles.models import AccessEvent, Dossier, HandOver, HandOverItem, Job
from tests.casework import may, signed_in
from tests.organisation import Organisation

LEADS = {Ability.READ, Ability.CONTRIBUTE, Ability.LEAD}


@pytest.fixture
def load(organisation: Organisation) -> list[Dossier]:
    """Three dossiers that Fenna leads."""
    return [organisation.opens(f"JD-{number}") for number in range(3)]


def results(hand_over: HandOver) -> dict[str, str]:
    return dict(HandOverItem.objects.filter(hand_over=hand_over).values_list("dossier__reference", "result"))


def test_each_dossier_has_its_own_result(organisation: Organisation, load: list[Dossier]) -> None:
    ids = [dossier.pk for dossier in load]
    made = handover.begin(organisation.fenna, organisation.amina, ids, HandOver.Reason.CASE_LOAD, by=organisation.joost)
    access.revoke(organisation.fenna, load[1], by=organisation.fenna)
    Dossier.objects.filter(pk=load[2].pk).update(status="destroying")
    for _again in range(2):
        handover.carry_out(made.pk)
    assert results(made) == {"JD-0": "done", "JD-1": "not_led", "JD-2": "gone"}
    job = Job.objects.get(pk=made.pk)
    assert (job.state, job.done, job.total, job.failed) == ("done", 3, 3, 2)
    assert access.can(organisation.amina, Ability.LEAD, load[0])
    assert not access.can(organisation.fenna, Ability.READ, load[0])
    assert AccessEvent.objects.filter(action="grant", ground="case_load", dossier_id=load[0].pk).count() == 1


def test_only_who_speaks_for_the_case_load_hands_it_over(organisation: Organisation, load: list[Dossier]) -> None:
    ids = [dossier.pk for dossier in load]
    for other in (organisation.amina, organisation.samira, organisation.pim):
        with pytest.raises(Refused):
            handover.begin(organisation.fenna, organisation.joost, ids, HandOver.Reason.OTHER_WORK, by=other)
    for taker in (organisation.fenna, organisation.samira):
        with pytest.raises(NotPossible):
            handover.begin(organisation.fenna, taker, ids, HandOver.Reason.OTHER_WORK, by=organisation.fenna)
    assert not HandOver.objects.exists()


def test_the_preview_shows_all_and_hands_over_what_is_ticked(organisation: Organisation, load: list[Dossier]) -> None:
    client = signed_in(organisation.fenna)
    page = f"/case-load/hand-over/{organisation.fenna.pk}/"
    shown = client.get(page).content.decode()
    assert [f"JD-{number}" in shown for number in range(3)] == [True] * 3
    nothing = {"taker": organisation.amina.pk, "reason": "case_load"}
    assert client.post(page, nothing).status_code == 422
    answer = client.post(page, nothing | {"dossier": [str(load[0].pk)]})
    made = HandOver.objects.get()
    assert answer["Location"] == f"/hand-overs/{made.pk}/"
    handover.carry_out(made.pk)
    assert "handed over" in client.get(f"/hand-overs/{made.pk}/").content.decode()
    assert signed_in(organisation.samira).get(f"/hand-overs/{made.pk}/").status_code == 404
    assert signed_in(organisation.amina).get(page).status_code == 403


def test_who_leaves_is_out_everywhere_and_leaves_no_case_without_a_lead(
    organisation: Organisation, load: list[Dossier]
) -> None:
    fenna, koen = organisation.fenna, organisation.koen
    may(organisation.joost, Ability.LEAD, load[0])
    working = signed_in(fenna)
    with pytest.raises(people.NotPossible):
        people.deactivate(fenna, by=koen)
    page = signed_in(koen).get(f"/people/{fenna.pk}/").content.decode()
    assert "2 dossiers would be without a lead" in page
    assert "JD-0" not in page
    signed_in(koen).post(f"/people/{fenna.pk}/deactivate/", {"taker": organisation.amina.pk})
    handover.carry_out(HandOver.objects.get().pk)
    assert [access.can(organisation.amina, Ability.LEAD, dossier) for dossier in load] == [False, True, True]
    assert not any(access.can(fenna, Ability.READ, dossier) for dossier in load)
    assert working.get("/dossiers/").status_code == 302
    assert not Session.objects.filter(session_key=working.session.session_key).exists()
    assert isinstance(working, Client)


def test_a_leaver_without_leaderless_dossiers_needs_nobody(organisation: Organisation) -> None:
    people.deactivate(organisation.amina, by=organisation.koen)
    organisation.amina.refresh_from_db()
    assert not organisation.amina.is_active
