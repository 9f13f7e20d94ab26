"""What waits for a person: questions, what is past its date, and reminders sent once that say nothing personal."""

from datetime import date, timedelta
from typing import Any

import pytest
import time_machine
from django.core import mail
from django.db import IntegrityError
from django.utils import timezone

from casefiles import lifecycle
from casefiles.access import Refused
from casefiles.models import AccessEvent, Dossier, PartyFacts, User
from retention import holds, lists, sweeping
from retention.attention import overdue, questions, reminding
from retention.models import Clock, DestructionList, Escalation, Hold, Reminder, RequestFacts, RightsRequest, StaysOpen
from retention.rights import register
from retention.rights.register import Received
from retention.timing import recompute, today
from tests.casework import address, signed_in
from tests.organisation import LONG_AGO, Organisation


def aged(organisation: Organisation, reference: str, days: int) -> Dossier:
    """A closed youth-care file whose 20 years were over that many days ago."""
    last = today() - timedelta(days=days)
    return organisation.keeps(reference, changed=last.replace(year=last.year - 20))


def past_and_open(organisation: Organisation, reference: str) -> Dossier:
    dossier = organisation.opens(reference)
    Dossier.objects.filter(pk=dossier.pk).update(opened_on=LONG_AGO, last_change_on=LONG_AGO)
    dossier.refresh_from_db()
    recompute(dossier)
    return dossier


def waits(organisation: Organisation, reference: str) -> Dossier:
    """A file whose term counts from a birth date that nobody filled in."""
    return organisation.keeps(reference, kind="leerplicht", changed=date(2024, 5, 1))


def causes(user: User, **more: Any) -> dict[str, str]:
    return {one.reference: str(one.cause) for one in overdue.Seen(user, **more)[0:50]}


@pytest.fixture
def unborn(organisation: Organisation) -> Dossier:
    dossier = organisation.opens("LP-1", kind="leerplicht", birth_date=None)
    assert Clock.objects.get(dossier=dossier).state == "waiting"
    return dossier


def test_a_missing_fact_is_a_question_to_who_works_on_the_dossier_and_a_number_to_the_officer(
    organisation: Organisation, unborn: Dossier
) -> None:
    (line,) = questions.asked(list(questions.waiting(organisation.fenna)))
    assert line.dossier == unborn
    page = signed_in(organisation.fenna).get("/questions/").content.decode()
    assert "birth date" in page
    assert address("parties", unborn) in page
    for other in (organisation.amina, organisation.joost):
        assert "LP-1" not in signed_in(other).get("/questions/").content.decode()
    counted = signed_in(organisation.samira).get("/questions/").content.decode()
    assert "LP-1" not in counted
    assert [line["n"] for line in questions.waiting_counts(organisation.samira)] == [1]
    youth = unborn.party_set.get()
    facts = PartyFacts(surname="Luinenburg", birth_date=date(2010, 5, 5))
    lifecycle.change_party(youth, "youth", facts, seen=youth.version, by=organisation.fenna)
    assert not questions.waiting(organisation.fenna).exists()


def test_a_dossier_past_its_date_and_open_is_asked_about_until_it_is_answered(organisation: Organisation) -> None:
    dossier = past_and_open(organisation, "JD-1")
    assert list(questions.past_and_open(organisation.fenna)) == [dossier]
    assert causes(organisation.samira) == {"JD-1": "open_file"}
    client, place = signed_in(organisation.fenna), f"/questions/{dossier.pk}/stays-open/"
    assert place in client.get("/questions/").content.decode()
    until = (today() + timedelta(days=30)).isoformat()
    wrong = client.post(place, {"until": "2020-01-01", "text": "Wacht op de rechter."})
    assert wrong.status_code == 422
    assert "Wacht op de rechter." in wrong.content.decode()
    assert (
        client.post(place, {"reason": "procedure", "until": until, "text": "Wacht op de rechter."}).status_code == 302
    )
    answer = StaysOpen.objects.get()
    assert (answer.facts.text, answer.facts.author) == ("Wacht op de rechter.", "Fenna de Wit")
    assert AccessEvent.objects.filter(ground="stays open procedure", dossier_id=dossier.pk).exists()
    assert causes(organisation.samira) == {"JD-1": "stays_open"}
    assert not questions.past_and_open(organisation.fenna).exists()
    with time_machine.travel(today() + timedelta(days=31), tick=False):
        assert list(questions.past_and_open(organisation.fenna)) == [dossier]
    for other, status in ((organisation.joost, 404), (organisation.samira, 404)):
        assert signed_in(other).post(place, {"reason": "other", "until": until}).status_code == status
    with pytest.raises(Refused):
        questions.stays_open(dossier, "other", today() + timedelta(days=9), "", by=organisation.amina)


