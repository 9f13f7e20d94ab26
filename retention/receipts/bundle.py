"""What an outsider needs to check one receipt: the receipt, its proof, the log's policy, and how to verify them."""

from io import BytesIO
from pathlib import Path
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

from retention import offline, sequencer, witnesses
from retention.ledger.annex import write_annex
from retention.ledger.bundles import ANNEX, POLICY, PROOF, RECEIPT
from retention.ledger.checkpoint import Checkpoint as Head
from retention.ledger.policy import log_policy
from retention.ledger.tlog_proof import TlogProof
from retention.ledger.tree import inclusion_plan
from retention.models import CertificatePdf, Checkpoint, Receipt
from retention.receipts.keys import log_verifiers

__all__ = ["ANNEX", "POLICY", "PROOF", "RECEIPT", "export", "files", "proof", "zipped"]

HOW = "VERIFY.txt"
CERTIFICATE = "certificate.pdf"


def proof(receipt: Receipt) -> TlogProof:
    """Return the proof that a receipt stands in the log, with the cosignatures of witnesses where there are any."""
    return _proof(receipt)[0]


def _proof(receipt: Receipt) -> tuple[TlogProof, bool]:
    """Return the proof, and whether the witnesses' quorum cosigned the head that it leads to."""
    found = witnesses.head_for(receipt.leaf_id)
    if found is None:
        raise Checkpoint.DoesNotExist
    note, quorum = found
    plan = inclusion_plan(receipt.leaf_id, Head.parse(note.text).size)
    hashes = plan.hashes(sequencer.nodes(plan.coordinates))
    return TlogProof(index=receipt.leaf_id, hashes=hashes, note=note), quorum


def files(receipt: Receipt) -> dict[str, bytes]:
    """Return the files of a receipt's bundle by name; the annex where the digests of the documents are known."""
    made, quorum = _proof(receipt)
    policy = log_policy(*log_verifiers(), witnesses=witnesses.brought().policy, quorum=quorum)
    packed = {
        RECEIPT: bytes(receipt.leaf.body),
        PROOF: str(made).encode(),
        POLICY: policy.encode(),
        HOW: (Path(__file__).parent / HOW).read_bytes(),
    }
    if receipt.annex is not None:
        packed[ANNEX] = write_annex(map(bytes.fromhex, receipt.annex)).encode()
    return packed


def _certificate(receipt: Receipt) -> dict[str, bytes]:
    """Return the newest certificate about this one dossier, where one was made."""
    made = CertificatePdf.objects.filter(certificate__receipt=receipt, language="nl").order_by("-pk").first()
    return {CERTIFICATE: bytes(made.content)} if made else {}


def export(receipt: Receipt, folder: Path) -> Path:
    """Write a receipt's folder below `folder`, named by its id, and return it."""
    target = folder / str(receipt.pk)
    target.mkdir(parents=True, exist_ok=True)
    for name, content in (files(receipt) | _certificate(receipt)).items():
        (target / name).write_bytes(content)
    return target


def zipped(receipt: Receipt) -> bytes:
    """Return the bundle as a zip with one folder, named by the receipt's id, with the page that verifies it offline.

    The same bytes for the same proof.
    """
    packed = BytesIO()
    with ZipFile(packed, "w", ZIP_DEFLATED) as archive:
        for name, content in (files(receipt) | _certificate(receipt) | {offline.NAME: offline.page()}).items():
            entry = ZipInfo(f"{receipt.pk}/{name}")  # ZipInfo's date is fixed: 1 January 1980
            entry.external_attr = 0o644 << 16
            archive.writestr(entry, content, ZIP_DEFLATED)
    return packed.getvalue()
