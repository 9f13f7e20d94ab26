"""What a receipt states: enough to prove, and nothing that points to a person."""

import hashlib
import hmac
import json
import re
from collections.abc import Iterator
from datetime import date, timedelta
from io import BytesIO
from typing import Any

import pytest
import rfc8785
import time_machine
from django.utils import timezone

from casefiles import lifecycle
from casefiles.models import Dossier
from casefiles.vault.models import DossierKey, KeyEpoch
from retention.models import LedgerLeaf, Receipt
from retention.receipts import finality
from retention.receipts.facts import bucket, subject_claim, tombstone
from retention.timing import recompute
from tests.organisation import Organisation, carry_out

CHANGED = date(1997, 5, 13)
BSN = "111222333"


def personal_dossier(organisation: Organisation) -> Dossier:
    """A dossier in which every value can be recognised."""
    facts = {
        "given_names": "Jacomina",
        "surname": "Zonderland",
        "prefix": "van der",
        "bsn": BSN,
        "birth_date": date(1988, 4, 17),
        "address": "Dwarsgracht 9",
        "postcode": "8355 ZZ",
        "city": "Giethoorn",
    }
    dossier = organisation.opens("JD-1997-7731", **facts)
    lifecycle.add_document(dossier, BytesIO(b"inhoud"), "brief aan oma.txt", "letter", by=organisation.fenna)
    entry = lifecycle.NewEntry(CHANGED, "contact", "fact", substantive=True, text="Sprak over oma.")
    lifecycle.add_entry(dossier, entry, by=organisation.fenna)
    Dossier.objects.filter(pk=dossier.pk).update(opened_on=date(1995, 2, 27), last_change_on=CHANGED)
    lifecycle.close(dossier, CHANGED, by=organisation.fenna)
    dossier.refresh_from_db()
    recompute(dossier)
    return dossier


def stated(kind: Receipt.Type = Receipt.Type.DESTROYED) -> dict[str, Any]:
    body = Receipt.objects.select_related("leaf").get(type=kind).leaf.body
    found: dict[str, Any] = json.loads(bytes(body))
    return found


def values(value: Any) -> Iterator[str]:
    if isinstance(value, dict | list):
        for inner in value.values() if isinstance(value, dict) else value:
            yield from values(inner)
    else:
        yield str(value)


def test_no_leaf_holds_a_name_number_reference_or_date_of_the_dossier_or_of_who_decided(
    organisation: Organisation,
) -> None:
    dossier = personal_dossier(organisation)
    carry_out(organisation.starts(organisation.lists_due()))
    bodies = [bytes(leaf.body).decode() for leaf in LedgerLeaf.objects.all()]
    assert len(bodies) == 2
    words = ("Jacomina", "Zonderland", BSN, "1988-", "-1988", "Dwarsgracht", "8355 ", "Giethoorn", "JD-")
    people = ("Fenna", "Joost", "Terpstra", "Samira", "Koen", "Noord")
    days = ("1997-05-13", "1995-02-27", "05-13", "02-27", "2017-05")
    numbers = ("1988", "8355", "7731", "oma")  # short enough to occur by chance inside a digest or base64
    for body in bodies:
        for word in (*words, *people, *days, str(dossier.pk), dossier.pk.hex):
            assert word.lower() not in body.lower(), word
        for number in numbers:
            assert not re.search(rf"(?<![0-9a-z+/]){number}(?![0-9a-z+/])", body.lower()), number


def test_every_date_in_a_leaf_is_of_the_destruction_itself(organisation: Organisation) -> None:
    personal_dossier(organisation)
    carry_out(organisation.starts(organisation.lists_due()))
    today = timezone.localdate()
    dates = {found for value in values(stated()) for found in re.findall(r"\d{4}-\d{2}-\d{2}", value)}
    assert dates <= {today.isoformat(), (today + timedelta(days=90)).isoformat(), stated()["receipt"][:10]}
    assert stated()["period"] == {"first": 1995, "last": 1997}


def test_a_receipt_states_ground_manner_stores_sweep_and_intent(organisation: Organisation) -> None:
    dossier = personal_dossier(organisation)
    carry_out(organisation.starts(organisation.lists_due()))
    found, intent = stated(), stated(Receipt.Type.INTENT)
    assert (found["v"], found["type"], intent["type"]) == (1, "destroyed", "intent")
    assert (
        found["tombstone"] == tombstone(dossier.pk).hex() == hashlib.sha256(b"tomb/v1" + dossier.pk.bytes).hexdigest()
    )
    assert "7.3.8" in found["ground"]["citation"]
    assert found["method"]["statement"] == "data and key deleted"
    assert {store["class"]: store["result"] for store in found["stores"]} == dict.fromkeys(
        ("key vault", "database rows", "documents"), "gone"
    )
    assert found["sweep"]["result"] == "nothing found"
    assert found["prev"] == Receipt.objects.get(type="intent").leaf_id
    assert found["authorised"]["approvers"] == 2
    assert found["authorised"]["roles"] == ["team_lead", "privacy_officer"]
    shared = set(intent) - {"type", "receipt"}
    assert {name: found[name] for name in shared} == {name: intent[name] for name in shared}


