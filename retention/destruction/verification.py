"""Step 6, the verification sweep: by a login of its own, read back every store. It shares no state with the rest.

Which tables are bound to a dossier it reads from the schema, not from a list kept by hand.
"""

import hashlib
from typing import Any
from uuid import UUID

import rfc8785
from django.conf import settings
from django.db import connections, transaction
from django.utils import timezone

from casefiles import storage
from casefiles.vault import keys
from retention.destruction.run import BACK_OFF, BATCH, waiting_for
from retention.models import ListItem
from retention.states import ItemStep

SWEEP = "sweep"
VERIFIER = "verification/1"

# These keep a dossier's plain id on purpose: the log of who looked, the list, and the receipt outlive it.
OUTLIVE = {"casefiles_accessevent", "retention_listitem", "retention_receipt"}

BOUND = """
    SELECT DISTINCT c.relname, a.attname
    FROM pg_class c
    JOIN pg_namespace n ON n.oid = c.relnamespace AND n.nspname = 'public'
    JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
    LEFT JOIN pg_constraint f ON f.conrelid = c.oid AND f.contype = 'f' AND a.attnum = ANY (f.conkey)
         AND f.confrelid = 'casefiles_dossier'::regclass
    WHERE c.relkind IN ('r', 'p') AND NOT c.relispartition AND (a.attname = 'dossier_id' OR f.oid IS NOT NULL)
"""


def bound_tables() -> list[tuple[str, str]]:
    """Return every (table, column) that the schema binds to a dossier, the dossier's own table first."""
    with connections[SWEEP].cursor() as cursor:
        cursor.execute(BOUND)
        found = sorted((table, column) for table, column in cursor.fetchall() if table not in OUTLIVE)
    return [("casefiles_dossier", "id"), *found]


def verify(destruction_list_id: int) -> tuple[int, list[ListItem]]:
    """Read back one batch; return how many were wholly gone, and the items of which something was left."""
    with transaction.atomic(using=SWEEP):
        rows = ListItem.objects.using(SWEEP).filter(waiting_for(ItemStep.DELETED), destruction_list=destruction_list_id)
        items = list(rows.select_for_update(skip_locked=True).order_by("pk")[:BATCH])
        if not items:
            return 0, []
        left = _left_over([item.dossier_id for item in items])
        for item in items:
            _judge(item, left.get(item.dossier_id, []))
        ListItem.objects.using(SWEEP).bulk_update(items, ["step", "facts", "failure", "tries", "retry_at"])
    failed = [item for item in items if item.failure]
    return len(items) - len(failed), failed


def _left_over(ids: list[UUID]) -> dict[UUID, list[str]]:
    """Return for each dossier of which something is left, in which stores."""
    left: dict[UUID, list[str]] = {}
    for dossier_id in keys.remaining(ids, using="sweep_vault"):
        left.setdefault(dossier_id, []).append("vault")
    for dossier_id in keys.cached(ids):
        left.setdefault(dossier_id, []).append("key cache")
    for dossier_id in ids:
        if storage.listed(dossier_id):
            left.setdefault(dossier_id, []).append("documents")
    with connections[SWEEP].cursor() as cursor:
        for table, column in bound_tables():
            cursor.execute(f'SELECT DISTINCT "{column}" FROM "{table}" WHERE "{column}" = ANY(%s)', [ids])  # noqa: S608 - names from the schema
            for (dossier_id,) in cursor.fetchall():
                left.setdefault(dossier_id, []).append(f"rows of {table}")
    return left


def _judge(item: ListItem, left: list[str]) -> None:
    """Pass an item on with the report of its sweep, or send it back to the keys with the reason."""
    if left:
        item.step, item.tries = ItemStep.PUBLISHED, item.tries + 1
        item.failure = f"left over: {', '.join(sorted(left))}"[:80]
        item.retry_at = timezone.now() + BACK_OFF * 2 ** (item.tries - 1)
        return
    item.step, item.failure, item.tries, item.retry_at = ItemStep.VERIFIED, "", 0, None
    item.facts = (item.facts or {}) | {"sweep": _report()}


def _report() -> dict[str, Any]:
    report = {
        "verifier": f"{VERIFIER} of {settings.SOFTWARE_VERSION}",
        "on": timezone.localdate().isoformat(),
        "result": "nothing found",
        "stores": ["vault", "key cache", "documents", *(f"{t}.{c}" for t, c in bound_tables())],
    }
    stated = {name: report[name] for name in ("verifier", "on", "result")}
    return stated | {"digest": hashlib.sha256(rfc8785.dumps(report)).hexdigest()}
