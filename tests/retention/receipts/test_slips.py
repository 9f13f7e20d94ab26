"""The subject slip, from its offer to what its holder proves years later, and the questions of former clients."""

from io import BytesIO
from pathlib import Path

import pytest
from pypdf import PdfReader

from casefiles import lifecycle
from casefiles.access import Refused
from casefiles.models import AccessEvent, Dossier
from retention.ledger.about import about, copy_in
from retention.ledger.bundles import Folder
from retention.ledger.messages import Finding
from retention.ledger.places import Local
from retention.ledger.slip import Slip
from retention.models import DestructionList, Receipt, SlipOffer
from retention.receipts import asking, bundle, certifying, slips
from retention.receipts.asking import Answer
from tests.organisation import Organisation, carry_out
from tests.stores import everything


def slip_in(pdf: bytes) -> Slip:
    """The slip as its holder copies it from the last page of the letter."""
    text = PdfReader(BytesIO(pdf)).pages[-1].extract_text().replace("\n", "")
    begin = text.index('{"claim"')
    return Slip.parse(text[begin : text.index('"v":1}') + 6].encode())


@pytest.fixture
def dossier(organisation: Organisation) -> Dossier:
    """A closed dossier with two documents, long past its date."""
    return organisation.keeps("JD-1996-0001", documents=2)


def destroyed(organisation: Organisation) -> Receipt:
    carry_out(organisation.starts(organisation.lists_due()))
    return Receipt.objects.get(type="destroyed")


def test_the_holder_of_a_letter_proves_years_later_that_a_receipt_and_a_copy_are_theirs(
    organisation: Organisation, dossier: Dossier, tmp_path: Path
) -> None:
    slip = slip_in(slips.printed(dossier, by=organisation.fenna))
    slips.hand_over(dossier, by=organisation.fenna)
    receipt = destroyed(organisation)
    folder = Folder(Local(bundle.export(receipt, tmp_path)))
    assert about(folder, slip) == Finding.ABOUT
    (tmp_path / "copy").write_bytes(b"verslag 1")
    (tmp_path / "other").write_bytes(b"verslag 2")
    assert copy_in(folder, slip, tmp_path / "copy") == Finding.IN_IT
    assert copy_in(folder, slip, tmp_path / "other") == Finding.NOT_IN_IT
    stranger = Slip(bytes(32), slip.claim, slip.tombstone)
    assert about(folder, stranger) == Finding.NOT_ABOUT
    found = asking.by_slip(slip, by=organisation.samira)
    assert (found.answer, found.receipt, found.about) == (Answer.GONE, receipt, True)
    assert asking.by_slip(stranger, by=organisation.samira).about is False
    kept = "\n".join(row for rows in everything().values() for row in rows)
    assert slip.secret.hex() not in kept
    assert "Luinenburg" not in kept


def test_after_the_hand_over_nothing_here_ties_the_receipt_to_the_person(
    organisation: Organisation, dossier: Dossier
) -> None:
    slip = slip_in(slips.printed(dossier, by=organisation.fenna))
    assert slip_in(slips.printed(dossier, by=organisation.fenna)) == slip
    slips.hand_over(dossier, by=organisation.fenna)
    dossier = Dossier.objects.get(pk=dossier.pk)
    assert dossier.facts.subject == slip.subject
    assert dossier.facts.subject_secret not in (slip.secret, b"")
    for step in (slips.printed, slips.hand_over):
        with pytest.raises(slips.NotNow):
            step(dossier, by=organisation.fenna)
    lifecycle.reopen(dossier, "asked for again", by=organisation.fenna)
    document = lifecycle.add_document(dossier, BytesIO(b"verslag 0"), "later.txt", "report", by=organisation.fenna)
    assert document.digest != slip.digest(BytesIO(b"verslag 0"))


def test_a_slip_follows_the_steps_in_their_order_and_each_is_recorded(
    organisation: Organisation, dossier: Dossier
) -> None:
    slips.record(dossier, "offered", by=organisation.fenna)
    with pytest.raises(slips.NotNow):
        slips.hand_over(dossier, by=organisation.fenna)
    slips.printed(dossier, by=organisation.fenna)
    slips.hand_over(dossier, by=organisation.fenna)
    with pytest.raises(slips.NotNow):
        slips.record(dossier, "declined", by=organisation.fenna)
    steps = SlipOffer.objects.order_by("recorded_at").values_list("outcome", "recorded_by__username")
    assert list(steps) == [("offered", "fenna"), ("printed", "fenna"), ("handed_over", "fenna")]
    assert AccessEvent.objects.filter(ground="slip", outcome="done").count() == 3
    running = organisation.opens("JD-2020-0002")
    with pytest.raises(lifecycle.NotWritable):
        slips.printed(running, by=organisation.fenna)


def test_who_may_not_know_the_young_person_makes_no_letter(organisation: Organisation, dossier: Dossier) -> None:
    for person in (organisation.amina, organisation.joost, organisation.samira, organisation.pim):
        for step in (slips.printed, slips.hand_over):
            with pytest.raises(Refused):
                step(dossier, by=person)
    assert AccessEvent.objects.filter(outcome="refused", ground="slip").count() == 8
    assert not SlipOffer.objects.exists()


def test_the_letter_holds_no_bsn_and_says_what_it_does_not_prove(organisation: Organisation, dossier: Dossier) -> None:
    pages = PdfReader(BytesIO(slips.printed(dossier, by=organisation.fenna))).pages
    text = " ".join(page.extract_text() for page in pages)
    assert "Julia Luinenburg" in text
    assert "JD-1996-0001" in text
    assert "does not prove" in text or "niet bewijst" in text
    assert "BSN" not in text


def test_a_former_clients_question_is_answered_yes_no_or_unknown_and_only_that_it_was_asked_is_kept(
    organisation: Organisation, dossier: Dossier
) -> None:
    ask = organisation.tineke
    assert asking.by_reference("JD-1996-0001", by=ask).answer == Answer.HERE
    before = slip_in(slips.printed(dossier, by=organisation.fenna))
    assert asking.by_slip(before, by=ask).answer == Answer.HERE
    chosen = organisation.lists_due()
    assert not asking.in_list(chosen, "JD-1996-0001", by=organisation.pim)
    carry_out(organisation.starts(chosen))
    assert asking.by_reference("JD-1996-0001", by=ask).answer == Answer.GONE
    assert asking.by_reference("JD-1996-0009", by=ask).answer == Answer.UNKNOWN
    assert asking.by_slip(before, by=ask).about
    assert asking.in_list(chosen, "JD-1996-0001", by=organisation.pim)
    assert not asking.in_list(chosen, "JD-1996-0009", by=organisation.pim)
    lines = AccessEvent.objects.filter(action="search", ground__in=["former client", "certificate"])
    assert lines.count() == 8
    assert not lines.exclude(dossier_id=None).exists()
    assert "JD-1996" not in str(list(lines.values_list("detail", flat=True)))
    for person in (organisation.fenna, organisation.joost):
        with pytest.raises(Refused):
            asking.by_reference("JD-1996-0001", by=person)


def test_the_bundle_of_a_receipt_carries_its_certificate(
    organisation: Organisation, dossier: Dossier, tmp_path: Path
) -> None:
    receipt = destroyed(organisation)
    assert not (bundle.export(receipt, tmp_path / "before") / "certificate.pdf").exists()
    asked = certifying.request(DestructionList.objects.get(), receipt, by=organisation.koen)
    certifying.carry_out(asked.job_id)
    assert (bundle.export(receipt, tmp_path / "after") / "certificate.pdf").read_bytes().startswith(b"%PDF")
