"""The demonstration comes in whole, once, and through the product's own doors."""

from collections.abc import Sequence
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from casefiles import access, lifecycle, storage
from casefiles.bulk import Arrival, bring_in
from casefiles.models import Document, Dossier, EmergencyAccess, Entry, Job, Organisation, PartyFacts, Role, Team, User
from retention import timing
from retention.demonstration import accesses, load, people, plan, tasks
from retention.models import Approval, Clock, DestructionList, Hold, ListItem, Receipt, RightsRequest
from retention.states import ClockState, ItemStep, ListState

SHORT = 40  # holds the executed list and the list under review


@pytest.fixture
def short(stores: None, monkeypatch: pytest.MonkeyPatch) -> None:
    """A demonstration of the first dossiers only."""
    whole = list(plan.plan(timezone.localdate()))
    monkeypatch.setattr(load, "plan", lambda _day: iter(whole[:SHORT]))


@pytest.fixture
def loaded(short: None) -> None:
    people.enrol()
    load.load()


def command(*arguments: str) -> str:
    out = StringIO()
    call_command("load_demonstration", *arguments, stdout=out)
    return out.getvalue()


def test_one_list_is_executed_with_a_receipt_for_every_dossier(loaded: None) -> None:
    done = DestructionList.objects.get(state=ListState.DONE)
    gone = list(ListItem.objects.filter(destruction_list=done).values_list("dossier_id", "step"))
    assert len(gone) > 5
    assert {step for _pk, step in gone} == {ItemStep.DESTROYED}
    for dossier_id, _step in gone:
        assert Receipt.objects.filter(dossier_id=dossier_id, type=Receipt.Type.DESTROYED).count() == 1
        assert storage.listed(dossier_id) == []
    assert Dossier.objects.count() == SHORT - len(gone)


def test_one_list_waits_for_its_second_approval(loaded: None) -> None:
    review = DestructionList.objects.get(category="ots", team__name="Team Oost")
    assert review.state == ListState.REVIEW
    steps = list(ListItem.objects.filter(destruction_list=review).values_list("step", flat=True))
    assert steps.count(ItemStep.EXEMPTED) == 2
    approved = Approval.objects.filter(item__destruction_list=review)
    assert set(approved.values_list("stage", "approver__username")) == {(1, "lead-oost")}
    assert approved.count() == steps.count(ItemStep.LISTED) > 5


def test_what_is_held_was_not_destroyed(loaded: None) -> None:
    held = Clock.objects.filter(held__gt=0)
    assert held.exists()
    assert not held.filter(dossier=None).exists()
    assert RightsRequest.objects.filter(decision="", handler__role__in=("case_worker", "team_lead")).exists()
    officers = Hold.objects.exclude(reason=Hold.Reason.GOOD_CARE).filter(request=None)
    assert set(officers.values_list("owner__username", flat=True)) == {"privacy"}
    assert officers.filter(criterion__isnull=False).count() == 1
    treating = Hold.objects.filter(reason=Hold.Reason.GOOD_CARE)
    assert set(treating.values_list("owner__role", flat=True)) <= {"case_worker", "team_lead"}


def test_treatment_is_secret_and_emergencies_are_there_to_review(stores: None) -> None:
    people.enrol()
    for number, (who, team) in enumerate((("worker1", "Noord"), ("worker3", "Oost"), ("worker7", "Specialistisch"))):
        facts = PartyFacts(given_names="Noor", surname="Vermeulen")
        in_team = Team.objects.named(f"Team {team}")
        new = lifecycle.NewDossier(f"JD-{number}", "jeugdhulp", in_team, timezone.localdate(), (("youth", facts),))
        lifecycle.open_dossier(new, by=User.objects.get(username=who))
    for _twice in range(2):
        accesses.happen()
    secret = Entry.objects.filter(treatment_secret=True)
    assert {entry.facts.author for entry in secret} == {"Lotte Kuipers"}
    assert User.objects.get(username="worker7").treating
    verdicts = {used.used_by.username: used.verdict for used in EmergencyAccess.objects.select_related("used_by")}
    assert verdicts == {"worker3": "", "worker5": "justified"}
    assert secret.count() == 4


def test_every_clock_says_what_its_dossiers_facts_say(loaded: None) -> None:
    for clock in Clock.objects.exclude(dossier=None).select_related("dossier"):
        assert clock.dossier is not None
        derivation = timing.derivation_of(clock.dossier)
        expected = {timing.state_of(derivation)} | ({ClockState.DUE} if clock.state == ClockState.DUE else set())
        assert clock.state in expected
        assert clock.starts_on == list(derivation.starts_on)


