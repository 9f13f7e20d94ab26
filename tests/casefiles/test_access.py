"""Who may see and do what with a dossier: grants of persons, groups and teams, their end, and refusals in the log."""

from datetime import timedelta

import pytest
import time_machine
from django.contrib.auth.models import Permission
from django.contrib.contenttypes.models import ContentType
from django.utils import timezone

from casefiles import access, lifecycle
from casefiles.access import Ability
from casefiles.models import AccessEvent, Dossier, DossierUserGrant, Team, TeamGroupGrant, TeamUserGrant, User
from tests.organisation import Organisation

YEAR = timedelta(days=365)
LEADS = {Ability.READ, Ability.CONTRIBUTE, Ability.LEAD}


@pytest.fixture
def dossier(organisation: Organisation) -> Dossier:
    """A dossier of Team Noord that Fenna opened."""
    return organisation.opens("JD-2020-0001")


def abilities(user: User, dossier: Dossier) -> set[Ability]:
    """What a person may do with a dossier, by each of the four questions that can be asked; they must agree."""
    found = {ability for ability in Ability if access.can(user, ability, dossier)}
    user = User.objects.get(pk=user.pk)  # without what it remembers of its permissions
    assert found == {a for a in Ability if access.visible_to(user, a).filter(pk=dossier.pk).exists()}
    assert found == {a for a in Ability if user.has_perm(f"casefiles.{a}", dossier)}
    return found


def give(user: User | Team, ability: Ability, dossier: Dossier, by: User, lasts: timedelta = YEAR) -> None:
    access.grant(user, ability, dossier, until=timezone.now() + lasts, reason="test", by=by)


def team_permission() -> Permission:
    return Permission.objects.get(codename="read_team", content_type=ContentType.objects.get_for_model(Team))


def test_who_opens_a_dossier_leads_it_and_nobody_else_sees_it(organisation: Organisation, dossier: Dossier) -> None:
    assert abilities(organisation.fenna, dossier) == LEADS
    for other in (organisation.joost, organisation.amina, organisation.koen):
        assert abilities(other, dossier) == set()


@pytest.mark.parametrize(
    ("given", "allowed"),
    [
        (Ability.READ, {Ability.READ}),
        (Ability.CONTRIBUTE, {Ability.READ, Ability.CONTRIBUTE}),
        (Ability.LEAD, {Ability.READ, Ability.CONTRIBUTE, Ability.LEAD}),
    ],
)
def test_an_ability_includes_those_before_it_and_none_after_it(
    given: Ability, allowed: set[Ability], organisation: Organisation, dossier: Dossier
) -> None:
    give(organisation.amina, given, dossier, organisation.fenna)
    assert abilities(organisation.amina, dossier) == allowed


def test_a_grant_to_a_team_reaches_its_members_and_only_them(organisation: Organisation, dossier: Dossier) -> None:
    give(organisation.oost, Ability.CONTRIBUTE, dossier, organisation.fenna)
    assert abilities(organisation.amina, dossier) == {Ability.READ, Ability.CONTRIBUTE}
    assert abilities(organisation.joost, dossier) == set()


@pytest.mark.parametrize("to_group", [True, False])
def test_who_reads_a_whole_team_reads_its_dossiers_and_writes_in_none(
    to_group: bool, organisation: Organisation, dossier: Dossier
) -> None:
    ends = {"until": timezone.now() + YEAR, "reason": "lead", "permission": team_permission()}
    elsewhere = organisation.opens("JD-2020-0002")
    Dossier.objects.filter(pk=elsewhere.pk).update(team=organisation.oost)
    if to_group:
        TeamGroupGrant.objects.create(group=organisation.noord.group, content_object=organisation.noord, **ends)
    else:
        TeamUserGrant.objects.create(user=organisation.joost, content_object=organisation.noord, **ends)
    assert abilities(organisation.joost, dossier) == {Ability.READ}
    assert abilities(organisation.joost, elsewhere) == set()
    assert abilities(organisation.amina, dossier) == set()


def test_a_grant_ends_at_its_moment_without_anyone_doing_anything(organisation: Organisation, dossier: Dossier) -> None:
    give(organisation.amina, Ability.LEAD, dossier, organisation.fenna, timedelta(hours=1))
    give(organisation.oost, Ability.READ, dossier, organisation.fenna, timedelta(hours=2))
    grants = DossierUserGrant.objects.count()
    for minutes, allowed in ((59, LEADS), (60, {Ability.READ}), (119, {Ability.READ}), (120, set())):
        with time_machine.travel(timezone.now() + timedelta(minutes=minutes, seconds=-1 if minutes % 60 else 1)):
            assert abilities(organisation.amina, dossier) == allowed, minutes
    assert DossierUserGrant.objects.count() == grants


