"""The command `witness`: look at a copy of the log once, and cosign its head or refuse it. Run it from cron.

Beside the key file stands `KEY.seen`, the last head that was cosigned. Into the folder that the organisation reads goes
`cosigned-SIZE-KEYID` (a signed note), or for a head that is refused `refused-SIZE-KEYID.json` with both heads.
"""

import argparse
import json
import os
import sys
import time
from pathlib import Path

from retention.ledger.copy import LogCopy
from retention.ledger.errors import MalformedError
from retention.ledger.keys import WitnessKey
from retention.ledger.messages import WITNESS_SAYS, printable
from retention.ledger.note import Note
from retention.ledger.verifying import log_key
from retention.ledger.witness import Look, Seen, look

COSIGNED, REFUSED = "cosigned", "refused"
_UNPROVEN = 2


def add_arguments(parser: argparse.ArgumentParser, words: dict[str, str]) -> None:
    """Declare what `witness` takes."""
    parser.add_argument("mirror", metavar="MIRROR", help=words["mirror"])
    parser.add_argument(
        "--log-key", type=log_key, action="append", required=True, metavar="VKEY", help=words["log_key"]
    )
    parser.add_argument("--key", type=Path, required=True, metavar="FILE", help=words["witness_key"])
    parser.add_argument("--name", metavar="NAME", help=words["witness_name"])
    parser.add_argument("--to", type=Path, required=True, metavar="FOLDER", help=words["witness_to"])


def run(options: argparse.Namespace, language: str) -> int:
    """Look once. Exit 0: cosigned; 1: refused, the log was rewritten; 2: nothing can be said about this copy."""
    says = WITNESS_SAYS[language]
    try:
        key = _key(options.key, options.name)
        before = _last(options.key)
        log = LogCopy(options.mirror)
    except (MalformedError, OSError) as error:
        sys.stdout.write(f"{says['unreadable']} ({printable(str(error))})\n")
        return _UNPROVEN
    found = look(log, tuple(options.log_key), before, key, int(time.time()))
    if found.note:
        _write(_name(options.to, COSIGNED, found, key), str(found.note))
        _write(_seen(options.key), str(found.note))
    elif found.seen in (Seen.SHRUNK, Seen.FORKED) and before:
        evidence = {"seen": found.seen, "before": str(before), "after": str(log.note)}
        _write(_name(options.to, REFUSED, found, key).with_suffix(".json"), json.dumps(evidence))
    sys.stdout.write(says[found.seen].format(size=found.size, vkey=key.vkey) + "\n")
    return {Seen.COSIGNED: 0, Seen.SHRUNK: 1, Seen.FORKED: 1}.get(found.seen, _UNPROVEN)


def _name(folder: Path, kind: str, found: Look, key: WitnessKey) -> Path:
    return folder / f"{kind}-{found.size}-{key.verifier.key_id.hex()}"


def _key(path: Path, name: str | None) -> WitnessKey:
    """Read the witness's key, or make one under `name` when there is none yet."""
    if not path.exists() and name:
        made = WitnessKey.generate(name)
        with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
            file.write(made.encoded())
    return WitnessKey.parse(path.read_text(encoding="utf-8").strip())


def _seen(key: Path) -> Path:
    return key.with_name(f"{key.name}.seen")


def _last(key: Path) -> Note | None:
    return Note.parse(_seen(key).read_text(encoding="utf-8")) if _seen(key).exists() else None


def _write(path: Path, text: str) -> None:
    """Write a file whole or not at all."""
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_name(f".{path.name}.new")
    with draft.open("w", encoding="utf-8") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    draft.replace(path)
