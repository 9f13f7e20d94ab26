"""What must be true of every dossier at every moment, read from the stores themselves."""

from collections.abc import Iterable
from uuid import UUID

from casefiles import storage
from casefiles.models import Dossier
from casefiles.vault import keys
from retention.models import Clock, Receipt
from retention.receipts.facts import tombstone


def left_of(dossier_id: UUID) -> set[str]:
    """Name the stores in which something of a dossier is left."""
    return {
        store
        for store, there in {
            "rows": Dossier.objects.filter(pk=dossier_id).exists(),
            "vault": bool(keys.remaining([dossier_id])),
            "documents": bool(storage.listed(dossier_id)),
        }.items()
        if there
    }


def receipts_of(dossier_id: UUID) -> list[str]:
    return sorted(Receipt.objects.filter(dossier_id=dossier_id).values_list("type", flat=True))


def check_no_false_receipt(dossier_ids: Iterable[UUID]) -> None:
    """Nothing is called destroyed of which anything is left, and nothing is gone without its intent in the log."""
    for dossier_id in dossier_ids:
        left, receipts = left_of(dossier_id), receipts_of(dossier_id)
        assert not ("destroyed" in receipts and left), (dossier_id, left, receipts)
        if "vault" not in left:
            assert "intent" in receipts, (dossier_id, left, receipts)


def check_all_destroyed(dossier_ids: Iterable[UUID]) -> None:
    """Everything is gone, with exactly one receipt of each kind and an ended clock."""
    for dossier_id in dossier_ids:
        assert left_of(dossier_id) == set()
        assert receipts_of(dossier_id) == ["destroyed", "intent"]
        assert Clock.objects.get(tombstone=tombstone(dossier_id)).state == "destroyed"
