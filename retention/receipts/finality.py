"""Step 8: a receipt is final when every root key that ever wrapped the data key is gone and the backups expired."""

import json
from datetime import date
from itertools import islice
from typing import Any
from uuid import uuid4

from django.db import connection, transaction
from django.db.models import Exists, OuterRef

from casefiles.vault.models import KeyEpoch
from retention import mirror, sequencer, timing
from retention.models import Receipt
from retention.receipts import build

BATCH = 500


def finalise() -> int:
    """Append a `final` leaf for every destroyed dossier that has become unrecoverable; return how many."""
    gone = set(KeyEpoch.objects.filter(state=KeyEpoch.State.DESTROYED).values_list("number", flat=True))
    finalised = 0
    while gone and (batch := _append_batch(gone)):
        finalised += batch
    mirror.publish()
    return finalised


def _append_batch(gone: set[int]) -> int:
    already = Receipt.objects.filter(dossier_id=OuterRef("dossier_id"), type=Receipt.Type.FINAL)
    with transaction.atomic():
        with connection.cursor() as cursor:  # one at a time: no login may lock the rows of an append-only table
            cursor.execute("SELECT pg_advisory_xact_lock(hashtext('retention.finality'))")
        waiting = Receipt.objects.filter(~Exists(already), type__in=Receipt.ENDINGS).select_related("leaf")
        rows = ((row, _stated(row)) for row in waiting.order_by("leaf").iterator())
        ready = list(islice(((row, stated) for row, stated in rows if _unrecoverable(stated, gone)), BATCH))
        if not ready:
            return 0
        receipts = [Receipt(id=uuid4(), type=Receipt.Type.FINAL, dossier_id=row.dossier_id) for row, _ in ready]
        writer = build.Writer()
        leaves = sequencer.append(
            [
                writer.body(Receipt.Type.FINAL, receipt.id, stated, **build.final(stated))
                for receipt, (_, stated) in zip(receipts, ready, strict=True)
            ]
        )
        for receipt, leaf in zip(receipts, leaves, strict=True):
            receipt.leaf = leaf
        Receipt.objects.bulk_create(receipts)
    return len(receipts)


def _stated(receipt: Receipt) -> dict[str, Any]:
    stated: dict[str, Any] = json.loads(bytes(receipt.leaf.body))
    return stated | {"leaf": receipt.leaf_id}


def _unrecoverable(stated: dict[str, Any], gone: set[int]) -> bool:
    epochs = range(stated["key"]["first_epoch"], stated["key"]["last_epoch"] + 1)
    return set(epochs) <= gone and date.fromisoformat(stated["horizon"]) < timing.today()
