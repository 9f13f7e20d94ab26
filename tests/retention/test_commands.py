"""The commands of a list, as a script or a person without a browser uses them."""

import json
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.core.management import CommandError, call_command
from django.utils import timezone, translation

from casefiles.models import AccessEvent, Dossier
from retention import decisions, lists
from retention.models import Approval, Clock, ClockSweep, ListItem
from retention.states import ListState
from retention.timing import today
from tests.organisation import Organisation

Printed = pytest.CaptureFixture[str]


def as_json(capsys: Printed, *arguments: str) -> Any:
    capsys.readouterr()
    call_command(*arguments, "--json")
    return json.loads(capsys.readouterr().out)


def test_sweep_tells_in_json_what_it_did_and_which_lists_it_made(organisation: Organisation, capsys: Printed) -> None:
    organisation.keeps_many(2)
    assert as_json(capsys, "sweep") == {
        "day": today().isoformat(),
        "became_due": 2,
        "started": 0,
        "waiting": 0,
        "held": 0,
        "open_past_due": 0,
        "lists": [
            {
                "list": f"VL-{today().year}-001",
                "category": "jeugdhulp",
                "team": "Team Noord",
                "dossiers": 2,
            }
        ],
    }
    assert as_json(capsys, "sweep")["lists"] == []


def test_sweep_asks_a_named_person_to_confirm_a_date_that_jumped(organisation: Organisation) -> None:
    call_command("sweep")
    with time_machine.travel(timezone.now() + timedelta(days=30)):
        with pytest.raises(CommandError, match="--confirm-date"):
            call_command("sweep")
        for unknown in ([], ["--as", "nobody"]):
            with pytest.raises(CommandError, match="--as"):
                call_command("sweep", "--confirm-date", *unknown)
        call_command("sweep", "--confirm-date", "--as", "koen")
        assert ClockSweep.objects.get(day=today()).confirmed_by_id == organisation.koen.pk


def test_lists_tells_in_json_where_each_list_stands(organisation: Organisation, capsys: Printed) -> None:
    organisation.keeps_many(3)
    chosen = organisation.lists_due()
    later = today() + timedelta(days=30)
    lists.exempt(chosen, ["JD-1996-0000"], ListItem.ExemptReason.COMPLAINT, later, by=organisation.joost)
    (row,) = as_json(capsys, "lists")
    assert row == {
        "list": chosen.name,
        "state": "review",
        "category": "jeugdhulp",
        "team": "Team Noord",
        "cooling_off_until": None,
        "dossiers": 3,
        "approved": 0,
        "exempted": 1,
        "left_out": 0,
        "in_flight": 0,
        "destroyed": 0,
        "failed": 0,
    }
    organisation.approves(chosen)
    (row,) = as_json(capsys, "lists")
    assert (row["state"], row["approved"]) == ("cooling_off", 2)
    assert row["cooling_off_until"] is not None


def test_approve_walks_both_stages_as_two_people(organisation: Organisation, capsys: Printed) -> None:
    organisation.keeps_many(2)
    chosen = organisation.lists_due()
    call_command("approve", chosen.name, "--as", "joost")
    call_command("approve", chosen.name, "--as", "samira")
    chosen.refresh_from_db()
    assert chosen.state == ListState.COOLING_OFF
    assert Approval.objects.count() == 4
    assert (today() + timedelta(days=7)).isoformat() in capsys.readouterr().out


def test_approve_exempts_first_and_approves_the_others(organisation: Organisation) -> None:
    organisation.keeps_many(2)
    chosen = organisation.lists_due()
    until = (today() + timedelta(days=30)).isoformat()
    why = ["--exempt", "JD-1996-0000", "--reason", "sibling", "--review-on", until]
    call_command("approve", chosen.name, "--as", "joost", *why)
    assert sorted(ListItem.objects.values_list("step", flat=True)) == ["exempted", "listed"]
    assert Approval.objects.count() == 1


def test_approve_says_what_is_wrong_and_approves_nothing(organisation: Organisation) -> None:
    organisation.keeps_many(1)
    name = organisation.lists_due().name
    until = (today() + timedelta(days=30)).isoformat()
    for arguments in (
        ["VL-1900-001", "--as", "joost"],
        [name, "--as", "nobody"],
        [name, "--as", "fenna"],
        [name, "--as", "samira"],
        [name, "--as", "joost", "--exempt", "JD-1996-0000"],
        [name, "--as", "joost", "--exempt", "JD-1996-0000", "--reason", "sibling", "--review-on", today().isoformat()],
        [name, "--as", "joost", "--exempt", "JD-0000-0000", "--reason", "sibling", "--review-on", until],
    ):
        with pytest.raises(CommandError):
            call_command("approve", *arguments)
        assert not Approval.objects.exists(), arguments


