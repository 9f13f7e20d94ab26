"""Certificates of destruction: what they say, that the signature holds for others, and that a changed copy does not."""

import os
import shutil
import subprocess
from collections.abc import Iterator
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer
from io import BytesIO
from pathlib import Path
from threading import Thread
from typing import Any

import pytest
from django.conf import settings
from django.utils import timezone
from pypdf import PdfReader

from casefiles.access import Refused
from casefiles.models import AccessEvent, Job
from retention import lists, timing
from retention.models import Certificate, CertificatePdf, DestructionList, ListItem, Receipt
from retention.receipts import certificate_checks, certified, certifying, pades, signing_keys
from tests.organisation import Organisation, carry_out


@pytest.fixture
def destroyed(organisation: Organisation) -> DestructionList:
    """A list of four dossiers of which one is exempted and three were destroyed."""
    organisation.keeps_many(4, documents=1)
    chosen = organisation.lists_due()
    day = timing.today() + timedelta(days=400)
    lists.exempt(chosen, ["JD-1996-0000"], ListItem.ExemptReason.SIBLING, day, by=organisation.joost)
    carry_out(organisation.starts(chosen))
    return chosen


def made(chosen: DestructionList, organisation: Organisation, receipt: Receipt | None = None) -> Certificate:
    asked = certifying.request(chosen, receipt, by=organisation.koen)
    certifying.carry_out(asked.job_id)
    asked.refresh_from_db()
    return asked


def pdf_of(certificate: Certificate, language: str = "nl") -> bytes:
    return bytes(CertificatePdf.objects.get(certificate=certificate, language=language).content)


def text_of(pdf: bytes) -> str:
    return " ".join(" ".join(page.extract_text() for page in PdfReader(BytesIO(pdf)).pages).split())


def pdfsig(pdf: bytes, folder: Path) -> str:
    """What poppler's own verifier says."""
    if not shutil.which("pdfsig"):
        assert not os.environ.get("CI"), "pdfsig (poppler-utils) is missing"
        pytest.skip("pdfsig (poppler-utils) is not installed here")
    path = folder / "one.pdf"
    path.write_bytes(pdf)
    done = subprocess.run(["pdfsig", "-nocert", str(path)], capture_output=True, text=True, check=False, timeout=60)
    return done.stdout


def test_a_certificate_says_what_was_destroyed_on_which_ground_how_and_by_whom(
    destroyed: DestructionList, organisation: Organisation
) -> None:
    certificate = made(destroyed, organisation)
    dutch, english = text_of(pdf_of(certificate)), text_of(pdf_of(certificate, "en"))
    facts = certified.Facts.of(certificate.facts)
    assert (facts.dossiers, facts.exempted, facts.period) == (3, {"sibling": 1}, (1996, 1996))
    names = ("Joost Terpstra", "Samira El Fassi", "Koen Verbeek", destroyed.name, "7.3.8", certificate.number)
    for words in (*names, "20 jaar", "laatste inhoudelijke wijziging", "Verklaring van vernietiging", "3 dossiers"):
        assert words in dutch, words
    for words in (*names, "20 years", "Certificate of destruction", "sibling has an active dossier", "AES-256-GCM"):
        assert words in english, words
    receipts = list(certified.covered(certificate))
    assert all(str(receipt.pk) in dutch and str(receipt.pk) in english for receipt in receipts)
    for words in ("Luinenburg", "Julia", "JD-1996", *(str(receipt.dossier_id) for receipt in receipts)):
        assert words not in dutch + english


def test_it_is_tagged_titled_and_in_its_language(destroyed: DestructionList, organisation: Organisation) -> None:
    certificate = made(destroyed, organisation)
    for language in ("nl", "en"):
        root = PdfReader(BytesIO(pdf_of(certificate, language))).trailer["/Root"]
        assert root["/MarkInfo"]["/Marked"]
        assert str(root["/Lang"]) == language
        assert root["/ViewerPreferences"]["/DisplayDocTitle"]
        assert b"pdfuaid:part" in root["/Metadata"].get_data()
        assert b"pdfaid:part" in root["/Metadata"].get_data()