def test_every_document_can_be_read_and_every_entry_lies_within_its_dossier(loaded: None) -> None:
    for document in Document.objects.filter(stored=True)[:40]:
        assert sum(map(len, storage.read(document.dossier_id, document.storage_key))) == document.size
    assert not Document.objects.filter(stored=False).exists()
    for entry in Entry.objects.select_related("dossier"):
        assert entry.dossier.opened_on <= entry.occurred_on <= (entry.dossier.closed_on or timezone.localdate())


def test_workers_see_their_own_dossiers_leads_their_teams_and_officers_none(loaded: None) -> None:
    worker, lead, officer = (User.objects.get(username=n) for n in ("worker1", "lead-noord", "privacy"))
    theirs = set(access.visible_to(lead))
    assert theirs == set(Dossier.objects.filter(team=Team.objects.named("Team Noord")))
    assert access.visible_to(worker).exists()
    assert not access.visible_to(officer).exists()


def test_every_role_has_a_login_and_the_password_is_the_printed_one(short: None) -> None:
    printed = command()
    users = list(User.objects.all())
    assert {user.role for user in users} == set(Role.values)
    assert users[0].check_password(people.password())
    assert people.password() in printed
    assert all(user.username in printed for user in users)
    assert Organisation.objects.get().demonstration


def test_a_failed_load_says_why_and_goes_on_where_it_stopped(short: None, monkeypatch: pytest.MonkeyPatch) -> None:
    def refused() -> None:
        raise OSError("disk full")

    people.enrol()
    with monkeypatch.context() as once:
        once.setattr(load, "proceed", refused)
        once.setattr(load, "CHUNK", 15)
        with pytest.raises(OSError, match="disk full"):
            load.load()
    assert (Job.objects.get().state, Job.objects.get().problem) == (Job.State.FAILED, "OSError")
    assert load.unfinished()
    before = set(Dossier.objects.values_list("reference", flat=True))
    assert len(before) == SHORT
    load.load()
    assert set(Dossier.objects.values_list("reference", flat=True)) < before
    assert Job.objects.get().state == Job.State.DONE
    assert not load.unfinished()


def test_a_load_killed_between_two_chunks_keeps_the_first(short: None, monkeypatch: pytest.MonkeyPatch) -> None:
    calls = []

    def second_is_killed(arrivals: Sequence[Arrival], **options: object) -> None:
        calls.append(len(arrivals))
        if len(calls) == 2:
            raise KeyboardInterrupt
        bring_in(arrivals, **options)  # type: ignore[arg-type] # options of a wrapped call

    people.enrol()
    with monkeypatch.context() as once:
        once.setattr(load, "bring_in", second_is_killed)
        with pytest.raises(KeyboardInterrupt):
            load.load()
    assert Job.objects.get().done == Dossier.objects.present().count() == load.CHUNK
    progress: list[int] = []
    load.load(progress.append)
    assert progress == [load.CHUNK, SHORT - load.CHUNK]
    assert DestructionList.objects.filter(state=ListState.DONE).exists()


def test_loading_twice_changes_nothing(loaded: None) -> None:
    before = set(Dossier.objects.values_list("pk", flat=True))
    assert not load.load()
    people.enrol()
    assert set(Dossier.objects.values_list("pk", flat=True)) == before
    assert User.objects.count() == len(people.LOGINS)


def test_up_enrols_the_people_at_once_and_rings_the_worker_for_the_dossiers(
    short: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    rung: list[bool] = []
    monkeypatch.setattr(tasks.load_dossiers, "delay", lambda: rung.append(True))
    assert "worker1" in command("--if-empty")
    assert (len(rung), Dossier.objects.count()) == (1, 0)
    assert command("--if-empty") == ""  # logins are printed once
    assert len(rung) == 2  # the bell of an unfinished load rings at every start
    tasks.load_dossiers()
    command("--if-empty")
    assert len(rung) == 2


def test_an_organisation_in_use_gets_no_demonstration(stores: None) -> None:
    User.objects.enrol("fenna", "Fenna de Wit", Role.CASE_WORKER)
    assert command("--if-empty") == ""
    with pytest.raises(CommandError):
        command()
    assert User.objects.count() == 1
    assert not Job.objects.exists()
