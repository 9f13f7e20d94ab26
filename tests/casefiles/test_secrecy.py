"""Treatment secrecy: for who does not treat, an entry or document under it does not exist anywhere."""

from io import BytesIO
from typing import Any

import pytest

from casefiles import lifecycle
from casefiles.access import Ability, Refused
from casefiles.models import AccessEvent, Document, Dossier, Entry, User
from tests.casework import address, entry_form, may, noor, signed_in
from tests.organisation import Organisation

SECRET = "Zij vertelt in de therapie over de angst."


@pytest.fixture
def dossier(organisation: Organisation) -> Dossier:
    """Fenna leads, Joost treats; Joost wrote one secret entry and added one secret document."""
    found = noor(organisation)
    User.objects.filter(pk=organisation.joost.pk).update(treating=True)
    may(organisation.joost, Ability.TREAT, found)
    organisation.joost.refresh_from_db()
    signed_in(organisation.joost).post(address("add-entry", found), entry_form(text=SECRET, treatment_secret="on"))
    upload = lifecycle.Upload(found, "behandelplan.txt", by=organisation.joost)
    upload.write(b"plan")
    upload.finish("plan", treatment_secret=True)
    return found


def pages(user: User, dossier: Dossier) -> dict[str, Any]:
    client, entry, document = signed_in(user), Entry.objects.get(), Document.objects.get()
    return {
        "timeline": client.get(address("dossier", dossier)),
        "documents": client.get(address("documents", dossier)),
        "change": client.get(address("change-entry", dossier, entry.pk)),
        "history": client.get(address("entry-versions", dossier, entry.pk)),
        "download": client.get(address("download", dossier, document.pk)),
    }


def test_who_treats_sees_it_with_its_mark(organisation: Organisation, dossier: Dossier) -> None:
    seen = pages(organisation.joost, dossier)
    assert {name: page.status_code for name, page in seen.items()} == dict.fromkeys(seen, 200)
    assert SECRET in seen["timeline"].content.decode()
    assert "treatment secrecy" in seen["timeline"].content.decode()
    assert "behandelplan" in seen["documents"].content.decode()


def test_for_the_lead_of_the_case_it_does_not_exist(organisation: Organisation, dossier: Dossier) -> None:
    seen = pages(organisation.fenna, dossier)
    assert [seen[name].status_code for name in ("change", "history", "download")] == [404, 404, 404]
    timeline, documents = (seen[name].content.decode() for name in ("timeline", "documents"))
    for page in (timeline, documents):
        assert SECRET not in page
        assert "behandelplan" not in page
        assert "reatment secrecy" not in page
    assert '<span class="gv-count">0</span>' in timeline


def test_roles_on_metadata_do_not_count_it(organisation: Organisation, dossier: Dossier) -> None:
    page = signed_in(organisation.samira).get(address("dossier", dossier)).content.decode()
    assert "<dt>Entries</dt><dd>0</dd><dt>Documents</dt><dd>0</dd>" in page


def test_who_does_not_treat_can_neither_make_nor_undo_it(organisation: Organisation, dossier: Dossier) -> None:
    client = signed_in(organisation.fenna)
    client.post(address("add-entry", dossier), entry_form(text="Open tekst.", treatment_secret="on"))
    assert not Entry.objects.get(kind="contact", treatment_secret=False).treatment_secret
    secret = Entry.objects.get(treatment_secret=True)
    answer = client.post(address("change-entry", dossier, secret.pk), entry_form(version="1", text="x"))
    assert answer.status_code == 404
    upload = lifecycle.Upload(dossier, "x.txt", by=organisation.fenna)
    upload.write(b"x")
    with pytest.raises(Refused):
        upload.finish("plan", treatment_secret=True)
    assert Document.objects.count() == 1
    assert AccessEvent.objects.filter(outcome="refused", ground="treat").count() == 1


def test_a_grant_to_treat_is_nothing_without_the_profession(organisation: Organisation, dossier: Dossier) -> None:
    User.objects.filter(pk=organisation.joost.pk).update(treating=False)
    assert SECRET not in pages(organisation.joost, dossier)["timeline"].content.decode()


def test_the_same_file_twice_is_one_document_only_on_the_same_side_of_the_secrecy(
    organisation: Organisation, dossier: Dossier
) -> None:
    lifecycle.add_document(dossier, BytesIO(b"plan"), "behandelplan.txt", "plan", by=organisation.fenna)
    assert sorted(Document.objects.values_list("treatment_secret", flat=True)) == [False, True]
