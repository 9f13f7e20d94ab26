"""The log's signing key: a file of its own (0600) beside the root keys, made on first use, and how it is replaced.

A retired key signs nothing any more, but what it signed stays true: its public half is kept in `log.retired` (one
verifier key a line, the oldest first) and goes into every policy.
"""

from functools import lru_cache
from pathlib import Path

from django.conf import settings

from casefiles.vault.kept import keep, replace
from retention.ledger.keys import LogKey, VerifierKey


def _path() -> Path:
    path: Path = settings.KEYS_DIR / "log.key"
    return path


def _retired() -> Path:
    return _path().with_name("log.retired")


def log_key() -> LogKey:
    """Return the key with which this organisation signs its log now; a replaced key is noticed at once."""
    path = _path()
    keep(path, lambda: LogKey.generate(settings.LEDGER_ORIGIN).encoded().encode())
    return _parsed(path, path.stat().st_mtime_ns)


@lru_cache(maxsize=2)
def _parsed(path: Path, _stamp: int) -> LogKey:
    return LogKey.parse(path.read_text(encoding="utf-8"))


def log_verifiers() -> tuple[VerifierKey, ...]:
    """Return the public keys of the log: the one that signs now first, then the retired ones."""
    current = log_key().verifier
    lines = _retired().read_text(encoding="utf-8").split() if _retired().exists() else []
    return current, *(key for key in map(VerifierKey.parse, reversed(lines)) if key != current)


def retire(old: LogKey, new: LogKey) -> None:
    """Make `new` the signing key. The old public half is kept first: a crash in between retires nothing."""
    kept = _retired().read_text(encoding="utf-8").split() if _retired().exists() else []
    replace(_retired(), "".join(f"{vkey}\n" for vkey in dict.fromkeys([*kept, old.vkey])).encode())
    replace(_path(), new.encoded().encode())
