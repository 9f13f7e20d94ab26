"""Inviting, changing and deactivating people: who may, what ends with it, and that an administrator remains."""

import threading
from datetime import timedelta
from typing import Any

import pytest
from django.db import connections
from django.utils import timezone

from casefiles import access, people
from casefiles.access import Ability, Refused
from casefiles.models import (
    AccessEvent,
    Dossier,
    DossierUserGrant,
    Invitation,
    Role,
    Team,
    TeamUserGrant,
    User,
)
from casefiles.models import (
    Organisation as Organisations,
)
from casefiles.people import NotPossible, Profile
from tests.casework import may, noor, signed_in
from tests.organisation import PASSWORD, Organisation

WORKER = Profile("Hanna Prins", Role.CASE_WORKER)


def profile_of(user: User, **changes: Any) -> Profile:
    values = {"name": user.name, "role": Role(user.role), "teams": tuple(Team.objects.filter(group__user=user))}
    return Profile(**values | changes)


def test_an_invited_person_chooses_a_password_once(organisation: Organisation) -> None:
    user, token = people.invite(
        "hanna", Profile("Hanna Prins", Role.CASE_WORKER, teams=(organisation.noord,)), by=organisation.koen
    )
    assert not user.has_usable_password()
    assert token not in str(list(Invitation.objects.values_list("digest", flat=True)))
    invitation = Invitation.objects.valid(token)
    assert invitation is not None
    assert people.accept(invitation, PASSWORD)
    assert not people.accept(invitation, "een heel ander wachtwoord")
    user.refresh_from_db()
    assert user.check_password(PASSWORD)
    assert list(user.groups.all()) == [organisation.noord.group]


def test_a_second_link_ends_the_first_and_the_old_password(organisation: Organisation) -> None:
    _user, first = people.invite("hanna", WORKER, by=organisation.koen)
    client = signed_in(organisation.fenna)
    people.invite_again(User.objects.get(username="hanna"), by=organisation.koen)
    people.invite_again(organisation.fenna, by=organisation.koen)
    assert Invitation.objects.valid(first) is None
    assert not User.objects.get(username="fenna").check_password(PASSWORD)
    assert client.get("/dossiers/")["Location"].startswith("/login/")


@pytest.mark.parametrize("role", ["fenna", "joost", "samira", "tineke", "pim"])
def test_only_administrators_manage_people_and_a_refusal_is_logged(organisation: Organisation, role: str) -> None:
    by = getattr(organisation, role)
    attempts = [
        lambda: people.invite("hanna", WORKER, by=by),
        lambda: people.invite_again(organisation.amina, by=by),
        lambda: people.change(organisation.amina, profile_of(organisation.amina, role=Role.ADMINISTRATOR), by=by),
        lambda: people.deactivate(organisation.amina, by=by),
        lambda: people.add_team("Team West", by=by),
        lambda: people.rename_team(organisation.noord, "Anders", by=by),
        lambda: people.change_organisation(people.House("Anders"), by=by),
    ]
    for attempt in attempts:
        with pytest.raises(Refused):
            attempt()
    assert AccessEvent.objects.filter(outcome="refused", actor_id=by.pk, ground="people").count() == len(attempts)
    assert not User.objects.filter(username="hanna").exists()
    assert not Team.objects.filter(name__in=["Team West", "Anders"]).exists()


def test_who_leaves_keeps_nothing_but_a_name(organisation: Organisation) -> None:
    dossier = noor(organisation)
    client = signed_in(organisation.fenna)
    _again = people.invite_again(organisation.joost, by=organisation.koen)
    people.leave(organisation.fenna, organisation.amina, by=organisation.koen)
    people.deactivate(organisation.fenna, by=organisation.koen)
    fenna = User.objects.get(username="fenna")
    assert not access.can(fenna, Ability.READ, dossier)
    assert not fenna.groups.exists()
    assert client.get("/dossiers/")["Location"].startswith("/login/")
    assert DossierUserGrant.objects.get(user=fenna).until <= timezone.now()
    assert AccessEvent.objects.filter(ground="left").count() == 1
    assert AccessEvent.objects.filter(actor_name="Fenna de Wit").exists()


