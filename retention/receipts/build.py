"""The leaves of the log: receipts as canonical JSON (RFC 8785). The leaf is exactly these bytes."""

from typing import Any
from uuid import UUID

import rfc8785
from django.conf import settings
from django.utils import timezone

from casefiles.models.organisation import operator_name
from retention.models import Receipt

SHARED = ("tombstone", "subject", "category", "ground", "period", "key", "authorised", "annex", "horizon")


class Writer:
    """Writes the leaves of one batch: who states them, and on which day, is asked once."""

    def __init__(self) -> None:
        self.stated: dict[str, Any] = {"v": 1, "operator": operator_name(), "on": timezone.localdate().isoformat()}

    def body(self, kind: Receipt.Type, receipt_id: UUID, facts: dict[str, Any], **more: Any) -> bytes:
        """Return the exact bytes of a leaf of this type."""
        shared = {name: facts[name] for name in SHARED}
        return rfc8785.dumps(self.stated | {"type": str(kind), "receipt": str(receipt_id)} | shared | more)


def ending(facts: dict[str, Any]) -> tuple[Receipt.Type, dict[str, Any]]:
    """Return by which type of leaf a dossier's end is stated, and what that adds to the facts."""
    if "transfer" in facts:
        return Receipt.Type.TRANSFERRED, destroyed(facts) | {"transfer": facts["transfer"]}
    return Receipt.Type.DESTROYED, destroyed(facts)


def destroyed(facts: dict[str, Any]) -> dict[str, Any]:
    """Return what a `destroyed` leaf adds to the facts: the manner per store, and the verification sweep."""
    counts = facts["counts"]
    return {
        "prev": facts["intent"],
        "method": {
            "statement": "data and key deleted",
            "software": settings.SOFTWARE_VERSION,
            "key": "data key (AES-256-GCM, one per dossier, wrapped under a root key) deleted from the vault",
            "rows": "physical deletion by database cascade; fields were sealed under the deleted key",
            "documents": "physical deletion; files were sealed (Cobblestone-256) under the deleted key",
            "elsewhere": _elsewhere(facts),
        },
        "stores": [
            {"class": "key vault", "count": "1-9", "result": "gone"},
            {"class": "database rows", "count": counts["rows"], "result": "gone"},
            {"class": "documents", "count": counts["documents"], "result": "gone"},
        ],
        "sweep": facts["sweep"],
    }


def _elsewhere(facts: dict[str, Any]) -> str:
    if facts["imported"]:
        return "imported: copies in the older system and its packages are outside this statement"
    return "printed and exported copies are outside this statement"


def redestroyed(facts: dict[str, Any]) -> dict[str, Any]:
    """Return what a `redestroyed` leaf adds: a backup brought it back, and it was destroyed before anyone saw it."""
    stores = (("key vault", "keys"), ("database rows", "rows"), ("documents", "files"))
    return {
        "prev": facts["leaf"],
        "method": {
            "statement": "came back with a restored backup, and was destroyed again",
            "software": settings.SOFTWARE_VERSION,
        },
        "stores": [
            {"class": name, "count": facts["counts"][name], "result": "gone"}
            if facts[here]
            else {"class": name, "count": "0", "result": "was not there"}
            for name, here in stores
        ],
        "sweep": facts["sweep"],
    }


def final(facts: dict[str, Any]) -> dict[str, Any]:
    """Return what a `final` leaf adds: no backup holds a key that opens this any more."""
    return {
        "prev": facts["leaf"],
        "method": {
            "statement": "cryptographic erase",
            "key": "every root key that ever wrapped the data key is destroyed",
            "software": settings.SOFTWARE_VERSION,
        },
    }
