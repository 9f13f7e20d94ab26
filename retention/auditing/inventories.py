"""Inventories against receipts: whatever disappeared has a receipt, and whatever has a receipt did not come back."""

from itertools import pairwise

from retention import inventory
from retention.auditing.findings import Findings
from retention.auditing.leaves import Stated
from retention.models import Inventory

ENDING = {"destroyed", "redestroyed", "transferred", "merged"}


class Absences:
    """Follows the dossiers that disappeared between two inventories, or since the last one, through the leaves."""

    def __init__(self, findings: Findings) -> None:
        self.findings = findings
        self.present = set(inventory.split(inventory.living()))
        self.gone: dict[bytes, int] = {}
        self.ended: dict[bytes, int] = {}
        self.intended: set[bytes] = set()
        self.count = 0
        self._compare()

    def _compare(self) -> None:
        lists = []
        for taken in Inventory.objects.select_related("leaf").order_by("leaf"):
            if inventory.root_over(bytes(taken.tombstones)).hex() != inventory.stated_root(taken):
                self.findings.add("inventory_root", taken.leaf_id)
            lists.append((taken.leaf_id, set(inventory.split(bytes(taken.tombstones)))))
        self.count = len(lists)
        for (index, before), (_, after) in pairwise([*lists, (-1, self.present)]):
            self.gone |= dict.fromkeys(before - after, index)

    def told(self, start: int, stated: list[Stated]) -> None:
        """Take in what a piece of the log states."""
        for index, leaf in enumerate(stated, start=start):
            if leaf.type in ENDING:
                tombstone = bytes.fromhex(leaf.tombstone)
                if tombstone in self.gone:
                    self.ended[tombstone] = index
                if tombstone in self.present:
                    self.findings.add("came_back", index)
            elif leaf.type == "intent" and (tombstone := bytes.fromhex(leaf.tombstone)) in self.gone:
                self.intended.add(tombstone)

    def judge(self) -> int:
        """Note each that disappeared without a receipt; return how many are under destruction at this moment."""
        pending = 0
        for tombstone, listed_at in self.gone.items():
            if self.ended.get(tombstone, -1) > listed_at:
                continue
            if tombstone in self.intended and tombstone not in self.ended:
                pending += 1
            else:
                self.findings.add("no_receipt", listed_at)
        return pending