def test_who_comes_back_has_no_access_by_itself(organisation: Organisation) -> None:
    dossier = noor(organisation)
    people.leave(organisation.fenna, organisation.amina, by=organisation.koen)
    people.invite_again(organisation.fenna, by=organisation.koen)
    fenna = User.objects.get(username="fenna")
    assert fenna.is_active
    assert not access.can(fenna, Ability.READ, dossier)


def test_an_administrator_does_nothing_to_their_own_role(organisation: Organisation) -> None:
    second = User.objects.enrol("tweede", "Tweede Beheerder", Role.ADMINISTRATOR, PASSWORD)
    with pytest.raises(NotPossible):
        people.change(organisation.koen, profile_of(organisation.koen, role=Role.CASE_WORKER), by=organisation.koen)
    with pytest.raises(NotPossible):
        people.deactivate(organisation.koen, by=organisation.koen)
    with pytest.raises(NotPossible):
        people.invite_again(organisation.koen, by=organisation.koen)
    people.change(organisation.koen, profile_of(organisation.koen, name="Koen V."), by=organisation.koen)
    people.deactivate(organisation.koen, by=second)
    assert not User.objects.get(username="koen").is_active


def test_two_administrators_who_dismiss_each_other_at_once_leave_one(organisation: Organisation) -> None:
    second = User.objects.enrol("tweede", "Tweede Beheerder", Role.ADMINISTRATOR, PASSWORD)
    outcomes: list[str] = []
    start = threading.Barrier(2)

    def dismiss(who: User, by: User) -> None:
        start.wait()
        try:
            people.deactivate(who, by=by)
            outcomes.append("done")
        except NotPossible:
            outcomes.append("refused")
        finally:
            connections.close_all()

    pairs = [(organisation.koen, second), (second, organisation.koen)]
    threads = [threading.Thread(target=dismiss, args=pair) for pair in pairs]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(outcomes) == ["done", "refused"]
    assert User.objects.filter(role=Role.ADMINISTRATOR, is_active=True).count() == 1


def test_who_comes_to_work_on_metadata_loses_content(organisation: Organisation) -> None:
    dossier = noor(organisation)
    may(organisation.amina, Ability.READ, dossier)
    people.change(organisation.amina, profile_of(organisation.amina, role=Role.AUDITOR), by=organisation.koen)
    people.change(User.objects.get(username="amina"), Profile("Amina Bakkali", Role.CASE_WORKER), by=organisation.koen)
    amina = User.objects.get(username="amina")
    assert not access.can(amina, Ability.READ, dossier)
    assert not amina.groups.exists()


def test_reading_the_whole_team_lasts_a_year_and_ends_with_the_team(organisation: Organisation) -> None:
    dossier = noor(organisation)
    joost = organisation.joost
    assert not access.can(joost, Ability.READ, dossier)
    people.change(joost, profile_of(joost, whole_team=True), by=organisation.koen)
    assert access.can(joost, Ability.READ, dossier)
    assert not access.can(joost, Ability.CONTRIBUTE, dossier)
    assert TeamUserGrant.objects.get().until < timezone.now() + timedelta(days=366)
    people.change(joost, profile_of(joost, teams=(organisation.oost,), whole_team=True), by=organisation.koen)
    assert not access.can(joost, Ability.READ, dossier)
    people.change(joost, profile_of(joost, whole_team=False), by=organisation.koen)
    assert not TeamUserGrant.objects.exists()


def test_a_renamed_team_is_the_same_team(organisation: Organisation) -> None:
    dossier = noor(organisation)
    people.rename_team(organisation.noord, "Team Noordkop", by=organisation.koen)
    assert Dossier.objects.get(pk=dossier.pk).team.name == "Team Noordkop"
    assert organisation.fenna.groups.get().name == "team: Team Noordkop"
    people.add_team("Team Noord", by=organisation.koen)
    assert Team.objects.count() == 3


def test_the_organisation_has_one_name(organisation: Organisation) -> None:
    people.change_organisation(people.House("Jeugdhulp Duin"), by=organisation.koen)
    people.change_organisation(people.House("Jeugdhulp Zee"), by=organisation.koen)
    assert [found.name for found in Organisations.objects.all()] == ["Jeugdhulp Zee"]