def test_the_commitment_opens_to_the_two_who_approved_and_to_nobody_else(organisation: Organisation) -> None:
    personal_dossier(organisation)
    carry_out(organisation.starts(organisation.lists_due()))
    opening = Receipt.objects.get(type="destroyed").opening
    assert [person["name"] for person in opening["approvers"]] == ["Joost Terpstra", "Samira El Fassi"]
    commitment = stated()["authorised"]["commitment"]
    assert hashlib.sha256(rfc8785.dumps(opening)).hexdigest() == commitment
    opening["approvers"][0]["name"] = "Amina Bakkali"
    assert hashlib.sha256(rfc8785.dumps(opening)).hexdigest() != commitment
    assert len(bytes.fromhex(opening["salt"])) == 16


def test_who_holds_the_secret_and_the_facts_can_show_that_the_receipt_is_about_them(
    organisation: Organisation,
) -> None:
    dossier = personal_dossier(organisation)
    secret, claim = dossier.facts.subject_secret, subject_claim(dossier, list(dossier.party_set.all()))
    assert BSN.encode() not in claim
    assert json.loads(claim) == {
        "reference": "JD-1997-7731",
        "people": [{"name": "Jacomina van der Zonderland", "birth_date": "1988-04-17"}],
    }
    carry_out(organisation.starts(organisation.lists_due()))
    assert stated()["subject"] == hmac.digest(secret, claim, "sha256").hex()
    assert stated()["subject"] != hmac.digest(secret, claim.replace(b"17", b"18"), "sha256").hex()


def test_two_dossiers_of_the_same_contents_have_nothing_in_common(organisation: Organisation) -> None:
    organisation.keeps_many(2, documents=1)
    carry_out(organisation.starts(organisation.lists_due()))
    one, two = (json.loads(bytes(r.leaf.body)) for r in Receipt.objects.filter(type="destroyed").select_related("leaf"))
    for name in ("tombstone", "subject", "key", "annex", "receipt", "prev"):
        assert one[name] != two[name], name
    assert one["authorised"]["commitment"] != two["authorised"]["commitment"]


@pytest.mark.parametrize(
    ("count", "name"),
    [
        (0, "0"),
        (1, "1-9"),
        (9, "1-9"),
        (10, "10-99"),
        (99, "10-99"),
        (100, "100-999"),
        (999, "100-999"),
        (1000, "1000+"),
    ],
)
def test_a_count_is_told_as_a_bucket(count: int, name: str) -> None:
    assert bucket(count) == name


def test_a_receipt_is_final_when_its_root_key_is_gone_and_the_backups_have_expired_and_not_before(
    organisation: Organisation,
) -> None:
    dossier = organisation.keeps("JD-1996-0001")
    carry_out(organisation.starts(organisation.lists_due()))
    horizon = date.fromisoformat(stated()["horizon"])
    after = timezone.now() + timedelta(days=91)
    with time_machine.travel(after):
        assert finality.finalise() == 0, "the root key is still there"
    KeyEpoch.objects.update(state=KeyEpoch.State.DESTROYED)
    assert finality.finalise() == 0, "a backup is still there"
    with time_machine.travel(after - timedelta(days=1)):
        assert timezone.localdate() == horizon
        assert finality.finalise() == 0, "the last day of the last backup"
    with time_machine.travel(after):
        assert finality.finalise() == 1
        assert finality.finalise() == 0
    final = stated(Receipt.Type.FINAL)
    assert final["tombstone"] == tombstone(dossier.pk).hex()
    assert final["method"]["statement"] == "cryptographic erase"
    assert final["prev"] == Receipt.objects.get(type="destroyed").leaf_id


def test_a_receipt_whose_key_was_wrapped_again_waits_for_every_root_key(organisation: Organisation) -> None:
    organisation.keeps("JD-1996-0001")
    chosen = organisation.starts(organisation.lists_due())
    DossierKey.objects.update(first_epoch=0)  # as if it was made under an epoch before this one
    carry_out(chosen)
    assert (stated()["key"]["first_epoch"], stated()["key"]["last_epoch"]) == (0, 1)
    KeyEpoch.objects.update(state=KeyEpoch.State.DESTROYED)
    with time_machine.travel(timezone.now() + timedelta(days=91)):
        assert finality.finalise() == 0
        KeyEpoch.objects.create(number=0, state=KeyEpoch.State.DESTROYED, provider="file", fingerprint="f")
        assert finality.finalise() == 1
