"""Who leaves: what is still open with them is shown, and goes to who takes over in the same action."""

from datetime import timedelta

import pytest
from django.utils import timezone

from casefiles import people
from casefiles.models import AccessEvent, Role, User
from casefiles.people import NotPossible
from retention import holds
from retention.models import Hold, RequestFacts, RightsRequest
from retention.rights.register import Received, receive
from tests.casework import noor, signed_in
from tests.organisation import Organisation


@pytest.fixture
def busy(organisation: Organisation) -> User:
    """Fenna owns a hold and handles a request, whose own hold goes with it; one of her dossiers waits for a date."""
    dossier, today = noor(organisation), timezone.localdate()
    review_on = today + timedelta(days=30)
    holds.place([dossier.pk], Hold.Reason.CLAIM, owner=organisation.fenna, review_on=review_on)
    words = RequestFacts(requester="Noor Vermeulen", text="Ik wil mijn dossier lezen.")
    receive(Received("inspect", "youth_act", "self", today, words), [dossier.pk], by=organisation.fenna)
    organisation.joost.groups.clear()  # nobody else would lead the team
    User.objects.filter(pk=organisation.fenna.pk).update(role=Role.TEAM_LEAD)
    return User.objects.get(pk=organisation.fenna.pk)


def test_what_is_open_is_shown_and_passes_on_in_one_action(organisation: Organisation, busy: User) -> None:
    client, page = signed_in(organisation.koen), f"/people/{busy.pk}/"
    shown = client.get(page).content.decode()
    for words in ("1 request of a data subject", "1 hold", "1 team has no other lead", "Who takes over"):
        assert words in shown
    assert "Vermeulen" not in shown
    with pytest.raises(NotPossible):
        people.deactivate(busy, by=organisation.koen)
    with pytest.raises(NotPossible):  # the auditor only looks
        people.leave(busy, organisation.pim, by=organisation.koen)
    assert "Choose who takes" in client.post(f"{page}deactivate/").content.decode()
    assert User.objects.get(pk=busy.pk).is_active
    assert client.post(f"{page}deactivate/", {"taker": organisation.amina.pk}).status_code == 302
    assert not User.objects.get(pk=busy.pk).is_active
    assert set(Hold.objects.values_list("owner__username", flat=True)) == {"amina"}
    assert RightsRequest.objects.get().handler == organisation.amina
    handed = AccessEvent.objects.filter(ground__endswith="handed over").values_list("ground", flat=True)
    assert sorted(line.split()[0] for line in handed) == ["hold", "hold", "request"]


def test_who_has_nothing_open_leaves_without_a_taker(organisation: Organisation) -> None:
    assert signed_in(organisation.koen).post(f"/people/{organisation.amina.pk}/deactivate/").status_code == 302
    assert not User.objects.get(pk=organisation.amina.pk).is_active
