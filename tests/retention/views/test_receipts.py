"""Receipts in the browser: explained, verified on the spot, and with all that an outsider needs."""

import json
from io import BytesIO
from pathlib import Path
from zipfile import ZipFile

import pytest
from django.conf import settings
from django.test import Client

from casefiles.models import AccessEvent, User
from retention import offline
from retention.destruction import run, verification
from retention.ledger.verify import verify_receipt
from retention.models import Receipt
from retention.receipts.keys import log_key
from tests.organisation import Organisation


def as_user(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


@pytest.fixture
def receipt(organisation: Organisation) -> Receipt:
    """The receipt of one destroyed dossier of Team Noord."""
    organisation.keeps("JD-1996-0001", documents=1)
    chosen = organisation.starts(organisation.lists_due())
    for _ in range(20):
        run.run(chosen.pk)
        verification.verify(chosen.pk)
    return Receipt.objects.get(type="destroyed")


def test_a_receipt_is_verified_while_it_is_shown(organisation: Organisation, receipt: Receipt) -> None:
    page = as_user(organisation.pim).get(f"/receipts/{receipt.pk}/").content.decode()
    assert "gv-verify--false" not in page
    assert "Joost Terpstra" in page
    assert "Luinenburg" not in page
    assert "JD-1996-0001" not in page


def test_a_receipt_that_left_the_mirror_is_not_called_genuine(organisation: Organisation, receipt: Receipt) -> None:
    (settings.MIRROR_DIR / "checkpoint").unlink()
    page = as_user(organisation.samira).get(f"/receipts/{receipt.pk}/").content.decode()
    assert "gv-verify--false" in page


def test_the_bundle_verifies_with_the_key_that_is_shown(
    organisation: Organisation, receipt: Receipt, tmp_path: Path
) -> None:
    client = as_user(organisation.samira)
    response = client.get(f"/receipts/{receipt.pk}/bundle.zip")
    assert response.headers["Content-Disposition"].startswith("attachment")
    with ZipFile(BytesIO(response.content)) as packed:
        assert {name.partition("/")[2] for name in packed.namelist()} == {
            "receipt.json", "receipt.tlog-proof", "policy", "annex", "VERIFY.txt", "verify.html",
        }  # fmt: skip
        packed.extractall(tmp_path)
    key = log_key().vkey
    assert verify_receipt(tmp_path / str(receipt.pk), key).exit_code == 0
    assert key in client.get(f"/receipts/{receipt.pk}/").content.decode()
    assert AccessEvent.objects.filter(action="download", ground="receipt").count() == 1


def test_the_page_that_verifies_is_given_as_a_file_to_who_reads_receipts(organisation: Organisation) -> None:
    response = as_user(organisation.pim).get("/receipts/verify.html")
    assert (response.content, response.headers["Content-Disposition"][:10]) == (offline.page(), "attachment")
    assert as_user(organisation.fenna).get("/receipts/verify.html").status_code == 404


def test_the_register_finds_by_type_category_list_and_number(organisation: Organisation, receipt: Receipt) -> None:
    client = as_user(organisation.tineke)
    mine = f"/receipts/{receipt.pk}/"
    for query in ("type=destroyed", "category=jeugdhulp", f"number={str(receipt.pk)[:6]}", "list=vl-", ""):
        found = mine in client.get(f"/receipts/?{query}").content.decode()
        assert found is (query != "list=vl-"), query
    for query, wanted in (
        ("first=2020-01-01", True),
        ("last=2020-01-01", False),
        ("final=not_yet", True),
        ("final=final", False),
    ):
        assert (mine in client.get(f"/receipts/?{query}").content.decode()) is wanted, query
    assert mine not in client.get("/receipts/?type=intent").content.decode()
    assert mine not in client.get("/receipts/?category=ots").content.decode()


def test_a_lead_sees_the_receipts_of_the_own_team_only(organisation: Organisation, receipt: Receipt) -> None:
    assert as_user(organisation.joost).get(f"/receipts/{receipt.pk}/").status_code == 200
    assert as_user(organisation.amina).get(f"/receipts/{receipt.pk}/").status_code == 404
    assert as_user(organisation.fenna).get("/receipts/").status_code == 404
    assert f"/receipts/{receipt.pk}/" not in as_user(organisation.amina).get("/receipts/").content.decode()


def test_an_intent_has_a_page_of_its_own(organisation: Organisation, receipt: Receipt) -> None:
    intent = Receipt.objects.get(type="intent")
    assert json.loads(bytes(intent.leaf.body))["type"] == "intent"
    assert as_user(organisation.samira).get(f"/receipts/{intent.pk}/").status_code == 200
