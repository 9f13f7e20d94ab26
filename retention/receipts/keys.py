"""The log's signing key: a file of its own (0600) beside the root keys, made on first use."""

from functools import cache

from django.conf import settings

from casefiles.vault.kept import keep
from retention.ledger.keys import LogKey


@cache
def log_key() -> LogKey:
    """Return the key with which this organisation signs its log."""
    path = settings.KEYS_DIR / "log.key"
    return LogKey.parse(keep(path, lambda: LogKey.generate(settings.LEDGER_ORIGIN).encoded().encode()).decode())
