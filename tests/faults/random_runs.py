"""Destruction crossed with faults, on services of its own: `python -m tests.faults.random_runs 500`.

Without a number every boundary meets every fault once. Prints a table of boundary × fault × runs × outcome, and
ends with 1 when an invariant was broken; `--seed` repeats a row of random runs.
"""

import argparse
import os
import sys
import time
from collections import Counter, defaultdict
from collections.abc import Iterator
from random import Random
from typing import Any

from config import env
from tests.faults.boundaries import names

Outcomes = dict[tuple[str, str], Counter[str]]


def main() -> None:
    """Run and print."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("runs", type=int, nargs="?", help="so many random runs")
    options.add_argument("--seed", type=int, default=1)
    options.add_argument("--fault", help="only this one, by its name")
    chosen = options.parse_args()
    os.environ["DATA_DIR"] = str(env.data_dir() / "faults")  # a cluster and a broker that nobody else uses
    os.environ["EMBEDDED_FSYNC"] = "off"  # a killed process loses nothing by it
    os.environ["LOG_LEVEL"] = "CRITICAL"
    from tests.benchmarks.installation import installation

    with installation("faults"):
        sys.exit(_run(chosen.runs, chosen.seed, chosen.fault))


def _run(runs: int | None, seed: int, only: str | None) -> int:
    from django.conf import settings

    from tests.faults import harness
    from tests.organisation import Organisation

    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]  # a million rounds a person is slow
    random, organisation = Random(seed), Organisation.founded()  # noqa: S311 - repeatable on purpose
    planned = list(_planned(runs, random, only))
    sizes = [random.randint(1, 9) if runs else 2 for _ in planned]
    outcomes: Outcomes = {}
    broken, began = 0, time.monotonic()
    spent: dict[str, float] = defaultdict(float)
    for (boundary, fault), case in zip(planned, harness.cases(organisation, sizes), strict=True):
        before = time.monotonic()
        try:
            outcome = harness.one_run(boundary, fault, organisation, case, random)
        except AssertionError as error:
            broken += 1
            outcome = "BROKEN"
            sys.stderr.write(f"{boundary} × {fault.name}: {error!r}\n")
        outcomes.setdefault((boundary, fault.name), Counter())[outcome] += 1
        spent[fault.name] += time.monotonic() - before
    seconds = time.monotonic() - began
    _print(outcomes)
    for fault, took in sorted(spent.items()):
        sys.stdout.write(f"{fault:18} {took:6.1f} s\n")
    leaves = harness.check_log()
    sys.stdout.write(f"{len(planned)} runs, {broken} broken, {leaves} leaves, {seconds / len(planned):.2f} s a run\n")
    return 1 if broken else 0


def _planned(runs: int | None, random: Random, only: str | None) -> Iterator[tuple[str, Any]]:
    from tests.faults.faults import FAULTS

    faults = [fault for fault in FAULTS if only in (None, fault.name)]
    if runs is None:
        return ((boundary, fault) for fault in faults for boundary in names())
    return ((random.choice(names()), random.choice(faults)) for _ in range(runs))


def _print(outcomes: Outcomes) -> None:
    for (boundary, fault), counted in sorted(outcomes.items(), key=lambda row: (row[0][1], names().index(row[0][0]))):
        how = "; ".join(f"{words}: {count}" for words, count in sorted(counted.items()))
        sys.stdout.write(f"{boundary:20} {fault:18} {counted.total():4}  {how}\n")


if __name__ == "__main__":
    main()