def test_an_exemption_with_an_unknown_reference_exempts_nobody(organisation: Organisation) -> None:
    organisation.keeps_many(1)
    name = organisation.lists_due().name
    until = (today() + timedelta(days=30)).isoformat()
    why = ["--reason", "sibling", "--review-on", until]
    with pytest.raises(CommandError, match="1"):
        call_command("approve", name, "--as", "joost", "--exempt", "JD-1996-0000", "JD-0000-0000", *why)
    assert ListItem.objects.get().step == "listed"
    assert not AccessEvent.objects.filter(action="exempt").exists()


def test_destroy_says_who_may_and_when_and_starts_nothing_before(organisation: Organisation) -> None:
    organisation.keeps_many(1)
    chosen = organisation.lists_due()
    for arguments in ([chosen.name, "--as", "koen"], ["VL-1900-001", "--as", "koen"], [chosen.name, "--as", "nobody"]):
        with pytest.raises(CommandError):
            call_command("destroy", *arguments)
    organisation.approves(chosen)
    with pytest.raises(CommandError):
        call_command("destroy", chosen.name, "--as", "joost")
    chosen.refresh_from_db()
    assert chosen.state == ListState.COOLING_OFF
    assert Dossier.objects.get().status == "closed"


@pytest.mark.parametrize(
    ("language", "words"),
    [("nl", ("Jeugdwet", "23 november 2026", "20 jaar")), ("en", ("Jeugdwet", "23 November 2026", "20 years"))],
)
def test_clock_explains_itself_in_the_reader_s_language(
    language: str, words: tuple[str, ...], organisation: Organisation, capsys: Printed
) -> None:
    dossier = organisation.keeps("JD-2006-0001", changed=timezone.localdate().replace(2006, 11, 23))
    with translation.override(language):
        call_command("clock", "JD-2006-0001")
    printed = capsys.readouterr().out
    for word in words:
        assert word in printed, printed
    assert "Luinenburg" not in printed
    line = AccessEvent.objects.filter(dossier_id=dossier.pk, action="read").get()
    assert (line.ground, line.actor_name) == ("clock", "Goed Vertrouwen")


def test_clock_tells_that_a_dossier_is_held_and_that_one_is_unknown(
    organisation: Organisation, capsys: Printed
) -> None:
    organisation.keeps("JD-2006-0001")
    call_command("clock", "JD-2006-0001")
    without = capsys.readouterr().out
    Clock.objects.update(held=1)
    call_command("clock", "JD-2006-0001")
    assert len(capsys.readouterr().out.splitlines()) == len(without.splitlines()) + 1
    with pytest.raises(CommandError):
        call_command("clock", "JD-0000-0000")


def test_approve_concludes_a_list_whose_dossiers_were_all_decided_one_by_one(
    organisation: Organisation, capsys: Printed
) -> None:
    organisation.keeps_many(2)
    chosen = organisation.lists_due()
    agreed = [decisions.Decision(item.pk, agreed=True) for item in ListItem.objects.all()]
    decisions.decide(chosen, agreed, by=organisation.joost)
    with pytest.raises(CommandError, match="tweede"):
        call_command("approve", chosen.name, "--as", "joost")
    decisions.decide(chosen, agreed, by=organisation.samira)
    call_command("approve", chosen.name, "--as", "samira")
    chosen.refresh_from_db()
    assert chosen.state == ListState.COOLING_OFF
    assert chosen.cooling_off_until
    assert timezone.localdate(chosen.cooling_off_until).isoformat() in capsys.readouterr().out


def test_approve_ends_a_list_from_which_every_dossier_was_exempted(organisation: Organisation, capsys: Printed) -> None:
    organisation.keeps_many(1)
    chosen = organisation.lists_due()
    later = today() + timedelta(days=30)
    keep = decisions.Decision(ListItem.objects.get().pk, agreed=False, reason="complaint", review_on=later)
    decisions.decide(chosen, [keep], by=organisation.joost)
    call_command("approve", chosen.name, "--as", "samira")
    chosen.refresh_from_db()
    assert chosen.state == ListState.DONE
    assert chosen.name in capsys.readouterr().out
