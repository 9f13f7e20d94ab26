"""What is done with dossiers that were ticked in the list: access, hand-over, and their references as CSV."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import connections
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from casefiles.access import Ability, can
from casefiles.models import AccessEvent, Dossier, HandOverItem
from tests.casework import may, signed_in
from tests.organisation import Organisation

ACCESS, REFERENCES = "/dossiers/selected/access/", "/dossiers/selected/references.csv"


@pytest.fixture
def three(organisation: Organisation) -> list[Dossier]:
    """Fenna leads three dossiers; Joost reads the first, and leads the third with her."""
    dossiers = [organisation.opens(f"JD-2026-000{number}") for number in range(3)]
    may(organisation.joost, Ability.READ, dossiers[0])
    may(organisation.joost, Ability.LEAD, dossiers[2])
    return dossiers


def form_of(dossiers: list[Dossier], to: str, **changes: Any) -> dict[str, Any]:
    until = timezone.localdate() + timedelta(days=30)
    given = {"to": to, "ability": "read_dossier", "until": until.isoformat(), "reason": "works", "note": ""}
    return {"dossier": [d.pk for d in dossiers], **given, **changes}


def test_access_is_given_where_one_leads_and_each_row_says_what_came_of_it(
    organisation: Organisation, three: list[Dossier]
) -> None:
    client, to = signed_in(organisation.joost), f"person-{organisation.amina.pk}"
    preview = client.get(ACCESS, {"dossier": [three[0].pk, three[2].pk, three[1].pk, "nonsense"]})
    assert [row[0].reference for row in preview.context["rows"]] == ["JD-2026-0000", "JD-2026-0002"]  # 1 is not his
    assert "2 dossiers, of which you lead 1" in preview.content.decode()
    answer = client.post(ACCESS, form_of(three, to), follow=True)
    assert [can(organisation.amina, Ability.READ, dossier) for dossier in three] == [False, False, True]
    page = answer.content.decode()
    assert "Amina Bakkali has access to 1 dossier." in page
    assert page.count("Nothing of their own") == 1
    assert AccessEvent.objects.filter(outcome="refused", actor_id=organisation.joost.pk).count() == 1
    with CaptureQueriesContext(connections["default"]) as asked:
        client.get(answer.request["PATH_INFO"] + "?" + answer.request["QUERY_STRING"])
    assert len(asked) < 15  # with those for the session, the navigation and the people to choose from


def test_what_cannot_be_given_is_said_and_nothing_typed_is_lost(
    organisation: Organisation, three: list[Dossier]
) -> None:
    client = signed_in(organisation.fenna)
    refused = client.post(ACCESS, form_of(three, f"team-{organisation.oost.pk}", ability="lead_dossier", note="Omdat."))
    assert refused.status_code == 422
    assert "Leading a case and treating are for one person" in refused.content.decode()
    assert "Omdat." in refused.content.decode()
    assert not any(can(organisation.amina, Ability.READ, dossier) for dossier in three)
    for answer in (client.get(ACCESS, follow=True), client.get(REFERENCES, {"dossier": "x"}, follow=True)):
        assert "Tick at least one dossier" in answer.content.decode()


def test_references_leave_without_names_and_the_log_says_how_many(
    organisation: Organisation, three: list[Dossier]
) -> None:
    ids = {"dossier": [dossier.pk for dossier in three]}
    for person, lines in ((organisation.joost, 2), (organisation.samira, 3), (organisation.amina, 0)):
        answer = signed_in(person).get(REFERENCES, ids)
        text = answer.content.decode("utf-8-sig") if answer.status_code == 200 else ""
        assert text.count("JD-2026") == lines
        assert "Julia" not in text
        assert "Luinenburg" not in text
        found = AccessEvent.objects.filter(action="export", actor_id=person.pk).values_list("detail", flat=True)
        assert list(found) == ([{"dossiers": lines}] if lines else [])


def test_a_hand_over_begins_with_what_was_ticked_and_leaves_the_rest_alone(
    organisation: Organisation, three: list[Dossier]
) -> None:
    client = signed_in(organisation.joost)
    address = f"/case-load/hand-over/{organisation.joost.pk}/?dossier={three[0].pk}&dossier={three[2].pk}"
    page = client.get(address)
    assert [dossier.reference for dossier, chosen in page.context["form"].rows if chosen] == ["JD-2026-0002"]
    assert "1 dossier of your selection is not led by Joost Terpstra" in page.content.decode()
    form = {"taker": organisation.amina.pk, "reason": "leaves", "dossier": [d.pk for d in three]}
    answer = client.post(address, form)
    assert answer.status_code == 302
    assert [item.reference for item in HandOverItem.objects.all()] == ["JD-2026-0002"]
