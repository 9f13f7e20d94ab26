"""Rates of the transparency log, one process: `python -m tests.benchmarks.bench_ledger` prints JSON.

Targets (design: performance): tree alone 100,000 leaves/s or more, inclusion proofs 10,000/s or more.
"""

import json
import sys
from collections.abc import Callable
from itertools import cycle, islice
from time import perf_counter

from retention.ledger.checkpoint import Checkpoint, sign_checkpoint
from retention.ledger.keys import LogKey
from retention.ledger.proof import verify_inclusion
from retention.ledger.tlog_proof import TlogProof
from retention.ledger.tree import Coordinate, appended, inclusion_plan, leaf_hash, root, root_plan

SIZE = 200_000
PROOFS = 20_000
SIGNATURES = 3_000


def rate(count: int, work: Callable[[], object]) -> int:
    """Return how many of `count` things `work` does per second."""
    start = perf_counter()
    work()
    return round(count / (perf_counter() - start))


def main() -> None:
    """Measure and print."""
    leaves = [number.to_bytes(8) * 100 for number in range(SIZE)]
    hashes = [leaf_hash(leaf) for leaf in leaves]
    nodes: dict[Coordinate, bytes] = {}
    key = LogKey.generate("bench.example")
    rates = {"append_leaves_per_s": rate(SIZE, lambda: nodes.update(appended(0, hashes, {})))}

    head = Checkpoint(key.name, SIZE, root(SIZE, nodes))
    note = sign_checkpoint(head, key)
    indices = list(islice(cycle(range(0, SIZE, 7919)), PROOFS))
    made: list[tuple[bytes, ...]] = []
    rates["inclusion_proofs_per_s"] = rate(
        PROOFS, lambda: made.extend(inclusion_plan(index, SIZE).hashes(nodes) for index in indices)
    )
    pairs = list(zip(indices, made, strict=True))
    rates["inclusion_verifications_per_s"] = rate(
        PROOFS, lambda: [verify_inclusion(hashes[i], i, SIZE, path, head.root) for i, path in pairs]
    )
    rates["checkpoints_signed_per_s"] = rate(
        SIGNATURES, lambda: [sign_checkpoint(head, key) for _ in range(SIGNATURES)]
    )
    rates["append_one_and_sign_per_s"] = rate(SIGNATURES, lambda: one_by_one(leaves[:SIGNATURES], key))
    text = str(TlogProof(indices[1], made[1], note))
    rates["proof_files_verified_per_s"] = rate(
        SIGNATURES, lambda: [verified(text, leaves[indices[1]], key) for _ in range(SIGNATURES)]
    )
    json.dump(rates, sys.stdout, indent=2)
    sys.stdout.write("\n")


def one_by_one(leaves: list[bytes], key: LogKey) -> None:
    """Append and sign after every leaf, from the frontier alone: the slowest way to use the log."""
    frontier: dict[Coordinate, bytes] = {}
    for size, leaf in enumerate(leaves):
        nodes = frontier | appended(size, [leaf_hash(leaf)], frontier)
        sign_checkpoint(Checkpoint(key.name, size + 1, root(size + 1, nodes)), key)
        frontier = {coordinate: nodes[coordinate] for coordinate in root_plan(size + 1).coordinates}


def verified(text: str, leaf: bytes, key: LogKey) -> bool:
    """Read a proof file and check everything in it."""
    proof = TlogProof.parse(text)
    return bool(proof.note.signers([key.verifier])) and proof.includes(leaf)


if __name__ == "__main__":
    main()
