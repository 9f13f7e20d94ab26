"""After a restore: take back the leaves that the mirror has, and destroy again all that they say was destroyed.

Safe to repeat and to be killed: what is still here is found anew each time, and a dossier's rows go in one transaction
with the leaf that says so.
"""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

from django.conf import settings
from django.db import transaction

from casefiles import jobs, journal, storage
from casefiles.intake import register
from casefiles.models import AccessEvent, Document, Dossier
from casefiles.vault import keys
from retention import mirror, sequencer, transitions
from retention.destruction import verification
from retention.destruction.steps import YEARS, StillThere
from retention.guard import returned
from retention.guard.returned import Returned
from retention.ledger.copy import LogCopy
from retention.ledger.tiles import WIDTH
from retention.models import Clock, LedgerLeaf, ListItem, Quarantine, Receipt
from retention.receipts import build, facts
from retention.states import ENDED, ClockState, ItemStep

BATCH = 100


def carry_out(quarantine: Quarantine, progress: jobs.Progress) -> None:
    """Bring a restored database up to its log. Raises MirrorAhead when the mirror's leaves do not lead to its head."""
    take_back()
    found = returned.find()
    progress.expect(quarantine.redestroyed + len(found.all))
    progress.advance(quarantine.redestroyed)
    for start in range(0, len(found.all), BATCH):
        batch = found.all[start : start + BATCH]
        destroy_again(batch, found)
        quarantine.redestroyed += len(batch)
        quarantine.save(update_fields=["redestroyed"])
        progress.advance(len(batch))
    mirror.publish()


def take_back() -> int:
    """Adopt the leaves that the mirror has and the database has not; return how many. Raises MirrorAhead."""
    if not (Path(settings.MIRROR_DIR) / "checkpoint").exists():
        return 0
    there = LogCopy(settings.MIRROR_DIR)
    with transaction.atomic():
        sequencer.lock()
        size = sequencer.tree_size()
        if there.head.size <= size:
            return 0
        bodies = list(_entries(there, size))
        sequencer.adopt(bodies, there.note)
    return len(bodies)


def _entries(there: LogCopy, start: int) -> Iterator[bytes]:
    for number in range(start // WIDTH, (there.head.size - 1) // WIDTH + 1):
        yield from there.entries(number)[max(0, start - number * WIDTH) :]


def destroy_again(ids: list[UUID], found: Returned) -> None:
    """Destroy these dossiers in the order of destruction: keys, files, rows, and the leaf that says so."""
    keys.shred(ids)
    for key in Document.objects.filter(dossier__in=ids).values_list("storage_key", flat=True):
        storage.erase(key)
    for dossier_id in ids:
        storage.erase_all(dossier_id)
    with transaction.atomic():
        _delete_rows(ids)
        tables = verification.bound_tables()
        if verification.left_over(ids, tables, rows="default", vault="vault"):
            raise StillThere("after a restore")
        _state(ids, found, verification.report(tables))
        journal.record_many(AccessEvent.Action.DESTROY, None, ids)


def _delete_rows(ids: list[UUID]) -> None:
    dossiers = list(Dossier.objects.filter(pk__in=ids).only("source", "reference"))
    register.remember(dossiers)
    for dossier in dossiers:
        clocks = Clock.objects.filter(dossier=dossier)
        transitions.come_back(clocks, starts_on=YEARS, tombstone=facts.tombstone(dossier.pk))
    Dossier.objects.filter(pk__in=[dossier.pk for dossier in dossiers]).delete()
    tombstones = [facts.tombstone(dossier.pk) for dossier in dossiers]
    transitions.move(
        Clock.objects.filter(tombstone__in=tombstones), ClockState.DESTROYED, came_from=[ClockState.DESTROYING]
    )
    ListItem.objects.filter(dossier_id__in=ids).exclude(step__in=ENDED).update(step=ItemStep.DESTROYED, facts=None)


def _state(ids: list[UUID], found: Returned, sweep: dict[str, Any]) -> None:
    """Append a `redestroyed` leaf for each, which repeats what its end stated; and give lost receipts their rows."""
    ends = {facts.tombstone(dossier_id).hex(): dossier_id for dossier_id in ids}
    writer, bodies, receipts = build.Writer(), [], []
    stated = _stated(ends)
    _recover(stated, ends)
    for tombstone, dossier_id in ends.items():
        index, end = next((leaf, body) for leaf, body in reversed(stated[tombstone]) if body["type"] in returned.ENDS)
        here = {name: dossier_id in getattr(found, name) for name in ("keys", "rows", "files")}
        receipt = Receipt(id=uuid4(), type=Receipt.Type.REDESTROYED, dossier_id=dossier_id)
        counts = {store["class"]: store["count"] for store in end["stores"]}
        more = build.redestroyed({"leaf": index, "sweep": sweep, "counts": counts, **here})
        bodies.append(writer.body(Receipt.Type.REDESTROYED, receipt.id, end, **more))
        receipts.append(receipt)
    for receipt, leaf in zip(receipts, sequencer.append(bodies), strict=True):
        receipt.leaf = leaf
    Receipt.objects.bulk_create(receipts)


def _stated(ends: dict[str, UUID]) -> dict[str, list[tuple[int, dict[str, Any]]]]:
    """Return for each tombstone what the log states, as (leaf, document), the oldest first."""
    rows = LedgerLeaf.objects.extra(
        where=["(convert_from(body, 'UTF8')::jsonb ->> 'tombstone') = ANY(%s)"], params=[list(ends)]
    )
    found: dict[str, list[tuple[int, dict[str, Any]]]] = {}
    for index, body in rows.order_by("index").values_list("index", "body"):
        document = json.loads(bytes(body))
        found.setdefault(document["tombstone"], []).append((index, document))
    return found


def _recover(stated: dict[str, list[tuple[int, dict[str, Any]]]], ends: dict[str, UUID]) -> None:
    """Give the leaves that came back from the mirror their receipts; what opened them went with the database."""
    lost = [
        Receipt(id=UUID(body["receipt"]), type=body["type"], dossier_id=ends[tombstone], leaf_id=index)
        for tombstone, leaves in stated.items()
        for index, body in leaves
    ]
    Receipt.objects.bulk_create(lost, ignore_conflicts=True)
