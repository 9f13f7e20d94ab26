"""The bench fills a data folder of its own, resumes, and refuses one with other data."""

from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from casefiles import access
from casefiles.models import Document, Dossier, DossierGroupGrant, DossierUserGrant, Entry, Party, Role, User
from retention.bench import bare, fill
from retention.bench.people import PROFILES
from retention.models import Clock

USERS, TEAMS, COUNT = 60, 40, 50


@pytest.fixture
def filled(stores: None) -> None:
    """A bench of a few dossiers, made in this process."""
    fill.prepare(USERS, TEAMS)
    for chunk in fill.missing(COUNT):
        fill.fill_chunk(chunk)


def test_each_dossier_has_fifteen_children_three_and_a_half_grants_and_a_clock(filled: None) -> None:
    assert Dossier.objects.present().count() == Clock.objects.count() == COUNT
    children = [model.objects.count() for model in (Party, Entry, Document)]
    assert sum(children) == 15 * COUNT
    grants = DossierUserGrant.objects.count() + DossierGroupGrant.objects.count()
    assert grants == 3.5 * COUNT


def test_what_is_sealed_opens_again(filled: None) -> None:
    assert all(party.facts.surname for party in Party.objects.all())
    assert all(entry.facts.text for entry in Entry.objects.all())


def test_the_profiles_see_more_and_more(filled: None) -> None:
    users = [User.objects.get(username=name) for name, _teams in PROFILES]
    few, many, most = (access.visible_to(user).count() for user in users)
    assert 0 < few < many < most


def test_the_bare_view_shows_the_newest_of_what_a_person_may_see(filled: None) -> None:
    for name, _teams in PROFILES:
        user = User.objects.get(username=name)
        newest = access.visible_to(user).order_by("-last_change_on", "id")[: bare.ROWS]
        assert [row[0] for row in bare.newest_dossiers(user)] == [dossier.pk for dossier in newest]
        assert bare.dossiers(user).count("<tr>") == len(newest)


def test_filling_again_adds_only_what_is_missing(filled: None, monkeypatch: pytest.MonkeyPatch) -> None:
    before = set(Dossier.objects.values_list("pk", flat=True))
    assert fill.missing(COUNT) == []
    for chunk in fill.missing(COUNT + 25):
        fill.fill_chunk(chunk)
    after = set(Dossier.objects.values_list("pk", flat=True))
    assert len(after) == COUNT + 25
    assert before < after


def test_the_command_fills_with_processes_of_its_own(stores: None) -> None:
    call_command("bench", "fill", dossiers=6, users=USERS, teams=TEAMS, workers=1, stdout=StringIO())
    assert Dossier.objects.present().count() == 6
    call_command("bench", "fill", dossiers=6, users=USERS, teams=TEAMS, workers=1, stdout=StringIO())
    assert Dossier.objects.count() == 6


def test_a_data_folder_with_other_people_is_refused(stores: None) -> None:
    User.objects.enrol("fenna", "Fenna de Wit", Role.CASE_WORKER)
    with pytest.raises(CommandError):
        call_command("bench", "fill", dossiers=6, stdout=StringIO())
    assert not Dossier.objects.exists()
