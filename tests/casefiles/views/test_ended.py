"""A dossier open in a browser while the right to it ends: nothing is shown, and nothing that was typed is lost."""

import pytest
from django.utils import timezone

from casefiles import access
from casefiles.access import Ability
from casefiles.models import AccessEvent, DossierUserGrant, Entry
from tests.casework import address, entry_form, may, noor, signed_in
from tests.organisation import Organisation

TEXT = "Noor vertelt dat het beter gaat."


@pytest.mark.parametrize("how", ["expired", "withdrawn"])
def test_what_was_typed_in_an_open_tab_comes_back_and_the_dossier_does_not(
    how: str, organisation: Organisation
) -> None:
    dossier = noor(organisation)
    may(organisation.amina, Ability.CONTRIBUTE, dossier)
    tab, stranger = signed_in(organisation.amina), signed_in(organisation.joost)
    assert tab.get(address("dossier", dossier)).status_code == 200
    if how == "expired":
        DossierUserGrant.objects.filter(user=organisation.amina).update(until=timezone.now())
    else:
        access.revoke(organisation.amina, dossier, by=organisation.fenna)
    sent = tab.post(address("add-entry", dossier), entry_form(text=TEXT))
    page = sent.content.decode()
    assert sent.status_code == 403
    assert "You have no access to this dossier any more" in page
    assert TEXT in page
    assert "JD-1" not in page
    assert not Entry.objects.exists()
    assert AccessEvent.objects.get(actor_id=organisation.amina.pk, ground="ended").outcome == "refused"
    for name in ("dossier", "documents", "parties"):
        assert tab.get(address(name, dossier)).status_code == 404
    assert stranger.post(address("add-entry", dossier), entry_form(text=TEXT)).status_code == 404


def test_who_may_only_read_by_now_gets_back_what_they_wrote(organisation: Organisation) -> None:
    dossier = noor(organisation)
    may(organisation.amina, Ability.READ, dossier)
    sent = signed_in(organisation.amina).post(address("add-entry", dossier), entry_form(text=TEXT))
    assert (sent.status_code, TEXT in sent.content.decode()) == (403, True)
