"""Transfer to an archive: a package that others' software accepts, and our copy goes only when its receiver has it."""

import json
from hashlib import sha256
from io import BytesIO
from pathlib import Path
from typing import Any
from zipfile import ZipFile

import bagit
import msgspec
import pytest
from django.conf import settings
from django.db import IntegrityError, transaction
from django.test import Client

from casefiles import lifecycle, storage
from casefiles.access import Refused
from casefiles.models import AccessEvent, Document, DocumentFacts, Dossier, Entry, User
from retention import rules, sweeping, timing
from retention.models import Category, DestructionList, ListItem, Receipt, RuleVersion, Transfer
from retention.receipts import asking, bundle, certified, certifying, finality, statement
from retention.schedule import Action
from retention.transfer import process
from tests.organisation import Organisation, carry_out

ARCHIVE = "Stadsarchief Waterkant"


def says_transfer() -> None:
    """The rule of the kind says from today on that its dossiers go to an archive."""
    before = rules.latest(Category.objects.get(code="jeugdhulp"))
    if before.rule.action is Action.TRANSFER:
        return
    next_one = {"version": before.version + 1, "valid_from": timing.today(), "action": Action.TRANSFER}
    rule = msgspec.structs.replace(before.rule, **next_one)
    values = {"valid_from": rule.valid_from, "spec": rule.to_json(), "digest": rule.digest()}
    RuleVersion.objects.create(category_id="jeugdhulp", version=rule.version, **values)


def packed(organisation: Organisation, dossier: Dossier) -> bytes:
    """Koen asks for the package, the worker makes it, and Fenna, who leads the case, takes it out."""
    made = process.ask(dossier, ARCHIVE, by=organisation.koen)
    process.carry_out(made.job_id)
    return b"".join(process.handed_over(dossier, by=organisation.fenna)[1])


def transferred(organisation: Organisation, dossier: Dossier) -> Receipt:
    """A dossier's whole way, from its due date to its receipt."""
    says_transfer()
    sweeping.sweep()
    package = packed(organisation, dossier)
    process.confirm(dossier, sha256(package).hexdigest(), "SA-2026/17", by=organisation.samira)
    sweeping.sweep()
    chosen = DestructionList.objects.get(items__dossier_id=dossier.pk)
    carry_out(organisation.starts(chosen))
    return Receipt.objects.select_related("leaf").get(dossier_id=dossier.pk, type=Receipt.Type.TRANSFERRED)


@pytest.fixture
def dossier(organisation: Organisation) -> Dossier:
    """A closed dossier, due under a rule that says transfer, with two documents of awkward names."""
    says_transfer()
    kept = organisation.keeps("JD-1996-0001", documents=2)
    awkward = Document.objects.first()
    assert awkward
    awkward.facts = DocumentFacts(title="x", filename="../a%b\n/c.txt", media_type="")
    awkward.save(update_fields=["facts"])
    sweeping.sweep()
    return kept


def test_the_package_is_a_valid_bag_to_the_library_of_congress_and_holds_the_whole_dossier(
    organisation: Organisation, dossier: Dossier, tmp_path: Path
) -> None:
    package = packed(organisation, dossier)
    ZipFile(BytesIO(package)).extractall(tmp_path)
    bag = bagit.Bag(str(tmp_path / "JD-1996-0001"))
    bag.validate()
    assert bag.info["External-Identifier"] == "JD-1996-0001"
    data = tmp_path / "JD-1996-0001" / "data"
    assert json.loads((data / "people.json").read_text())[0]["surname"] == "Luinenburg"
    assert json.loads((data / "entries.json").read_text())[0]["text"] == "Gesprek op school."
    assert sorted(path.read_bytes() for path in (data / "documents").iterdir()) == [b"verslag 0", b"verslag 1"]
    (data / "people.json").write_text("[]")
    with pytest.raises(bagit.BagValidationError):
        bagit.Bag(str(tmp_path / "JD-1996-0001")).validate()
    stored = [(settings.DOCUMENTS_DIR / key).read_bytes() for key in storage.listed(dossier.pk)]
    assert len(stored) == 3
    assert not any(b"Luinenburg" in sealed or b"bagit" in sealed for sealed in stored), "sealed in the store"


def test_our_copy_goes_only_after_the_receiver_confirmed_and_the_receipt_says_to_whom(
    organisation: Organisation, dossier: Dossier, tmp_path: Path
) -> None:
    assert not ListItem.objects.exists(), "due, and on no list before it is confirmed"
    package = packed(organisation, dossier)
    sweeping.sweep()
    assert not ListItem.objects.exists()
    with pytest.raises(process.NotNow, match=r"checksum|controlegetal"):
        process.confirm(dossier, "0" * 64, "SA-1", by=organisation.samira)
    digest = sha256(package).hexdigest()
    process.confirm(dossier, digest.upper(), "SA-2026/17", by=organisation.samira)
    sweeping.sweep()
    chosen = DestructionList.objects.get()
    carry_out(organisation.starts(chosen))
    assert not Dossier.objects.filter(pk=dossier.pk).exists()
    assert storage.listed(dossier.pk) == []
    receipt = Receipt.objects.select_related("leaf").get(type=Receipt.Type.TRANSFERRED)
    stated = json.loads(bytes(receipt.leaf.body))
    assert (stated["transfer"]["receiver"], stated["transfer"]["package"]) == (ARCHIVE, digest)
    assert "SA-2026" not in bytes(receipt.leaf.body).decode()
    assert not Receipt.objects.filter(type=Receipt.Type.DESTROYED).exists()
    assert all(check.holds for check in statement.checks(receipt))
    assert any(line.value == ARCHIVE for line in statement.Statement.of(receipt).what)
    assert bundle.files(receipt)
    assert asking.by_reference("JD-1996-0001", by=organisation.samira).answer == asking.Answer.GONE
    certificate = certifying.request(chosen, None, by=organisation.koen)
    assert certified.gather(certificate).dossiers == 1
    assert finality.finalise() == 0, "its keys are not gone yet"