def test_everybody_accepts_the_signature_and_nobody_a_changed_copy(
    destroyed: DestructionList, organisation: Organisation, tmp_path: Path
) -> None:
    pdf = pdf_of(made(destroyed, organisation))
    assert pades.read(pdf).holds
    assert "Signature is Valid" in pdfsig(pdf, tmp_path)
    assert "Total document signed" in pdfsig(pdf, tmp_path)
    for place in (len(pdf) // 20, len(pdf) // 3, pdf.index(b"/Title"), pdf.rindex(b"/Reason") + 12):
        changed = pdf[:place] + bytes([pdf[place] ^ 1]) + pdf[place + 1 :]
        assert not pades.read(changed).holds, place
        assert "Signature is Valid" not in pdfsig(changed, tmp_path), place
    assert not pades.read(pdf + b"\n% more").holds
    assert not pades.read(pdf[:-200]).holds
    assert not pades.read(b"%PDF-1.7").holds


def test_certificates_of_a_retired_key_stay_ours_and_the_retired_key_is_gone(
    destroyed: DestructionList, organisation: Organisation, tmp_path: Path
) -> None:
    old = made(destroyed, organisation)
    before = signing_keys.current()
    signing_keys.rotate()
    assert not before.key.exists()
    new = made(destroyed, organisation)
    assert pades.read(pdf_of(old)).signer != pades.read(pdf_of(new)).signer
    for certificate in (old, new):
        assert pades.read(pdf_of(certificate)).holds
        assert all(check.holds for check in certificate_checks.checks(certificate))
        assert "Signature is Valid" in pdfsig(pdf_of(certificate), tmp_path)


def test_the_key_of_another_organisation_is_not_ours(
    destroyed: DestructionList, organisation: Organisation, settings: Any, tmp_path: Path
) -> None:
    pdf = pdf_of(made(destroyed, organisation))
    settings.KEYS_DIR = tmp_path / "others"
    assert pades.read(pdf).unchanged
    assert not pades.read(pdf).ours


def test_the_organisations_own_key_signs_when_it_is_set_and_is_remembered_after(
    destroyed: DestructionList, organisation: Organisation, settings: Any, tmp_path: Path
) -> None:
    key, chain = tmp_path / "own.key", tmp_path / "own.pem"
    openssl("req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "30",
            "-subj", "/O=Waterkant/CN=own", "-keyout", str(key), "-out", str(chain))  # fmt: skip
    settings.CERTIFICATE_KEY, settings.CERTIFICATE_CHAIN = str(key), str(chain)
    pdf = pdf_of(made(destroyed, organisation))
    settings.CERTIFICATE_KEY = settings.CERTIFICATE_CHAIN = ""
    assert "own" in pades.read(pdf).signer
    assert pades.read(pdf).holds


def openssl(*arguments: str, given: bytes = b"") -> bytes:
    return subprocess.run(["openssl", *arguments], input=given, capture_output=True, check=True, timeout=60).stdout


@pytest.fixture
def authority(tmp_path: Path) -> Iterator[str]:
    """A timestamp authority of our own on this machine: openssl behind a web server."""
    folder = tmp_path / "tsa"
    folder.mkdir()
    (folder / "serial").write_text("01\n")
    (folder / "openssl.cnf").write_text(
        f"[tsa]\ndefault_tsa=t\n[t]\nserial={folder}/serial\nsigner_cert={folder}/tsa.pem\nsigner_key={folder}/tsa.key\n"
        "signer_digest=sha256\ndefault_policy=1.2.3.4\ndigests=sha256\nordering=yes\nclock_precision_digits=0\n"
    )
    openssl("req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "30",
            "-subj", "/CN=tsa", "-addext", "extendedKeyUsage=critical,timeStamping",
            "-keyout", f"{folder}/tsa.key", "-out", f"{folder}/tsa.pem")  # fmt: skip

    class Answer(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            asked = folder / "asked.tsq"
            asked.write_bytes(self.rfile.read(int(self.headers["Content-Length"])))
            said = openssl(
                "ts", "-reply", "-config", f"{folder}/openssl.cnf", "-section", "t", "-queryfile", str(asked)
            )
            self.send_response(200)
            self.send_header("Content-Type", "application/timestamp-reply")
            self.end_headers()
            self.wfile.write(said)

        def log_message(self, *arguments: Any) -> None:
            pass

    server = HTTPServer(("127.0.0.1", 0), Answer)
    Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}/"
    server.shutdown()
    server.server_close()


def test_a_timestamp_authority_vouches_for_the_moment(
    destroyed: DestructionList, organisation: Organisation, settings: Any, authority: str, tmp_path: Path
) -> None:
    settings.TSA_URL, settings.TSA_CERTIFICATE = authority, str(tmp_path / "tsa" / "tsa.pem")
    certificate = made(destroyed, organisation)
    found = pades.read(pdf_of(certificate))
    assert found.holds
    assert found.stamped_at is not None
    assert abs(found.stamped_at - timezone.now()) < timedelta(minutes=5)
    assert "Signature is Valid" in pdfsig(pdf_of(certificate), tmp_path)


def test_a_timestamp_authority_that_is_silent_lets_the_certificate_wait_and_be_made_later(
    destroyed: DestructionList, organisation: Organisation, settings: Any
) -> None:
    settings.TSA_URL = "http://127.0.0.1:9/"
    certificate = made(destroyed, organisation)
    job = Job.objects.get(pk=certificate.job_id)
    assert (job.state, job.problem) == (Job.State.WAITING, "tsa_unreachable")
    assert not certificate.pdfs.exists()
    settings.TSA_URL = ""
    assert certifying.waiting() == [job.pk]
    certifying.carry_out(job.pk)
    certifying.carry_out(job.pk)
    assert sorted(certificate.pdfs.values_list("language", flat=True)) == ["en", "nl"]


def test_one_dossier_has_a_certificate_of_its_own(destroyed: DestructionList, organisation: Organisation) -> None:
    receipt = Receipt.objects.filter(type="destroyed").order_by("leaf")[1]
    certificate = made(destroyed, organisation, receipt)
    facts = certified.Facts.of(certificate.facts)
    assert (facts.dossiers, facts.log.first, facts.log.last, facts.exempted) == (
        1,
        receipt.leaf_id,
        receipt.leaf_id,
        {},
    )
    text = text_of(pdf_of(certificate))
    assert str(receipt.pk) in text
    others = Receipt.objects.filter(type="destroyed").exclude(pk=receipt.pk)
    assert not any(str(other.pk) in text for other in others)


def test_asked_twice_it_is_one_certificate_and_numbers_do_not_repeat(
    destroyed: DestructionList, organisation: Organisation
) -> None:
    first = certifying.request(destroyed, None, by=organisation.koen)
    assert certifying.request(destroyed, None, by=organisation.samira) == first
    certifying.carry_out(first.job_id)
    second = certifying.request(destroyed, None, by=organisation.samira)
    year = timezone.localdate().year
    assert [first.number, second.number] == [f"VV-{year}-0001", f"VV-{year}-0002"]


def test_only_officers_have_one_made_and_a_refusal_is_logged(
    destroyed: DestructionList, organisation: Organisation
) -> None:
    for person in (organisation.fenna, organisation.joost, organisation.tineke, organisation.pim):
        with pytest.raises(Refused):
            certifying.request(destroyed, None, by=person)
    assert AccessEvent.objects.filter(outcome="refused", ground="certificate").count() == 4
    assert not Certificate.objects.exists()


def test_a_list_without_receipts_has_nothing_to_certify(organisation: Organisation) -> None:
    organisation.keeps_many(1)
    certificate = made(organisation.lists_due(), organisation)
    assert (certificate.job.state, certificate.job.problem) == (Job.State.FAILED, "nothing_destroyed")


def test_a_certificate_over_a_log_that_was_cut_off_no_longer_holds(
    destroyed: DestructionList, organisation: Organisation
) -> None:
    certificate = made(destroyed, organisation)
    assert all(check.holds for check in certificate_checks.checks(certificate))
    (settings.MIRROR_DIR / "checkpoint").unlink()
    assert [check.holds for check in certificate_checks.checks(certificate)].count(False) == 1
    certificate.facts["log"]["seal"] = "00" * 32
    assert [check.holds for check in certificate_checks.checks(certificate)].count(False) == 2
