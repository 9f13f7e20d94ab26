"""Does a list deviate from those of its category that went before it, in number, size or age? Then it stops and asks.

A wrong trigger or a wrong import makes much due at once, or makes due what is young: two approvals can miss that.
"""

from dataclasses import dataclass

from django.db.models import Max, Sum
from django.db.models.functions import ExtractYear

from casefiles.models import Contents, Dossier
from retention.models import DestructionList, Execution, ListItem
from retention.states import ItemStep, ListState

Halt = Execution.Halt

COMPARED = 12  # with so many lists of the category that went before
ENOUGH = 3  # with fewer there is no usual; then only the share counts
TIMES = 3  # as much as the largest of them deviates
SMALL = 50  # so few dossiers more never deviate
LARGEST_SHARE = 4  # without earlier lists: a quarter of all dossiers of the category deviates
YEARS = 2  # so much younger than the youngest that went before deviates


@dataclass(frozen=True, slots=True)
class Measure:
    """How large and how young a list is: its dossiers, their documents, and the year of the latest change."""

    dossiers: int
    documents: int
    youngest: int | None

    def documents_each(self) -> float:
        """Documents a dossier, with one for good measure: few on few is no deviation."""
        return self.documents / max(1, self.dossiers) + 1


def measure(destruction_list: DestructionList) -> Measure:
    """Measure what stands on a list to be claimed."""
    listed = ListItem.objects.filter(destruction_list=destruction_list, step=ItemStep.LISTED).values("dossier_id")
    documents = Contents.objects.filter(dossier__in=listed).aggregate(sum=Sum("documents", default=0))["sum"]
    year = Dossier.objects.filter(pk__in=listed).aggregate(last=Max(ExtractYear("last_change_on")))["last"]
    return Measure(listed.count(), documents, year)


def of(destruction_list: DestructionList, measured: Measure) -> Execution.Halt | None:
    """Return in what a list deviates; None when it is as lists of its category are."""
    earlier = _earlier(destruction_list)
    if len(earlier) < ENOUGH:
        return Halt.MANY if _too_large_a_share(destruction_list, measured) else None
    if measured.dossiers > max(TIMES * max(e.dossiers for e in earlier), SMALL):
        return Halt.MANY
    if measured.documents_each() > TIMES * max(e.documents_each() for e in earlier):
        return Halt.LARGE
    years = [e.youngest for e in earlier if e.youngest is not None]
    if years and measured.youngest is not None and measured.youngest > max(years) + YEARS:
        return Halt.YOUNG
    return None


def _earlier(destruction_list: DestructionList) -> list[Measure]:
    before = Execution.objects.filter(
        destruction_list__category=destruction_list.category_id,
        destruction_list__state=ListState.DONE,
        dossiers__gt=0,
    ).exclude(pk=destruction_list.pk)
    latest = before.order_by("-began_at").values_list("dossiers", "documents", "youngest")[:COMPARED]
    return [Measure(dossiers or 0, documents or 0, youngest) for dossiers, documents, youngest in latest]


def _too_large_a_share(destruction_list: DestructionList, measured: Measure) -> bool:
    if measured.dossiers <= SMALL:
        return False
    all_of_it = Dossier.objects.present().filter(kind=destruction_list.category_id).count()
    return measured.dossiers * LARGEST_SHARE > all_of_it
