"""Searching finds exactly what the person may see, however it is typed, and leaves no trace of what was typed."""

from datetime import date

import pytest

from casefiles import reindexing
from casefiles.finding import How, find
from casefiles.models import AccessEvent, Dossier, Job, SearchToken
from tests.organisation import Organisation


@pytest.fixture
def fenna_knows(organisation: Organisation) -> Organisation:
    """Two dossiers: Julia Maria van der Luinenburg with a BSN, and Jens Luinenburg."""
    organisation.opens("JD-1", given_names="Julia Maria", prefix="van der", bsn="999900006")
    organisation.opens("JD-2", given_names="Jens", birth_date=date(2011, 5, 4))
    return organisation


@pytest.mark.parametrize(
    ("typed", "how", "references"),
    [
        ("JD-1", How.REFERENCE, ["JD-1"]),
        ("jd-2 ", How.REFERENCE, ["JD-2"]),
        ("999900006", How.BSN, ["JD-1"]),
        ("9999.00.006", How.BSN, ["JD-1"]),
        ("Luinenburg", How.NAME, ["JD-1", "JD-2"]),
        ("van der Luinenburg", How.NAME, ["JD-1", "JD-2"]),
        ("LUYNENBURG", How.NAME, []),
        ("Julia Luinenburg", How.NAME, ["JD-1"]),
        ("julia maria van der luinenburg", How.NAME, ["JD-1"]),
        ("J.M. Luinenburg", How.NAME, ["JD-1"]),
        ("J. Luinenburg", How.NAME, ["JD-2"]),  # exactly these initials go first
        ("Maria Luinenburg", How.NAME, ["JD-1"]),
        ("Klaas Luinenburg", How.NAME, []),
        ("7-3-2008", How.BIRTH_DATE, ["JD-1"]),
        ("2011-05-04", How.BIRTH_DATE, ["JD-2"]),
        ("Luinenburg 4-5-2011", How.NAME_AND_BIRTH_DATE, ["JD-2"]),
        ("Jens Luinenburg, 04/05/2011", How.NAME_AND_BIRTH_DATE, ["JD-2"]),
        ("Julia Luinenburg 4-5-2011", How.NAME_AND_BIRTH_DATE, []),
    ],
)
def test_people_find_by_what_they_know(fenna_knows: Organisation, typed: str, how: How, references: list[str]) -> None:
    found = find(fenna_knows.fenna, typed)
    assert found.how == how
    assert sorted(Dossier.objects.filter(pk__in=found.ids).values_list("reference", flat=True)) == references
    assert not found.incomplete


@pytest.mark.parametrize("typed", ["", "   ", "31-31-2020", "%", "' OR 1=1 --", "\x00", "x" * 200, "123456789"])
def test_nonsense_finds_nothing_and_breaks_nothing(fenna_knows: Organisation, typed: str) -> None:
    assert find(fenna_knows.fenna, typed).ids == ()


def test_what_one_may_not_see_is_not_found(fenna_knows: Organisation) -> None:
    for typed in ("JD-1", "999900006", "Luinenburg", "7-3-2008"):
        assert find(fenna_knows.amina, typed).ids == ()


def test_roles_on_metadata_find_by_reference_alone(fenna_knows: Organisation) -> None:
    assert len(find(fenna_knows.samira, "JD-1").ids) == 1
    for typed in ("999900006", "Luinenburg", "7-3-2008"):
        assert find(fenna_knows.samira, typed).ids == ()


def test_the_log_says_how_was_searched_and_never_for_what(fenna_knows: Organisation) -> None:
    find(fenna_knows.fenna, "Julia Luinenburg")
    find(fenna_knows.fenna, "999900006")
    lines = AccessEvent.objects.filter(action="search").order_by("occurred_at")
    assert [(line.ground, line.detail) for line in lines] == [("name", {"found": 1}), ("bsn", {"found": 1})]


def test_a_lost_index_is_said_and_made_anew(fenna_knows: Organisation) -> None:
    SearchToken.objects.all().delete()
    assert find(fenna_knows.fenna, "Luinenburg").incomplete
    assert len(find(fenna_knows.fenna, "JD-1").ids) == 1
    assert reindexing.resume() == 2
    assert len(find(fenna_knows.fenna, "Luinenburg").ids) == 2
    assert not find(fenna_knows.fenna, "Nobody").incomplete


def test_while_the_index_is_being_rebuilt_nothing_is_called_not_found(fenna_knows: Organisation) -> None:
    SearchToken.objects.filter(dossier__reference="JD-2").delete()
    job = reindexing.ask()
    assert find(fenna_knows.fenna, "4-5-2011").incomplete
    assert reindexing.ask() == job
    assert reindexing.resume() == 1
    assert len(find(fenna_knows.fenna, "4-5-2011").ids) == 1
    assert Job.objects.get().state == Job.State.DONE


def test_a_whole_index_is_left_alone(fenna_knows: Organisation) -> None:
    before = set(SearchToken.objects.values_list("pk", flat=True))
    assert reindexing.resume() == 0
    assert set(SearchToken.objects.values_list("pk", flat=True)) == before
    assert not Job.objects.exists()