def test_what_is_past_its_date_has_a_cause_an_owner_and_an_age(organisation: Organisation) -> None:
    """Each dossier stands still at another step of the way."""
    held = aged(organisation, "JD-1", 20)
    holds.place([held.pk], "claim", owner=organisation.samira, review_on=today() + timedelta(days=90))
    past_and_open(organisation, "JD-2")
    aged(organisation, "JD-3", 5)
    assert causes(organisation.samira)["JD-3"] == "not_listed"
    sweeping.sweep()
    assert causes(organisation.samira) == {"JD-1": "held", "JD-2": "open_file", "JD-3": "undecided"}
    chosen = DestructionList.objects.get()
    lists.approve(chosen, by=organisation.joost)
    assert causes(organisation.samira, cause="approval_missing") == {"JD-3": "approval_missing"}
    lists.approve(chosen, by=organisation.samira)
    assert causes(organisation.samira)["JD-3"] == "cooling_off"
    DestructionList.objects.update(cooling_off_until=timezone.now())
    assert causes(organisation.samira)["JD-3"] == "to_start"
    oldest, *_rest, youngest = overdue.Seen(organisation.samira)[0:9]
    assert (oldest.reference, oldest.step, oldest.brought_to) == ("JD-2", 3, "beheerder")
    assert (youngest.reference, youngest.age, youngest.step) == ("JD-3", 5, 0)
    page = signed_in(organisation.pim).get("/overdue/").content.decode()
    for words in ("JD-1", "Samira El Fassi", "Held", "Fenna de Wit", "Destruction can be started"):
        assert words in page
    assert "Luinenburg" not in page
    assert causes(organisation.joost).keys() == {"JD-1", "JD-2", "JD-3"}
    assert causes(organisation.amina) == {}
    assert signed_in(organisation.fenna).get("/overdue/").status_code == 404


def test_the_organisation_chooses_when_something_is_brought_higher(organisation: Organisation) -> None:
    aged(organisation, "JD-1", 5)
    client = signed_in(organisation.koen)
    days = {"to_lead": "2", "to_officer": "4", "to_administrator": "9"}
    for wrong in ({"to_officer": "1"}, {"to_lead": ""}, {"to_lead": "0"}):
        assert client.post("/overdue/steps/", days | wrong).status_code == 422
    assert client.post("/overdue/steps/", days).status_code == 302
    assert (Escalation.current().to_lead, overdue.Seen(organisation.koen)[0:1][0].step) == (2, 2)
    assert signed_in(organisation.samira).post("/overdue/steps/", days).status_code == 404
    with pytest.raises(Refused):
        overdue.escalate(1, 2, 3, by=organisation.samira)
    with pytest.raises(IntegrityError, match="escalation_goes_up"):
        Escalation.objects.update(to_lead=9)


def test_reminders_go_up_step_by_step_each_mailed_once_without_anything_personal(organisation: Organisation) -> None:
    for username in ("fenna", "joost", "samira", "koen"):
        User.objects.filter(username=username).update(email=f"{username}@waterkant.invalid")
    dossier = aged(organisation, "JD-1", 5)
    hold = holds.place([dossier.pk], "claim", owner=organisation.samira, review_on=today() + timedelta(days=10)).hold
    opened = organisation.opens("JD-2")
    received = Received("inspect", "gdpr", "self", today() - timedelta(days=40), RequestFacts(requester="Petra Dam"))
    request = register.receive(received, [opened.pk], by=organisation.fenna)
    assert reminding.remind() == 2
    assert reminding.remind() == 0
    assert {(r.to.username, r.kind, r.step) for r in Reminder.objects.all()} == {
        ("samira", "hold_review", 0),
        ("fenna", "request_deadline", 0),
        ("fenna", "request_deadline", 1),
        ("samira", "request_deadline", 2),
    }
    text = " ".join(f"{sent.subject} {sent.body}" for sent in mail.outbox)
    for personal in ("Petra", "Luinenburg", "Julia", "JD-", str(dossier.pk), hold.name, request.name, "Fenna"):
        assert personal not in text
    assert sorted(sent.subject.split()[2] for sent in mail.outbox) == ["2", "2"]
    Hold.objects.filter(pk=hold.pk).update(review_on=today())
    assert reminding.remind() == 1
    holds.lift(hold, by=organisation.koen)
    assert RightsRequest.objects.count() == 1


def test_a_dossier_that_nobody_settles_is_brought_from_lead_to_officer_to_administrator(
    organisation: Organisation,
) -> None:
    aged(organisation, "JD-1", 5)
    sweeping.sweep()
    told: list[set[str]] = []
    for days in (0, 25, 40):  # 5, 30 and 45 days over
        with time_machine.travel(today() + timedelta(days=days), tick=False):
            before = set(Reminder.objects.values_list("pk", flat=True))
            reminding.remind()
            new = Reminder.objects.exclude(pk__in=before)
            told.append({f"{r.to.username} {r.kind} {r.step}" for r in new})
    assert told == [{"joost undecided 0"}, {"samira undecided 2"}, {"koen undecided 3"}]
    assert mail.outbox == []  # nobody here has an address: the product itself shows it
    page = signed_in(organisation.joost).get("/overdue/").content.decode()
    assert "Not decided by the department" in page
    assert "reminded on" in page.lower()


def test_a_mail_that_the_server_refuses_goes_the_next_night(
    organisation: Organisation, monkeypatch: pytest.MonkeyPatch
) -> None:
    User.objects.filter(username="samira").update(email="samira@waterkant.invalid")
    dossier = organisation.opens("JD-1")
    holds.place([dossier.pk], "claim", owner=organisation.samira, review_on=today() + timedelta(days=3))

    def refuse(*_args: Any, **_more: Any) -> int:
        raise ConnectionRefusedError

    with monkeypatch.context() as patched:
        patched.setattr(reminding, "send_mail", refuse)
        assert reminding.remind() == 0
    assert Reminder.objects.get().sent_at is None
    assert reminding.remind() == 1
    assert len(mail.outbox) == 1
