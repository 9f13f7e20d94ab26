"""What an audit found wrong: codes with their place, kept short however much is wrong."""

from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext as _

MOST = 20  # of each kind


@dataclass(slots=True)
class Findings:
    """The first MOST findings of each code, and how many there are of all."""

    listed: list[dict[str, Any]] = field(default_factory=list)
    count: int = 0

    def add(self, code: str, place: int | str) -> None:
        """Note that something is wrong: `code` is one of those in `words`, `place` an index, a size or a path."""
        self.count += 1
        if sum(one["code"] == code for one in self.listed) < MOST:
            self.listed.append({"code": code, "place": place})


def words(finding: dict[str, Any]) -> str:
    """Say a finding in the reader's language."""
    said = {
        "leaf_differs": _("Leaf %(place)s is not the same in the database and in the mirror."),
        "leaf_missing": _("The database does not hold the leaves from %(place)s on that its head counts."),
        "entries_unreadable": _("The mirror's entries from %(place)s on are missing or damaged."),
        "tile_differs": _("The mirror's file %(place)s is missing or not what the leaves make."),
        "node_differs": _("A stored hash of level %(place)s is not what the leaves make."),
        "proof_false": _("The proof of leaf %(place)s is false."),
        "head_false": _("The head of %(place)s leaves is not signed by a key of this log."),
        "head_differs": _("The head of %(place)s leaves is not the root of those leaves."),
        "inconsistent": _("The head of %(place)s leaves does not continue the one before."),
        "mirror_head": _("The mirror's head is not one of the database's."),
        "mirror_missing": _("There is no mirror, or its head cannot be read."),
        "inventory_root": _("The list of the inventory at leaf %(place)s is not the one that the leaf states."),
        "no_receipt": _("A dossier of the inventory at leaf %(place)s is gone, and no receipt says so."),
        "came_back": _("A dossier that was destroyed by the receipt at leaf %(place)s is here again."),
    }
    return str(said.get(finding["code"], finding["code"])) % {"place": finding["place"]}
