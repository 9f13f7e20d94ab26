"""Appending to the log and auditing the whole of it: `python -m tests.benchmarks.bench_audit --leaves 1000000`.

Prints JSON beside the limits: 10,000 leaves a second appended in batches (leaves, nodes and signed head committed), and
a million leaves audited within a minute, which is 16,667 a second (mirror read, database compared, all heads checked).
"""

import argparse
import json
import sys
import time
from collections.abc import Callable
from typing import Any

from tests.benchmarks.installation import installation

LIMITS = {"appended_per_s": 10_000, "audited_per_s": 16_667}


def main() -> None:
    """Fill a log, publish it, audit it, and print the rates."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--leaves", type=int, default=1_000_000)
    parser.add_argument("--batch", type=int, default=5_000)
    options = parser.parse_args()
    with installation("audit"):
        json.dump(measured(options.leaves, options.batch), sys.stdout, indent=2)
    sys.stdout.write("\n")


def measured(leaves: int, batch: int) -> dict[str, Any]:
    """Return the seconds and rates of each step."""
    from retention import mirror
    from retention.auditing import run

    bodies = [body(number) for number in range(batch)]
    appended = timed(lambda: [append(bodies) for _ in range(leaves // batch)])
    published = timed(mirror.publish)
    run.ask(None)
    done: list[Any] = []
    audited = timed(lambda: done.append(run.resume()))
    return {
        "leaves": leaves,
        "batch": batch,
        "bytes_of_a_leaf": len(bodies[0]),
        "appended_per_s": round(leaves / appended),
        "published_per_s": round(leaves / published),
        "audited_per_s": round(leaves / audited),
        "audit_seconds": round(audited, 1),
        "audit_findings": len(done[0].findings),
        "heads_checked": done[0].checkpoints,
        "limits": LIMITS,
    }


def body(number: int) -> bytes:
    """Return a leaf as long as a `destroyed` one."""
    stated = {"v": 1, "type": "destroyed", "tombstone": f"{number:064x}", "rest": "x" * 1500}
    return json.dumps(stated, separators=(",", ":"), sort_keys=True).encode()


def append(bodies: list[bytes]) -> None:
    """Append one batch and commit it."""
    from django.db import transaction

    from retention import sequencer

    with transaction.atomic():
        sequencer.append(bodies)


def timed(act: Callable[[], Any]) -> float:
    """Return how many seconds it takes."""
    start = time.perf_counter()
    act()
    return time.perf_counter() - start


if __name__ == "__main__":
    main()