def test_a_team_reader_s_grant_ends_at_its_moment(organisation: Organisation, dossier: Dossier) -> None:
    ends = {"until": timezone.now() + timedelta(hours=1), "reason": "lead", "permission": team_permission()}
    TeamUserGrant.objects.create(user=organisation.joost, content_object=organisation.noord, **ends)
    with time_machine.travel(timezone.now() + timedelta(minutes=61)):
        assert abilities(organisation.joost, dossier) == set()


def test_granting_again_moves_the_end_and_makes_no_second_grant(organisation: Organisation, dossier: Dossier) -> None:
    give(organisation.amina, Ability.READ, dossier, organisation.fenna, timedelta(hours=1))
    give(organisation.amina, Ability.READ, dossier, organisation.fenna, timedelta(hours=-1))
    assert DossierUserGrant.objects.filter(user=organisation.amina).count() == 1
    assert abilities(organisation.amina, dossier) == set()


def test_a_revoked_person_sees_nothing_and_the_log_says_who_did_it(
    organisation: Organisation, dossier: Dossier
) -> None:
    give(organisation.amina, Ability.LEAD, dossier, organisation.fenna)
    access.revoke(organisation.amina, dossier, by=organisation.fenna)
    assert abilities(organisation.amina, dossier) == set()
    assert abilities(organisation.fenna, dossier) == LEADS
    line = AccessEvent.objects.get(action="revoke")
    assert (line.actor_name, line.dossier_id) == ("Fenna de Wit", dossier.pk)


@pytest.mark.parametrize("who", ["samira", "koen", "tineke", "pim"])
def test_a_role_that_works_on_metadata_sees_no_content_whatever_it_is_granted(
    who: str, organisation: Organisation, dossier: Dossier
) -> None:
    person: User = getattr(organisation, who)
    give(person, Ability.LEAD, dossier, organisation.fenna)
    organisation.noord.add(person)
    give(organisation.noord, Ability.LEAD, dossier, organisation.fenna)
    assert abilities(person, dossier) == set()
    assert abilities(organisation.joost, dossier) == LEADS


def test_a_person_who_left_sees_nothing_any_more(organisation: Organisation, dossier: Dossier) -> None:
    User.objects.filter(pk=organisation.fenna.pk).update(is_active=False)
    assert abilities(User.objects.get(pk=organisation.fenna.pk), dossier) == set()


@pytest.mark.parametrize("status", [Dossier.Status.ARRIVING, Dossier.Status.DESTROYING])
def test_a_dossier_that_arrives_or_is_being_destroyed_is_invisible_to_its_own_lead(
    status: str, organisation: Organisation, dossier: Dossier
) -> None:
    Dossier.objects.filter(pk=dossier.pk).update(status=status)
    assert abilities(organisation.fenna, dossier) == set()


def test_a_permission_that_is_not_on_a_dossier_is_never_given(organisation: Organisation, dossier: Dossier) -> None:
    everything = Permission.objects.all()
    organisation.fenna.user_permissions.set(everything)
    organisation.noord.group.permissions.set(everything)
    fenna = User.objects.get(pk=organisation.fenna.pk)
    assert not fenna.has_perm("casefiles.read_dossier")
    assert not fenna.has_perm("casefiles.read_team", organisation.noord)
    assert not fenna.has_perm("casefiles.delete_dossier", dossier)
    assert abilities(organisation.joost, dossier) == set()


def test_a_refusal_is_raised_and_stays_in_the_log(organisation: Organisation, dossier: Dossier) -> None:
    entry = lifecycle.NewEntry(timezone.localdate(), "contact", "fact", substantive=True, text="Mag niet.")
    with pytest.raises(access.Refused, match="amina"):
        lifecycle.add_entry(dossier, entry, by=organisation.amina)
    line = AccessEvent.objects.get(outcome="refused")
    assert (line.actor_id, line.dossier_id, line.ground) == (organisation.amina.pk, dossier.pk, "contribute")
    assert not dossier.entry_set.exists()
    access.require(organisation.fenna, Ability.CONTRIBUTE, dossier)
    assert AccessEvent.objects.filter(outcome="refused").count() == 1


def test_a_grant_repeats_its_dossier_s_last_change_and_follows_it(organisation: Organisation, dossier: Dossier) -> None:
    grant = DossierUserGrant.objects.get()
    assert grant.last_change_on == dossier.last_change_on
    entry = lifecycle.NewEntry(timezone.localdate(), "contact", "fact", substantive=True, text="Gesprek.")
    lifecycle.add_entry(dossier, entry, by=organisation.fenna)
    grant.refresh_from_db()
    assert grant.last_change_on == timezone.localdate()