def test_what_is_not_due_held_or_another_rules_is_not_transferred(organisation: Organisation) -> None:
    kept = organisation.keeps("JD-1996-0001")
    with pytest.raises(process.NotNow):
        process.ask(kept, ARCHIVE, by=organisation.koen)
    says_transfer()
    with pytest.raises(process.NotNow):
        process.ask(kept, ARCHIVE, by=organisation.koen)  # its term has passed, the sweep has not seen it yet
    opened = organisation.opens("JD-OPEN")
    with pytest.raises(lifecycle.NotWritable):
        process.ask(opened, ARCHIVE, by=organisation.koen)


def test_a_list_that_was_composed_before_a_transfer_was_taken_back_leaves_the_dossier_out(
    organisation: Organisation, dossier: Dossier
) -> None:
    package = packed(organisation, dossier)
    process.confirm(dossier, sha256(package).hexdigest(), "SA-1", by=organisation.samira)
    sweeping.sweep()
    chosen = organisation.starts(DestructionList.objects.get())
    process.withdraw(dossier, by=organisation.koen)
    carry_out(chosen)
    assert Dossier.objects.filter(pk=dossier.pk).exists()
    assert ListItem.objects.get().failure == "not_to_destroy"
    assert len(storage.listed(dossier.pk)) == 2, "the package is gone, the documents are not"


def test_reopening_voids_the_package(organisation: Organisation, dossier: Dossier) -> None:
    packed(organisation, dossier)
    lifecycle.reopen(dossier, "new_information", by=organisation.fenna)
    assert not Transfer.objects.exists()
    assert len(storage.listed(dossier.pk)) == 2


def test_a_package_that_a_killed_worker_left_is_made_anew_and_asked_twice_it_is_one(
    organisation: Organisation, dossier: Dossier
) -> None:
    made = process.ask(dossier, ARCHIVE, by=organisation.koen)
    left = storage.new_key(dossier.pk)
    storage.put(BytesIO(b"half"), dossier.pk, left, b"secret")
    Transfer.objects.update(package=left)
    process.carry_out(made.job_id)
    process.carry_out(made.job_id)
    assert left not in storage.listed(dossier.pk)
    assert len(storage.listed(dossier.pk)) == 3
    with pytest.raises(process.NotNow):
        process.ask(dossier, ARCHIVE, by=organisation.koen)


def test_nobody_does_what_is_not_theirs_and_each_refusal_is_logged(
    organisation: Organisation, dossier: Dossier
) -> None:
    with pytest.raises(Refused):
        process.ask(dossier, ARCHIVE, by=organisation.fenna)
    package = packed(organisation, dossier)
    digest = sha256(package).hexdigest()
    for user in (organisation.koen, organisation.amina, organisation.tineke):
        with pytest.raises(Refused):
            process.handed_over(dossier, by=user)
    with pytest.raises(Refused):
        process.confirm(dossier, digest, "SA-1", by=organisation.fenna)
    with pytest.raises(Refused):
        process.withdraw(dossier, by=organisation.joost)
    assert AccessEvent.objects.filter(outcome="refused", ground="transfer").count() == 6
    with pytest.raises(IntegrityError), transaction.atomic():
        Transfer.objects.update(confirmed_by=organisation.fenna, statement="SA-1")
    Entry.objects.update(treatment_secret=True)
    with pytest.raises(Refused):
        process.handed_over(dossier, by=organisation.fenna)


def browser(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def test_the_pages_lead_from_the_package_to_the_confirmation(organisation: Organisation, dossier: Dossier) -> None:
    koen, fenna, page = browser(organisation.koen), browser(organisation.fenna), f"/dossiers/{dossier.pk}/transfer/"
    assert "JD-1996-0001" in koen.get("/transfers/").content.decode()
    assert fenna.get("/transfers/").status_code == 404
    assert browser(organisation.amina).get(page).status_code == 404
    assert koen.post(f"{page}step/", {"step": "ask", "receiver": ""}).status_code == 422
    asked: dict[str, Any] = {"step": "ask", "receiver": ARCHIVE}
    assert koen.post(f"{page}step/", asked).status_code == 302
    assert koen.post(f"{page}step/", asked).status_code == 409, "asked twice"
    process.carry_out(Transfer.objects.get().job_id)
    shown = koen.get(page).content.decode()
    assert ARCHIVE in shown
    assert Transfer.objects.get().checksum not in shown, "what the receiver sends is not there to be copied"
    assert "Luinenburg" not in shown
    assert koen.post(f"{page}package.zip").status_code == 403
    taken = b"".join(fenna.post(f"{page}package.zip"))  # type: ignore[call-overload] # it streams
    assert koen.post(f"{page}step/", {"step": "confirm", "checksum": "1" * 64, "statement": "x"}).status_code == 422
    right = {"step": "confirm", "checksum": sha256(taken).hexdigest(), "statement": "SA-1"}
    assert koen.post(f"{page}step/", right).status_code == 302
    assert koen.post(f"{page}step/", right).status_code == 422, "confirmed once"
    assert koen.post(f"{page}step/", {"step": "withdraw"}).status_code == 302
    assert not Transfer.objects.exists()
