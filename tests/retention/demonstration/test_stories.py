"""The hand-written material fits the product, and is told in order and without gaps."""

import re
from collections import Counter
from datetime import date, timedelta
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from casefiles.bsn import is_bsn
from casefiles.models import Dossier, Entry
from retention.demonstration.casefile import PAPERS
from retention.demonstration.families import BSN_NUMBERS, invent, invented_bsn
from retention.demonstration.plan import TOTAL, plan
from retention.demonstration.telling import Event, between, stories, tell

DAY = date(2026, 11, 23)
LEFT_OPEN = re.compile(r"[{}]|\b[Nn]one\b")
LOWER_START = re.compile(r"^[a-z]|[.?!] [a-z]")


def events() -> list[Event]:
    told = [event for kind in Dossier.Kind.values for story in stories(kind) for event in story.events]
    return told + list(between())


@pytest.mark.parametrize("kind", Dossier.Kind.values)
def test_every_kind_of_dossier_has_stories_from_beginning_to_end(kind: str) -> None:
    assert stories(kind)
    for story in stories(kind):
        moments = [event.at for event in story.events]
        assert moments == sorted(moments)
        assert (moments[0], moments[-1]) == (0, 100)


def test_the_material_uses_the_products_own_words_for_entries_and_documents() -> None:
    assert {event.kind for event in events()} <= set(Entry.Kind.values)
    assert {event.source for event in events()} <= set(Entry.Source.values)
    assert {event.document for event in events()} - {""} <= set(PAPERS)


@given(st.integers(0, 10**6), st.sampled_from(Dossier.Kind.values), st.none() | st.integers(0, 17))
def test_a_story_is_told_in_order_within_its_days_and_leaves_nothing_to_fill_in(
    seed: int, kind: str, age: int | None
) -> None:
    rng = Random(seed)  # noqa: S311 - a story
    opened = DAY - timedelta(days=rng.randint(400, 9000))
    ends, until = opened + timedelta(days=rng.randint(60, 3000)), DAY
    birth = None if age is None else opened - timedelta(days=age * 366 + 5)
    family = invent(rng, seed, birth, guardian=kind == "voogdij", parents=0)
    told = tell(rng.choice(stories(kind)), family, rng, opened=opened, ends=ends, until=until)
    days = [event.on for event in told]
    assert days == sorted(days)
    assert opened <= days[0]
    assert days[-1] <= min(ends, until)
    for event in told:
        assert not LEFT_OPEN.search(event.title + event.text)
        assert not LOWER_START.search(event.text), event.text


@given(st.integers(0, BSN_NUMBERS // 2 - 2))
def test_invented_bsns_pass_the_eleven_test_and_are_in_the_test_range(half: int) -> None:
    first, second = invented_bsn(half * 2), invented_bsn(half * 2 + 2)
    assert is_bsn(first)
    assert first.startswith("9999")
    assert first != second


def test_the_plan_has_400_dossiers_of_nine_kinds_over_30_years_with_references_of_their_own() -> None:
    planned = list(plan(DAY))
    assert len(planned) == TOTAL == 400
    assert {p.kind for p in planned} == set(Dossier.Kind)
    assert len({p.reference for p in planned}) == 400
    assert [p.number for p in planned] == list(range(400))
    first = min(p.opened for p in planned)
    assert timedelta(days=29 * 365) < DAY - first < timedelta(days=31 * 365)
    assert len({p.team for p in planned}) == 4


def test_the_same_day_gives_the_same_plan() -> None:
    assert list(plan(DAY)) == list(plan(DAY))


def test_what_is_planned_as_closed_has_ended_and_what_is_open_has_not() -> None:
    for planned in plan(DAY):
        assert planned.opened <= DAY
        assert (planned.ends < DAY) == planned.closed
        assert planned.opened < planned.ends


def test_the_work_is_shared_evenly_by_the_teams() -> None:
    shares = Counter(p.team for p in plan(DAY))
    assert max(shares.values()) - min(shares.values()) < 30
