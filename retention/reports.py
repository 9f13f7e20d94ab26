"""The destruction report: per list, per period and category, what was due, destroyed, exempted, left out and failed.

Metadata only, read in a handful of statements; a lead sees the own team's lists.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime

from django.db.models import Count, F, Max, OuterRef, Q, QuerySet, Subquery

from casefiles.models import User
from retention import overview
from retention.attention import overdue
from retention.models import Approval, Category, Clock, DestructionList, ListItem, Receipt
from retention.states import IN_FLIGHT, ClockState, ItemStep


@dataclass(frozen=True, slots=True)
class Period:
    """Which lists are reported: composed or done from `first` up to and including `last`, of one category or all."""

    first: date
    last: date
    category: Category | None = None


@dataclass(frozen=True, slots=True)
class Approved:
    """Who approved dossiers of a list at a stage, in which role, how many, and when last."""

    stage: int
    name: str
    role: str
    count: int
    at: datetime


@dataclass(slots=True)
class ListRow:
    """One list: its dossiers by what became of them; the reasons are codes with their numbers."""

    of: DestructionList
    destroyed: int = 0
    failed: int = 0
    retried: int = 0
    waiting: int = 0
    exempted: dict[str, int] = field(default_factory=dict)
    left_out: dict[str, int] = field(default_factory=dict)
    approved: list[Approved] = field(default_factory=list)

    @property
    def total(self) -> int:
        """All dossiers that were ever on it."""
        ended = sum(self.exempted.values()) + sum(self.left_out.values())
        return self.destroyed + self.failed + self.waiting + ended


@dataclass(frozen=True, slots=True)
class CategoryRow:
    """One category: how its clocks stand today, and how many of its dossiers were destroyed in the period.

    `overdue` of those that are due or still open have waited past the first step of escalation, without a reason.
    """

    category: Category
    due: int
    held: int
    waiting: int
    under_way: int
    failed: int
    destroyed: int
    overdue: int

    @property
    def any(self) -> bool:
        """Whether there is anything to say about it."""
        return any((self.due, self.held, self.waiting, self.under_way, self.failed, self.destroyed))


@dataclass(frozen=True, slots=True)
class Report:
    """What was asked for, and what came of it."""

    period: Period
    lists: tuple[ListRow, ...]
    categories: tuple[CategoryRow, ...]


def report(period: Period, user: User) -> Report:
    """Return the report of a period over the lists that a person may see."""
    lists = _lists(period, user)
    return Report(period, tuple(_rows(lists)), tuple(_categories(period, user)))


def _lists(period: Period, user: User) -> QuerySet[DestructionList]:
    days = (period.first, period.last)
    found = overview.visible_to(user).filter(Q(composed_at__date__range=days) | Q(done_at__date__range=days))
    return found.filter(category=period.category) if period.category else found


def _rows(lists: QuerySet[DestructionList]) -> list[ListRow]:
    rows = {one.pk: ListRow(one) for one in lists.order_by("name")}
    items = ListItem.objects.filter(destruction_list__in=list(rows)).order_by()
    for item in items.values("destruction_list", "step", "exempt_reason", "failure").annotate(
        n=Count("pk"), retried=Count("pk", filter=Q(setbacks__gt=0))
    ):
        rows[item["destruction_list"]].retried += item["retried"]
        _count(rows[item["destruction_list"]], item["step"], item["exempt_reason"], item["failure"], item["n"])
    for pk, approved in _approved(list(rows)):
        rows[pk].approved.append(approved)
    return list(rows.values())


def _count(row: ListRow, step: str, exempt_reason: str, failure: str, n: int) -> None:
    if step == ItemStep.DESTROYED:
        row.destroyed += n
    elif step == ItemStep.EXEMPTED:
        row.exempted[exempt_reason] = row.exempted.get(exempt_reason, 0) + n
    elif step == ItemStep.LEFT_OUT:
        row.left_out[failure] = row.left_out.get(failure, 0) + n
    elif step in IN_FLIGHT and failure:
        row.failed += n
    else:
        row.waiting += n


def _approved(lists: list[int]) -> Iterator[tuple[int, Approved]]:
    found = Approval.objects.filter(item__destruction_list__in=lists)
    grouped = found.values("item__destruction_list", "stage", "approver__name", "approver_role")
    for row in grouped.annotate(n=Count("pk"), at=Max("approved_at")).order_by("stage", "approver__name"):
        approved = Approved(row["stage"], row["approver__name"], row["approver_role"], row["n"], row["at"])
        yield row["item__destruction_list"], approved


def _categories(period: Period, user: User) -> Iterator[CategoryRow]:
    """Count clocks and receipts by category; the database shows a lead those of the own team only."""
    clocks = Clock.objects.filter(category=period.category) if period.category else Clock.objects.all()
    grouped = clocks.order_by("category").values("category", "category__name_nl", "category__name_en")
    counted = grouped.annotate(
        due=Count("pk", filter=Q(state=ClockState.DUE)),
        waiting=Count("pk", filter=Q(state=ClockState.WAITING)),
        under_way=Count("pk", filter=Q(state=ClockState.DESTROYING)),
        failed=Count("pk", filter=Q(state=ClockState.FAILED)),
        covered=Count("pk", filter=Q(held__gt=0)),
        late=Count("pk", filter=Q(overdue.late())),
    )
    destroyed = _destroyed(period, user)
    for row in counted:
        told = CategoryRow(
            category=Category(row["category"], row["category__name_nl"], row["category__name_en"]),
            due=row["due"],
            held=row["covered"],
            waiting=row["waiting"],
            under_way=row["under_way"],
            failed=row["failed"],
            destroyed=destroyed.get(row["category"], 0),
            overdue=row["late"],
        )
        if told.any or period.category:
            yield told


def _destroyed(period: Period, user: User) -> dict[str, int]:
    lists = overview.visible_to(user)
    item = ListItem.objects.filter(
        dossier_id=OuterRef("dossier_id"), step=ItemStep.DESTROYED, destruction_list__in=lists
    )
    receipts = Receipt.objects.filter(type__in=Receipt.ENDINGS, made_at__date__range=(period.first, period.last))
    named = receipts.annotate(of=Subquery(item.values("destruction_list__category")[:1])).filter(of__isnull=False)
    return dict(named.order_by().values_list("of").annotate(n=Count(F("pk"))))
