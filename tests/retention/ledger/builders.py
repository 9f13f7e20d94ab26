"""A small log with receipts in it, and the folders that its operator would hand out."""

from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path

import rfc8785

from retention.ledger.checkpoint import Checkpoint, sign_checkpoint
from retention.ledger.keys import LogKey
from retention.ledger.policy import log_policy
from retention.ledger.tlog_proof import TlogProof
from retention.ledger.tree import Coordinate, appended, inclusion_plan, leaf_hash, root

ORIGIN = "jeugdhulp.example/logboek"


def receipt_bytes(number: int) -> bytes:
    """A receipt with every field that a destroyed dossier's has."""
    return rfc8785.dumps(
        {
            "v": 1,
            "type": "destroyed",
            "receipt": f"7f9c24e5-0000-4000-8000-{number:012d}",
            "operator": "Stichting Jeugdhulp Voorbeeld",
            "tombstone": sha256(b"tomb/v1" + bytes([number % 256])).hexdigest(),
            "subject": sha256(b"subject").hexdigest(),
            "category": "jeugdhulp",
            "ground": {"citation": "art. 7.3.8 Jeugdwet", "rule": 3, "hash": sha256(b"rule").hexdigest()},
            "period": [2004, 2019],
            "method": {"rows": "deleted", "key": "cryptographic erase"},
            "key": sha256(b"key").hexdigest(),
            "stores": [{"class": "database", "count": "10-99", "result": "absent"}],
            "sweep": {"version": "1", "result": "clean"},
            "horizon": "2027-03-01",
            "authorised": {"approvers": 2, "roles": ["casusregisseur", "privacy officer"]},
            "annex": sha256(b"annex").hexdigest(),
            "prev": 0,
        }
    )


@dataclass
class Log:
    """A log in memory, with its key."""

    key: LogKey = field(default_factory=lambda: LogKey.generate(ORIGIN))
    leaves: list[bytes] = field(default_factory=list)
    nodes: dict[Coordinate, bytes] = field(default_factory=dict)

    def append(self, *leaves: bytes) -> None:
        self.nodes |= appended(len(self.leaves), [leaf_hash(leaf) for leaf in leaves], self.nodes)
        self.leaves += leaves

    @property
    def checkpoint(self) -> Checkpoint:
        return Checkpoint(self.key.name, len(self.leaves), root(len(self.leaves), self.nodes))

    def proof(self, index: int) -> TlogProof:
        hashes = inclusion_plan(index, len(self.leaves)).hashes(self.nodes)
        return TlogProof(index, hashes, sign_checkpoint(self.checkpoint, self.key))

    def export(self, index: int, folder: Path) -> Path:
        folder.mkdir(parents=True, exist_ok=True)
        (folder / "receipt.json").write_bytes(self.leaves[index])
        (folder / "receipt.tlog-proof").write_text(str(self.proof(index)), encoding="utf-8")
        (folder / "policy").write_text(log_policy(self.key.verifier), encoding="utf-8")
        return folder


def log_of(count: int) -> Log:
    log = Log()
    log.append(*map(receipt_bytes, range(count)))
    return log
