"""While somebody shares their screen, what people wrote is hidden on the pages of every app, and comes back after."""

from datetime import timedelta

from django.utils import timezone

from casefiles import emergency, membership
from casefiles.access import Ability
from casefiles.models import EmergencyAccess
from retention import holds
from retention.models import Hold, HoldFacts, RequestFacts
from retention.rights.register import Received, receive
from tests.casework import address, noor, signed_in
from tests.organisation import Organisation

NAME = "Wolfertina"


def test_what_people_wrote_is_hidden_while_the_screen_is_shared(organisation: Organisation) -> None:
    dossier, today = noor(organisation), timezone.localdate()
    fenna = organisation.fenna
    words = RequestFacts(requester=f"{NAME} Dam", contact="tante", text=f"{NAME} vraagt inzage.")
    asked = receive(Received("inspect", "youth_act", "self", today, words), [dossier.pk], by=fenna)
    why = HoldFacts(text=f"{NAME} belde.", evidence=f"brief van {NAME}")
    review_on = today + timedelta(days=30)
    hold = holds.place([dossier.pk], Hold.Reason.CLAIM, owner=fenna, review_on=review_on, facts=why).hold
    until = timezone.now() + timedelta(days=5)
    given = membership.Access(organisation.joost, Ability.READ, until, membership.Reason.CONSULTED, f"kent {NAME}")
    membership.give(dossier, given, by=fenna)
    plea = emergency.Plea(EmergencyAccess.Reason.CRISIS, f"{NAME} is weg.")
    used = emergency.use("JD-1", plea, by=organisation.amina)
    client = signed_in(fenna)
    pages = [f"/requests/{asked.pk}/", f"/holds/{hold.pk}/", address("dossier-access", dossier)]
    pages += [f"/emergency/{used.pk}/"]
    assert [NAME in client.get(page).content.decode() for page in pages] == [True] * 4
    client.post("/session/sharing/", {"sharing": "on"})
    shared = [client.get(page).content.decode() for page in pages]
    assert [NAME in page for page in shared] == [False] * 4
    assert ["Hidden while you share your screen" in page for page in shared] == [True] * 4
    assert client.post(f"/dossiers/{dossier.pk}/slip/letter.pdf", {"language": "nl"}).status_code == 409
    client.post("/session/sharing/", {"sharing": "off"})
    assert NAME in client.get(pages[0]).content.decode()
