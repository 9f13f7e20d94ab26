"""Inventories: once a month the log states the root over all dossiers that are there.

Whoever has the lists of two inventories sees what disappeared between them, and asks for the receipt of each.
"""

import json
from uuid import uuid4

import rfc8785
from django.db import connection, transaction

from casefiles.models import Dossier
from retention import mirror, sequencer, timing
from retention.ledger.encoding import HASH_SIZE
from retention.ledger.tree import leaf_hash, root
from retention.ledger.whole import WholeTree
from retention.models import Inventory
from retention.receipts.build import Writer
from retention.receipts.facts import bucket

_LIVING = (
    "SELECT coalesce(string_agg(tombstone, ''::bytea ORDER BY tombstone), ''::bytea) FROM "
    "(SELECT sha256('tomb/v1'::bytea || uuid_send(id)) AS tombstone "
    "FROM casefiles_dossier WHERE status <> %s) AS living"
)


def take() -> Inventory:
    """Append an inventory of this moment to the log. For the worker: a page does not see every dossier."""
    with transaction.atomic():
        sequencer.lock()  # first: no receipt may come between what is counted and the leaf that states it
        tombstones = living()
        before = Inventory.objects.order_by("-leaf").first()
        taken = Inventory(id=uuid4(), dossiers=len(tombstones) // HASH_SIZE, tombstones=tombstones)
        stated = {
            "type": "inventory",
            "receipt": str(taken.pk),
            "dossiers": bucket(taken.dossiers),
            "root": root_over(tombstones).hex(),
            "prev": before.leaf_id if before else None,
        }
        (taken.leaf,) = sequencer.append([rfc8785.dumps(Writer().stated | stated)])
        taken.save(force_insert=True)
    return taken


def take_monthly() -> Inventory | None:
    """Take this month's inventory unless it was taken, and publish it."""
    first = timing.today().replace(day=1)
    with transaction.atomic():
        with connection.cursor() as cursor:  # one at a time: two would each find none
            cursor.execute("SELECT pg_advisory_xact_lock(hashtext('retention.inventory'))")
        taken = None if Inventory.objects.filter(made_at__date__gte=first).exists() else take()
    mirror.publish()
    return taken


def living() -> bytes:
    """Return the tombstones (32 bytes each, sorted) of every dossier that is wholly in."""
    with connection.cursor() as cursor:
        cursor.execute(_LIVING, [Dossier.Status.ARRIVING])
        (tombstones,) = cursor.fetchone()
    return bytes(tombstones)


def split(tombstones: bytes) -> list[bytes]:
    """Return the single tombstones of a list."""
    return [tombstones[at : at + HASH_SIZE] for at in range(0, len(tombstones), HASH_SIZE)]


def root_over(tombstones: bytes) -> bytes:
    """Return the RFC 6962 root over a list of tombstones."""
    leaves = split(tombstones)
    return root(len(leaves), WholeTree(b"".join(map(leaf_hash, leaves))))


def stated_root(inventory: Inventory) -> str:
    """Return the root (hex) that the inventory's own leaf states."""
    return str(json.loads(bytes(inventory.leaf.body))["root"])
