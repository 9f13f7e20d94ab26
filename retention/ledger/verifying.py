"""The command `verify`: what it takes, and the lines that it prints."""

import argparse
import sys
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

from retention.ledger import about, bundles
from retention.ledger.errors import MalformedError
from retention.ledger.keys import VerifierKey
from retention.ledger.messages import Finding, printable, sentence
from retention.ledger.policy import Policy
from retention.ledger.slip import Slip
from retention.ledger.verify import Trust, Verdict, pinned_key, verify_bundle

_BADNESS = {0: 0, 2: 1, 1: 2}
_Given = TypeVar("_Given")


def add_arguments(parser: argparse.ArgumentParser, words: dict[str, str]) -> None:
    """Declare what `verify` takes, with its help in the chosen language."""
    parser.add_argument("path", metavar="PATH", help=words["path"])
    trust = parser.add_mutually_exclusive_group()
    trust.add_argument("--log-key", type=log_key, action="append", metavar="VKEY", help=words["log_key"])
    trust.add_argument("--policy", type=_policy, metavar="FILE", help=words["policy"])
    parser.add_argument("--slip", type=_slip, metavar="FILE", help=words["slip"])
    parser.add_argument("--copy", type=Path, action="append", metavar="FILE", help=words["copy"])


def run(options: argparse.Namespace, language: str) -> int:
    """Print a line per receipt, and below it what a slip shows; return the worst exit code."""
    trust = Trust(tuple(options.log_key or ()), options.policy)
    worst = 0
    for name, bundle in bundles.found(options.path):
        verdict = Verdict(Finding.NO_RECEIPT) if bundle is None else verify_bundle(bundle, trust)
        sys.stdout.write(f"{printable(name)}: {verdict.line(language)}\n")
        codes = [verdict.exit_code]
        if bundle is not None and options.slip and verdict.exit_code != 1:
            codes += _by_slip(bundle, options, language)
        worst = max(worst, *codes, key=_BADNESS.__getitem__)
    return worst


def _by_slip(bundle: bundles.Bundle, options: argparse.Namespace, language: str) -> list[int]:
    """Print what the slip shows about a genuine receipt and about each copy; return their exit codes."""
    shown = [(about.about(bundle, options.slip), "")]
    if shown[0][0] is Finding.ABOUT:
        shown += [(about.copy_in(bundle, options.slip, copy), str(copy)) for copy in options.copy or ()]
    for finding, copy in shown:
        sys.stdout.write(f"  {sentence(finding, {'file': copy}, language)}\n")
    return [0 if finding in about.WHOLE else 1 for finding, _ in shown]


def _given(read: Callable[[], _Given]) -> _Given:
    try:
        return read()
    except (MalformedError, OSError) as error:
        raise argparse.ArgumentTypeError(str(error)) from error


def log_key(text: str) -> VerifierKey:
    """Read a log's key from the command line; argparse says what is wrong with it."""
    return _given(lambda: pinned_key(text))


def _policy(path: str) -> Policy:
    return _given(lambda: Policy.parse(Path(path).read_bytes()))


def _slip(path: str) -> Slip:
    return _given(lambda: Slip.parse(Path(path).read_bytes().strip()))
