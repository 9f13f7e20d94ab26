"""What an outsider needs to check one receipt: receipt.json, receipt.tlog-proof and policy in a folder."""

from pathlib import Path

from retention import sequencer
from retention.ledger.note import Note
from retention.ledger.policy import log_policy
from retention.ledger.tlog_proof import TlogProof
from retention.ledger.tree import inclusion_plan
from retention.models import Checkpoint, Receipt
from retention.receipts.keys import log_key


def proof(receipt: Receipt) -> TlogProof:
    """Return the proof that a receipt stands in the log, against the newest signed checkpoint."""
    head = Checkpoint.objects.order_by("-size").first()
    if head is None:
        raise Checkpoint.DoesNotExist
    plan = inclusion_plan(receipt.leaf_id, head.size)
    hashes = plan.hashes(sequencer.nodes(plan.coordinates))
    return TlogProof(index=receipt.leaf_id, hashes=hashes, note=Note.parse(head.note))


def export(receipt: Receipt, folder: Path) -> Path:
    """Write a receipt's folder below `folder`, named by its id, and return it."""
    target = folder / str(receipt.pk)
    target.mkdir(parents=True, exist_ok=True)
    (target / "receipt.json").write_bytes(bytes(receipt.leaf.body))
    (target / "receipt.tlog-proof").write_text(str(proof(receipt)), encoding="utf-8")
    (target / "policy").write_text(log_policy(log_key().verifier), encoding="utf-8")
    return target
