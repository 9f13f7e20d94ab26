"""Step 6, the verification sweep: by a login of its own, read back every store. It shares no state with the rest.

Which tables are bound to a dossier it reads from the schema, not from a list kept by hand.
"""

import hashlib
import json
from typing import Any
from uuid import UUID

import rfc8785
from django.conf import settings
from django.db import connections, transaction
from django.utils import timezone

from casefiles import storage
from casefiles.vault import keys
from retention.destruction import brakes
from retention.destruction.brakes import BATCH
from retention.destruction.run import BACK_OFF, waiting_for
from retention.models import ListItem
from retention.states import ItemStep

SWEEP = "sweep"
VERIFIER = "verification/1"

# These keep a dossier's plain id on purpose: the log of who looked, the list, the receipt, and what a hold came
# too late for outlive it.
OUTLIVE = {"casefiles_accessevent", "retention_listitem", "retention_receipt", "retention_holdmissed"}

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


def has_work(destruction_list_id: int) -> bool:
    """Tell whether deleted dossiers of a list wait to be read back, and may be now."""
    waiting = ListItem.objects.filter(waiting_for(ItemStep.DELETED), destruction_list=destruction_list_id)
    return waiting.exists() and brakes.may_run(destruction_list_id)


def verify(destruction_list_id: int) -> tuple[int, list[ListItem]]:
    """Read back one batch; return how many were wholly gone, and the items of which something was left."""
    with transaction.atomic(using=SWEEP):
        rows = ListItem.objects.using(SWEEP).filter(waiting_for(ItemStep.DELETED), destruction_list=destruction_list_id)
        items = list(rows.defer("facts").select_for_update(skip_locked=True).order_by("pk")[:BATCH])
        if not items:
            return 0, []
        tables = bound_tables()
        left = left_over([item.dossier_id for item in items], tables)
        failed = [item for item in items if item.dossier_id in left]
        for item in failed:
            _send_back(item, left[item.dossier_id])
        passed = [item for item in items if item.dossier_id not in left]
        _pass_on(passed, tables)
    return len(passed), failed


def left_over(
    ids: list[UUID], tables: list[tuple[str, str]], *, rows: str = SWEEP, vault: str = "sweep_vault"
) -> dict[UUID, list[str]]:
    """Return for each dossier of which something is left, in which stores, read by these logins."""
    left: dict[UUID, list[str]] = {}
    for dossier_id in keys.remaining(ids, using=vault):
        left.setdefault(dossier_id, []).append("vault")
    for dossier_id in keys.cached(ids):
        left.setdefault(dossier_id, []).append("key cache")
    for dossier_id in ids:
        if storage.listed(dossier_id):
            left.setdefault(dossier_id, []).append("documents")
    with connections[rows].cursor() as cursor:
        for table, column in tables:
            cursor.execute(f'SELECT DISTINCT "{column}" FROM "{table}" WHERE "{column}" = ANY(%s)', [ids])  # noqa: S608 - names from the schema
            for (dossier_id,) in cursor.fetchall():
                left.setdefault(dossier_id, []).append(f"rows of {table}")
    return left


def _send_back(item: ListItem, left: list[str]) -> None:
    """Send an item of which something is left back to the keys, with the reason."""
    item.step, item.tries = ItemStep.PUBLISHED, item.tries + 1
    item.failure = f"left over: {', '.join(sorted(left))}"[:80]
    item.retry_at = timezone.now() + BACK_OFF * 2 ** (item.tries - 1)
    item.save(using=SWEEP, update_fields=["step", "tries", "failure", "retry_at"])


def _pass_on(items: list[ListItem], tables: list[tuple[str, str]]) -> None:
    """Pass the items on, each with the report of this sweep, in one statement."""
    with connections[SWEEP].cursor() as cursor:
        cursor.execute(
            "UPDATE retention_listitem SET facts = coalesce(facts, '{}') || %s::jsonb, step = %s, failure = '', "
            "tries = 0, retry_at = NULL WHERE id = ANY(%s)",
            [json.dumps({"sweep": report(tables)}), str(ItemStep.VERIFIED), [item.pk for item in items]],
        )


def report(tables: list[tuple[str, str]]) -> dict[str, Any]:
    """Return what a receipt states of a sweep that found nothing in these tables and beside them."""
    whole = {
        "verifier": f"{VERIFIER} of {settings.SOFTWARE_VERSION}",
        "on": timezone.localdate().isoformat(),
        "result": "nothing found",
        "stores": ["vault", "key cache", "documents", *(f"{table}.{column}" for table, column in tables)],
    }
    stated = {name: whole[name] for name in ("verifier", "on", "result")}
    return stated | {"digest": hashlib.sha256(rfc8785.dumps(whole)).hexdigest()}
