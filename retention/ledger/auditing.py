"""The command `audit`: an outsider checks a whole copy of the log, and what disappeared between two inventories.

An inventory's list is a file of tombstones (32 bytes each, sorted), as `export_inventory` hands it to an auditor.
"""

import argparse
import json
import sys
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path
from typing import Any

from retention.ledger.copy import LogCopy
from retention.ledger.encoding import HASH_SIZE
from retention.ledger.errors import LedgerError, MalformedError
from retention.ledger.messages import AUDIT_SAYS, printable
from retention.ledger.tiles import WIDTH, changed_tiles
from retention.ledger.tree import leaf_hash, root
from retention.ledger.verifying import log_key
from retention.ledger.whole import WholeTree

ENDINGS = frozenset({"destroyed", "redestroyed", "transferred", "merged"})
_UNPROVEN = 2


def add_arguments(parser: argparse.ArgumentParser, words: dict[str, str]) -> None:
    """Declare what `audit` takes."""
    parser.add_argument("mirror", metavar="MIRROR", help=words["mirror"])
    parser.add_argument(
        "--log-key", type=log_key, action="append", required=True, metavar="VKEY", help=words["log_key"]
    )
    parser.add_argument("--inventory", type=Path, action="append", metavar="FILE", help=words["inventory"])


def run(options: argparse.Namespace, language: str) -> int:
    """Check everything and print what is wrong. Exit 0: whole; 1: it is not; 2: nothing can be said about this copy."""
    says = AUDIT_SAYS[language]
    try:
        log = LogCopy(options.mirror)
        signed = log.note.signers([key for key in options.log_key if key.name == log.head.origin])
        leaves = list(_leaves(log)) if signed else []
        lists = [path.read_bytes() for path in options.inventory or ()]
    except (LedgerError, OSError) as error:
        sys.stdout.write(f"{says['unreadable']} ({printable(str(error))})\n")
        return _UNPROVEN
    if not signed:
        sys.stdout.write(f"{says['unsigned']}\n")
        return _UNPROVEN
    wrong = [*_wrong_tree(log, leaves), *_wrong_inventories(leaves, lists)]
    for code, place in wrong:
        sys.stdout.write(says[code].format(place=printable(place)) + "\n")
    sys.stdout.write(says["broken" if wrong else "whole"].format(size=log.head.size, lists=len(lists)) + "\n")
    return 1 if wrong else 0


def _leaves(log: LogCopy) -> Iterator[bytes]:
    for number in range((log.head.size + WIDTH - 1) // WIDTH):
        yield from log.entries(number)


def _wrong_tree(log: LogCopy, leaves: list[bytes]) -> Iterator[tuple[str, str]]:
    tree = WholeTree(b"".join(map(leaf_hash, leaves)))
    if root(len(leaves), tree) != log.head.root:
        yield "head", str(log.head.size)
    yield from (("tile", tile.path) for tile in changed_tiles(0, log.head.size) if not log.holds(tile, tree))


def _wrong_inventories(leaves: list[bytes], lists: list[bytes]) -> Iterator[tuple[str, str]]:
    """Yield each list that no inventory of the log states, and each tombstone that went without a receipt."""
    if not lists:
        return
    stated = [_stated(leaf) for leaf in leaves]
    places = {leaf.get("root"): index for index, leaf in enumerate(stated) if leaf.get("type") == "inventory"}
    known = []
    for number, content in enumerate(lists, start=1):
        tombstones = [content[at : at + HASH_SIZE] for at in range(0, len(content), HASH_SIZE)]
        top = root(len(tombstones), WholeTree(b"".join(map(leaf_hash, tombstones)))).hex()
        if top in places:
            known.append((places[top], set(tombstones)))
        else:
            yield "inventory", str(number)
    ended = [(index, leaf.get("tombstone")) for index, leaf in enumerate(stated) if leaf.get("type") in ENDINGS]
    for (first, before), (last, after) in pairwise(sorted(known, key=lambda one: one[0])):
        receipts = {tombstone for index, tombstone in ended if first < index < last}
        gone = sorted(tombstone.hex() for tombstone in before - after)
        yield from (("no_receipt", tombstone) for tombstone in gone if tombstone not in receipts)


def _stated(leaf: bytes) -> dict[str, Any]:
    try:
        stated = json.loads(leaf)
    except ValueError as error:
        raise MalformedError("a leaf is not JSON") from error
    return stated if isinstance(stated, dict) else {}
