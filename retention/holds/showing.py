"""What the pages about holds show: how many dossiers, which of them the reader may know, and what came too late."""

from dataclasses import dataclass
from uuid import UUID

from django.db.models import Count, Q, QuerySet
from django.db.models.expressions import RawSQL

from casefiles import journal
from casefiles.access import METADATA_ROLES, visible_to
from casefiles.models import AccessEvent, Dossier, User
from retention.holds import who
from retention.lists import OFFICERS
from retention.models import Hold, HoldCover, HoldCriterion, HoldFacts, HoldNote, HoldText, Receipt

SHOWN = 10


def meant_by(meaning: HoldCriterion) -> QuerySet[Dossier]:
    """Return the dossiers that a criterion means now, claimed ones included."""
    condition = Q()
    if meaning.kind:
        condition &= Q(kind=meaning.kind) | Q(also__contains=[meaning.kind])
    if meaning.team:
        condition &= Q(team=meaning.team)
    if meaning.opened_from:
        condition &= Q(opened_on__gte=meaning.opened_from)
    if meaning.opened_until:
        condition &= Q(opened_on__lte=meaning.opened_until)
    return Dossier.objects.filter(condition).exclude(status=Dossier.Status.ARRIVING)


@dataclass(frozen=True, slots=True)
class Preview:
    """What a hold will cover if it is placed now, and for how many dossiers it comes too late."""

    open: int
    closed: int
    too_late: int
    held: int
    some: tuple[Dossier, ...]

    @property
    def covered(self) -> int:
        """How many dossiers it covers."""
        return self.open + self.closed

    @property
    def more(self) -> int:
        """How many of them are not named."""
        return self.covered - len(self.some)


def preview(dossiers: QuerySet[Dossier]) -> Preview:
    """Count what a hold on these dossiers would do, in one statement, and name some of them."""
    status = Dossier.Status
    counts = dossiers.aggregate(
        open=Count("pk", filter=Q(status=status.OPEN)),
        closed=Count("pk", filter=Q(status=status.CLOSED)),
        too_late=Count("pk", filter=Q(status=status.DESTROYING)),
        held=Count("pk", filter=Q(status__in=[status.OPEN, status.CLOSED], clock__held__gt=0)),
    )
    some = dossiers.filter(status__in=[status.OPEN, status.CLOSED]).defer("facts").order_by("reference")[:SHOWN]
    return Preview(**counts, some=tuple(some))


def with_counts(holds: QuerySet[Hold]) -> QuerySet[Hold]:
    """Add how many dossiers each hold covers, how many it ever covered, and how many it came too late for.

    These numbers count also what the reader may not see (the view is the owner's).
    """
    return holds.annotate(covering=_size("standing"), ever=_size("covered"), late=Count("missed", distinct=True))


def _size(column: str) -> RawSQL:
    size = f"SELECT {column} FROM retention_holdsize size WHERE size.hold_id = retention_hold.id"  # noqa: S608 - a column of ours
    return RawSQL(f"COALESCE(({size}), 0)", ())  # noqa: S611 - as above


def covers_for(user: User, hold: Hold) -> QuerySet[HoldCover]:
    """Return the covers of a hold whose dossiers the reader may know, the held ones first."""
    covers = HoldCover.objects.filter(hold=hold).select_related("dossier", "lifted_by").defer("dossier__facts")
    if user.role not in METADATA_ROLES:
        covers = covers.filter(dossier__in=who.holdable(user, "").values("pk"))
    return covers.order_by("-lifted_at", "dossier__reference")


def missed(user: User, hold: Hold) -> list[tuple[Dossier | None, UUID | None]]:
    """Return what a hold came too late for: the dossier as long as its row is there, then its receipt's id.

    Only for who works on metadata or owns the hold: others see the number.
    """
    if user.role not in METADATA_ROLES and user.pk != hold.owner_id:
        return []
    ids = list(hold.missed.values_list("dossier_id", flat=True)[:SHOWN])
    dossiers = Dossier.objects.defer("facts").in_bulk(ids)
    receipts = dict(
        Receipt.objects.filter(dossier_id__in=ids, type__in=Receipt.ENDINGS).values_list("dossier_id", "pk")
    )
    return [(dossiers.get(dossier_id), receipts.get(dossier_id)) for dossier_id in ids]


def words_of(user: User, hold: Hold) -> HoldFacts | None:
    """Return the sealed words of a hold to who may read them, and log it; None for others, or when there are none.

    The words on a dossier are for who reads that dossier; those on a class for its owner and for the officers,
    who decide on it.
    """
    found: HoldNote | HoldText | None
    if hasattr(hold, "criterion"):
        decides = user.role in OFFICERS or user.pk == hold.owner_id
        found = HoldText.objects.filter(hold=hold).first() if decides else None
    else:
        found = HoldNote.objects.filter(hold=hold, dossier__in=visible_to(user).values("pk")).first()
    if found is None:
        return None
    journal.record(AccessEvent.Action.READ, user, getattr(found, "dossier_id", None), ground="hold")
    return found.facts
