"""The list of dossiers decides the same as access.visible_to, pages by key, and counts no further than it must."""

from datetime import date, timedelta

import pytest
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from casefiles import access, listing
from casefiles.access import Ability
from casefiles.listing import Cursor, Tally, Wanted
from casefiles.models import Dossier, Team, TeamGroupGrant, TeamUserGrant, User
from tests.organisation import Organisation

NEW = date(2026, 1, 1)
ANY_DAY = st.integers(-3, 3).map(timedelta)


def bare(organisation: Organisation, number: int, team: Team, status: str = "open") -> Dossier:
    """A dossier without people or key: the list's statement looks at neither."""
    day = NEW - timedelta(days=number // 3)  # three a day, so that ties are broken
    closed = day if status == "closed" else None
    return Dossier.objects.create(
        reference=f"JD-2026-{number:04}", kind="jeugdhulp", team=team, status=status, opened_on=day,
        last_change_on=day, closed_on=closed,
    )  # fmt: skip


def may(to: User | Team, ability: Ability, dossier: Dossier, days: int = 30) -> None:
    until = timezone.now() + timedelta(days=days)
    access.grant(to, ability, dossier, until=until, reason="test", by=None)


def reads_team(organisation: Organisation, user: User, team: Team, days: int = 30) -> None:
    from django.contrib.auth.models import Permission

    permission = Permission.objects.get(codename=access.READ_TEAM)
    until = timezone.now() + timedelta(days=days)
    TeamUserGrant.objects.update_or_create(
        user=user, permission=permission, content_object=team, defaults={"until": until, "reason": "role"}
    )


def listed(user: User, size: int = 25, **filters: str) -> list[str]:
    """All references, page after page."""
    found, cursor = [], None
    while True:
        page = listing.page(user, Wanted(filters, cursor=cursor), size)
        found += [dossier.reference for dossier in page.dossiers]
        if page.next is None:
            return found
        cursor = page.next


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.lists(
        st.tuples(
            st.sampled_from(["user", "group", "both", "none"]), st.sampled_from(list(Ability)), st.integers(-2, 2)
        ),
        min_size=1,
        max_size=8,
    ),
    st.sampled_from([None, -1, 1]),
)
def test_it_lists_exactly_what_access_says_is_visible(
    organisation: Organisation, given_out: list[tuple[str, Ability, int]], whole_team: int | None
) -> None:
    Dossier.objects.all()._raw_delete("default")
    TeamUserGrant.objects.all().delete()
    statuses = ["open", "closed", "arriving", "destroying"]
    for number, (to, ability, days) in enumerate(given_out):
        team = organisation.noord if number % 2 else organisation.oost
        dossier = bare(organisation, number, team, statuses[number % 4])
        for principal in {"user": [organisation.fenna], "group": [organisation.noord], "none": []}.get(
            to, [organisation.fenna, organisation.noord]
        ):
            may(principal, ability, dossier, days)
    if whole_team is not None:
        reads_team(organisation, organisation.fenna, organisation.oost, whole_team)
    for user in (organisation.fenna, organisation.joost, organisation.amina):
        visible = access.visible_to(user).order_by("-last_change_on", "pk").values_list("reference", flat=True)
        assert listed(user, size=2) == list(visible)
        assert listing.tally(user, Wanted(), []).total == len(visible)


def test_a_team_that_may_read_another_team_lists_its_dossiers(organisation: Organisation) -> None:
    from django.contrib.auth.models import Permission

    bare(organisation, 1, organisation.oost)
    TeamGroupGrant.objects.create(
        group=organisation.noord.group, content_object=organisation.oost, reason="merger",
        permission=Permission.objects.get(codename=access.READ_TEAM), until=timezone.now() + timedelta(days=1),
    )  # fmt: skip
    assert listed(organisation.fenna) == ["JD-2026-0001"]


def test_going_forth_and_back_shows_the_same_pages(organisation: Organisation) -> None:
    for number in range(7):
        may(organisation.fenna, Ability.READ, bare(organisation, number, organisation.noord))
    for wanted in (Wanted(), Wanted(descending=False), Wanted(sort="reference"), Wanted(sort="term")):
        first = listing.page(organisation.fenna, wanted, 3)
        second = listing.page(
            organisation.fenna, Wanted(sort=wanted.sort, descending=wanted.descending, cursor=first.next), 3
        )
        assert first.previous is None
        assert second.previous is not None
        assert (first.first, second.first) == (1, 4)
        back = Cursor.parse(str(second.previous))
        again = listing.page(organisation.fenna, Wanted(sort=wanted.sort, descending=wanted.descending, cursor=back), 3)
        assert [d.pk for d in again.dossiers] == [d.pk for d in first.dossiers]
        assert not {d.pk for d in first.dossiers} & {d.pk for d in second.dossiers}


def test_a_dossier_that_is_granted_in_many_ways_is_listed_once(organisation: Organisation) -> None:
    dossier = bare(organisation, 1, organisation.noord)
    for ability in Ability:
        may(organisation.fenna, ability, dossier)
        may(organisation.noord, ability, dossier)
    reads_team(organisation, organisation.fenna, organisation.noord)
    assert listed(organisation.fenna) == ["JD-2026-0001"]
    assert listing.tally(organisation.fenna, Wanted(), [{"status": "open"}, {"status": "closed"}]) == Tally(1, [1, 0])


@pytest.mark.parametrize("role", ["samira", "koen", "tineke", "pim"])
def test_roles_on_metadata_list_every_dossier_of_every_team(organisation: Organisation, role: str) -> None:
    bare(organisation, 1, organisation.noord)
    bare(organisation, 2, organisation.oost, "closed")
    bare(organisation, 3, organisation.oost, "arriving")
    assert sorted(listed(getattr(organisation, role))) == ["JD-2026-0001", "JD-2026-0002"]


def test_who_has_left_lists_nothing(organisation: Organisation) -> None:
    may(organisation.fenna, Ability.READ, bare(organisation, 1, organisation.noord))
    organisation.fenna.is_active = False
    assert listed(organisation.fenna) == []
    assert listing.tally(organisation.fenna, Wanted(), [{}]) == Tally(0, [0])


def test_filters_narrow_and_combine(organisation: Organisation) -> None:
    for number, status in enumerate(["open", "closed", "open"]):
        may(organisation.fenna, Ability.READ, bare(organisation, number, organisation.noord, status))
    may(organisation.fenna, Ability.LEAD, Dossier.objects.get(reference="JD-2026-0002"))
    assert listed(organisation.fenna, status="closed") == ["JD-2026-0001"]
    assert listed(organisation.fenna, part="lead") == ["JD-2026-0002"]
    assert listed(organisation.fenna, status="closed", part="lead") == []
    assert listed(organisation.fenna, kind="ots") == []


def test_no_count_goes_past_its_cap(organisation: Organisation, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("casefiles.listing.counting.COUNT_CAP", 4)
    for number in range(6):
        may(organisation.fenna, Ability.READ, bare(organisation, number, organisation.noord))
    assert listing.tally(organisation.fenna, Wanted(), [{"status": "open"}]) == Tally(None, [None])
    assert listing.tally(organisation.koen, Wanted({"status": "open"}), []) == Tally(None, [])


@given(st.text(max_size=80))
def test_an_address_that_was_tampered_with_shows_the_first_page(text: str) -> None:
    cursor = Cursor.parse(text)
    assert cursor is None or Cursor.parse(str(cursor)) == cursor
