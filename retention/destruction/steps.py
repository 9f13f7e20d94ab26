"""Steps 2 to 5 and 7, for a batch of claimed dossiers each. Every one may be repeated; each has its own commit.

STEPS is the order itself: tests/faults crosses each boundary that it names with every fault.
"""

import json
from collections.abc import Callable
from dataclasses import dataclass
from uuid import uuid4

from django.db import connections
from django.db.models.expressions import RawSQL

from casefiles import journal, storage
from casefiles.intake import register
from casefiles.models import AccessEvent, Document, Dossier
from casefiles.vault import keys
from retention import mirror, sequencer, transitions
from retention.models import Clock, ListItem, Receipt
from retention.receipts import build, facts, marks
from retention.states import ClockState, ItemStep

# A clock that outlives its dossier keeps no more than the years of its trigger dates.
YEARS = RawSQL(
    "ARRAY(SELECT date_trunc('year', day)::date FROM unnest(starts_on) WITH ORDINALITY AS line (day, n) ORDER BY n)", []
)


class StillThere(Exception):
    """A store would not let go of something; the dossier is set apart and tried again."""


@dataclass(frozen=True, slots=True)
class Step:
    """One step: the items that it takes, where it leaves them, and what it does in between.

    `reads_facts`: it needs what the receipt will state, which is large and else not fetched.
    """

    takes: ItemStep
    leaves: ItemStep
    act: Callable[[list[ListItem]], None]
    reads_facts: bool = False


def intend(items: list[ListItem]) -> None:
    """Step 2: store the facts that the receipt will state and append an `intent` leaf per dossier."""
    gathered = facts.gather(items)
    receipts = [Receipt(id=uuid4(), type=Receipt.Type.INTENT, dossier_id=item.dossier_id) for item in items]
    writer = build.Writer()
    leaves = sequencer.append([writer.body(Receipt.Type.INTENT, r.id, gathered[r.dossier_id]) for r in receipts])
    for item, receipt, leaf in zip(items, receipts, leaves, strict=True):
        receipt.leaf = leaf
        item.facts = gathered[item.dossier_id] | {"intent": leaf.index}
    Receipt.objects.bulk_create(receipts)
    store_facts(items)


def store_facts(items: list[ListItem]) -> None:
    """Write the facts of many items in one statement; as one document, which costs far less to quote than an array."""
    rows = json.dumps([{"id": item.pk, "facts": item.facts} for item in items])
    with connections["default"].cursor() as cursor:
        cursor.execute(
            "UPDATE retention_listitem AS item SET facts = new.facts "
            "FROM jsonb_to_recordset(%s::jsonb) AS new (id bigint, facts jsonb) WHERE item.id = new.id",
            [rows],
        )


def publish(_items: list[ListItem]) -> None:
    """Step 2, its second half: the committed intent stands outside the database before any key goes."""
    mirror.publish()


def shred_keys(items: list[ListItem]) -> None:
    """Step 3: delete the wrapped keys and read back that they are gone."""
    ids = [item.dossier_id for item in items]
    keys.shred(ids)
    if keys.remaining(ids):
        raise StillThere("vault")


def erase_files(items: list[ListItem]) -> None:
    """Step 4: erase every stored file, those the rows know of and those only the store lists."""
    known = Document.objects.filter(dossier__in=[item.dossier_id for item in items])
    for key in known.values_list("storage_key", flat=True):
        storage.erase(key)
    for item in items:
        storage.erase_all(item.dossier_id)


def delete_rows(items: list[ListItem]) -> None:
    """Step 5: one statement deletes the dossiers, the database cascades to every child, the clock keeps years."""
    dossiers = list(Dossier.objects.filter(pk__in=[item.dossier_id for item in items]).only("source", "reference"))
    register.remember(dossiers)
    marks.remember(dossiers, items)
    Clock.objects.filter(dossier__in=dossiers).update(starts_on=YEARS)
    Dossier.objects.filter(pk__in=[d.pk for d in dossiers], status=Dossier.Status.DESTROYING).delete()


def issue_receipts(items: list[ListItem]) -> None:
    """Step 7: append the leaves that state the ends, end the clocks, and write the log lines: one transaction."""
    receipts, bodies, writer = [], [], build.Writer()
    last_epoch = keys.current_epoch().number
    for item in items:
        stated = item.facts or {}
        # A rotation since the intent may have wrapped the key once more: no later epoch than today's can have.
        stated["key"]["last_epoch"] = max(stated["key"]["last_epoch"], last_epoch)
        kept = {"opening": stated["opening"], "annex": stated.get("digests")}  # none in facts of before an upgrade
        kind, more = build.ending(stated)
        receipt = Receipt(id=uuid4(), type=kind, dossier_id=item.dossier_id, **kept)
        receipts.append(receipt)
        bodies.append(writer.body(kind, receipt.id, stated, **more))
    for receipt, leaf in zip(receipts, sequencer.append(bodies), strict=True):
        receipt.leaf = leaf
    Receipt.objects.bulk_create(receipts)
    tombstones = [facts.tombstone(item.dossier_id) for item in items]
    ended = transitions.move(
        Clock.objects.filter(tombstone__in=tombstones),
        ClockState.DESTROYED,
        came_from=[ClockState.DESTROYING],
    )
    if ended != len(items):
        raise StillThere("clock")
    ListItem.objects.filter(pk__in=[item.pk for item in items]).update(facts=None)  # all of it is in the receipts now
    journal.record_many(AccessEvent.Action.DESTROY, None, [item.dossier_id for item in items])


STEPS = (
    Step(ItemStep.CLAIMED, ItemStep.INTENDED, intend),
    Step(ItemStep.INTENDED, ItemStep.PUBLISHED, publish),
    Step(ItemStep.PUBLISHED, ItemStep.SHREDDED, shred_keys),
    Step(ItemStep.SHREDDED, ItemStep.ERASED, erase_files),
    Step(ItemStep.ERASED, ItemStep.DELETED, delete_rows),
    Step(ItemStep.VERIFIED, ItemStep.DESTROYED, issue_receipts, reads_facts=True),
)
