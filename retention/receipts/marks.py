"""By which list a reference went: keyed like the register of destroyed references, so it answers yes or no only."""

from collections.abc import Iterable

from casefiles.intake import register
from casefiles.models import Dossier
from retention.models import DestructionList, ListItem, ListMark

KEYED_AS = "list"  # beside the sources of import packages, under the same secret


def remember(dossiers: Iterable[Dossier], items: Iterable[ListItem]) -> None:
    """Mark by which list dossiers went, in the caller's transaction; safe to repeat."""
    lists = {item.dossier_id: item.destruction_list_id for item in items}
    marks = (ListMark(destruction_list_id=lists[d.pk], digest=_digest(d.reference)) for d in dossiers)
    ListMark.objects.bulk_create(marks, ignore_conflicts=True)


def known(reference: str, within: DestructionList | None = None) -> bool:
    """Tell whether a dossier of this reference was destroyed by any list, or by this one."""
    found = ListMark.objects.filter(digest=_digest(reference))
    return (found if within is None else found.filter(destruction_list=within)).exists()


def _digest(reference: str) -> bytes:
    return register.digest(KEYED_AS, reference)
