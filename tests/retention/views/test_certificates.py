"""Certificates in the browser: asked for once, made by the worker, read with their checks, and downloaded."""

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from casefiles.models import AccessEvent, User
from retention.models import Certificate, DestructionList, Receipt
from retention.receipts import certifying
from tests.organisation import Organisation, carry_out


def as_user(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


@pytest.fixture
def destroyed(organisation: Organisation) -> DestructionList:
    organisation.keeps_many(2, documents=1)
    chosen = organisation.lists_due()
    carry_out(organisation.starts(chosen))
    return chosen


def test_an_officer_asks_for_it_on_the_lists_page_and_reads_it_when_it_is_made(
    organisation: Organisation, destroyed: DestructionList
) -> None:
    client = as_user(organisation.koen)
    address = f"/lists/{destroyed.name}/certificate/"
    assert address in client.get(f"/lists/{destroyed.name}/").content.decode()
    first, second = client.post(address), client.post(address)
    certificate = Certificate.objects.get()
    page = f"/certificates/{certificate.number}/"
    assert first.headers["Location"] == second.headers["Location"] == page
    assert 'role="progressbar"' in client.get(page).content.decode()
    assert client.get(f"{page}nl.pdf").status_code == 302
    certifying.carry_out(certificate.job_id)
    assert client.get(f"{page}progress/").headers["HX-Refresh"] == "true"
    shown = client.get(page).content.decode()
    assert "gv-verify--false" not in shown
    for words in (certificate.number, destroyed.name, "Joost Terpstra", "Samira El Fassi", "<svg"):
        assert words in shown, words
    for words in ("Luinenburg", "JD-1996"):
        assert words not in shown
    for language in ("nl", "en"):
        pdf = client.get(f"{page}{language}.pdf")
        assert pdf.headers["Content-Disposition"] == f'attachment; filename="{certificate.number}-{language}.pdf"'
        assert pdf.content.startswith(b"%PDF")
    assert AccessEvent.objects.filter(action="download", ground="certificate").count() == 2
    assert client.get(f"{page}de.pdf").status_code == 302
    assert certificate.number in client.get("/certificates/").content.decode()
    assert certificate.number in client.get(f"/lists/{destroyed.name}/").content.decode()


def test_who_may_see_the_list_reads_its_certificates_and_nobody_else_knows_of_them(
    organisation: Organisation, destroyed: DestructionList
) -> None:
    certificate = certifying.request(destroyed, None, by=organisation.samira)
    certifying.carry_out(certificate.job_id)
    page = f"/certificates/{certificate.number}/"
    for reader in (organisation.joost, organisation.tineke, organisation.pim):
        assert as_user(reader).get(page).status_code == 200
        assert as_user(reader).get(f"{page}nl.pdf").status_code == 200
        assert as_user(reader).post(f"/lists/{destroyed.name}/certificate/").status_code == 403
    for other in (organisation.amina, organisation.fenna):
        for address in (page, f"{page}nl.pdf", f"{page}progress/"):
            assert as_user(other).get(address).status_code == 404
        assert as_user(other).post(f"/lists/{destroyed.name}/certificate/").status_code == 404
    assert certificate.number not in as_user(organisation.amina).get("/certificates/").content.decode()
    assert as_user(organisation.fenna).get("/certificates/").status_code == 404
    assert Certificate.objects.count() == 1


def test_a_receipt_offers_a_certificate_of_its_one_dossier(
    organisation: Organisation, destroyed: DestructionList
) -> None:
    client = as_user(organisation.samira)
    receipt, other = Receipt.objects.filter(type="destroyed")
    intent = Receipt.objects.filter(type="intent").first()
    assert intent
    answer = client.post(f"/receipts/{receipt.pk}/certificate/")
    certificate = Certificate.objects.get()
    assert certificate.receipt == receipt
    certifying.carry_out(certificate.job_id)
    shown = client.get(answer.headers["Location"]).content.decode()
    assert f"/receipts/{receipt.pk}/" in shown
    assert certificate.number in client.get(f"/receipts/{receipt.pk}/").content.decode()
    assert certificate.number not in client.get(f"/receipts/{other.pk}/").content.decode()
    assert client.post(f"/receipts/{intent.pk}/certificate/").status_code == 404
    with CaptureQueriesContext(connection) as asked:
        client.get(answer.headers["Location"])
    assert len(asked) <= 12, "\n".join(query["sql"][:200] for query in asked)
