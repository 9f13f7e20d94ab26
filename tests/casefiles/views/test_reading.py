"""A reason before reading, and hiding names while a screen is shared."""

import re

from tests.casework import BSN, address, logged, noor, says, signed_in
from tests.organisation import Organisation


def test_a_closed_dossier_is_opened_with_a_reason_once_a_session(organisation: Organisation) -> None:
    dossier = organisation.keeps("JD-1996-0001")
    client, page = signed_in(organisation.fenna), address("documents", dossier)
    asked = client.get(page)
    assert asked["Location"] == f"{address('reason', dossier)}?next={page.replace('/', '%2F')}"
    question = client.get(asked["Location"]).content.decode()
    assert "Luinenburg" not in question
    assert "Julia" not in question
    assert client.post(address("reason", dossier), {"next": page}).status_code == 422
    assert client.post(address("reason", dossier), {"reason": "complaint", "next": page})["Location"] == page
    assert client.get(page).status_code == 200
    assert client.get(address("dossier", dossier)).status_code == 200
    assert [(line.ground, line.basis) for line in logged(dossier, "reason")] == [("complaint", "team")]
    assert signed_in(organisation.fenna).get(page).status_code == 302
    assert signed_in(organisation.amina).get(address("reason", dossier)).status_code == 404


def test_the_question_sends_nobody_to_another_site(organisation: Organisation) -> None:
    dossier = organisation.keeps("JD-1996-0001")
    sent = {"reason": "care", "next": "https://elders.example/"}
    answer = signed_in(organisation.fenna).post(address("reason", dossier), sent)
    assert answer["Location"] == address("dossier", dossier)


def test_a_lead_lets_everybody_be_asked(organisation: Organisation) -> None:
    dossier = noor(organisation)
    client = signed_in(organisation.fenna)
    client.post(address("mark-sensitive", dossier), {"ask_reason": "on"})
    assert client.get(address("dossier", dossier)).status_code == 200
    other = signed_in(organisation.fenna)
    assert other.get(address("dossier", dossier)).status_code == 302
    assert other.post(address("add-entry", dossier)).status_code == 302
    client.post(address("mark-sensitive", dossier), {"ask_reason": "off"})
    assert other.get(address("dossier", dossier)).status_code == 200


def test_no_page_names_anybody_while_a_screen_is_shared(organisation: Organisation) -> None:
    dossier = noor(organisation)
    entry = says(dossier, organisation.fenna, "Noor was op school.")
    client = signed_in(organisation.fenna)
    pages = [address(n, dossier) for n in ("dossier", "documents", "parties", "dossier-access", "who-looked")]
    pages += [address("change-entry", dossier, entry.pk), "/dossiers/", "/case-load/"]
    assert "Noor" in client.get(pages[0]).content.decode()
    client.post("/session/sharing/", {"sharing": "on", "next": "/dossiers/"})
    for page in pages:
        shown = client.get(page).content.decode()
        assert "You share your screen" in shown, page
        named = re.findall(r"\bNoor\b|Vermeulen|Petra|Geheimweg", shown)  # Team Noord may be named
        assert named == [], page
    refused = client.post(address("reveal", dossier), {"reason": "referral"})
    assert (refused.status_code, BSN in refused.content.decode()) == (409, False)
    client.post("/session/sharing/", {"sharing": "off"})
    assert "Noor" in client.get(pages[0]).content.decode()
