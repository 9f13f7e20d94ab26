"""What the pages about destruction lists show: who sees which list, how far each is, and what stands on it.

Metadata only: references, dates, counts and signals. Every number comes from the database, in few statements.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db.models import (
    BooleanField,
    Count,
    Exists,
    ExpressionWrapper,
    F,
    IntegerField,
    Max,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    Sum,
    Value,
)
from django.db.models.expressions import RawSQL
from django.db.models.functions import Coalesce
from django.utils import timezone

from casefiles.access import METADATA_ROLES
from casefiles.models import Contents, Dossier, Role, User
from retention import listsignals
from retention.lists import OFFICERS, Stage, lacking
from retention.listsignals import Signal
from retention.models import Approval, Clock, DestructionList, ListItem, RuleVersion
from retention.schedule import due_date
from retention.states import IN_FLIGHT, ItemStep, ListState

READERS = METADATA_ROLES | {Role.TEAM_LEAD}


def visible_to(user: User) -> QuerySet[DestructionList]:
    """Return the lists that a person may see: a lead those of the own team, an overseeing role all."""
    lists = DestructionList.objects.select_related("category", "team", "rule", "started_by", "execution__halted_by")
    if not user.is_active or user.role not in READERS:
        return lists.none()
    return lists.filter(team__group__user=user) if user.role == Role.TEAM_LEAD else lists


def stage_at(user: User) -> Stage | None:
    """Return the stage at which a person decides on the lists that they see; None for who only reads."""
    if user.role == Role.TEAM_LEAD:
        return Stage.DEPARTMENT
    return Stage.OFFICER if user.role in OFFICERS else None


def waiting_for(user: User) -> QuerySet[DestructionList]:
    """Return the lists that wait for this person: to decide, to conclude, to start, or to look at what failed."""
    stage, seen = stage_at(user), visible_to(user)
    items = ListItem.objects.filter(destruction_list=OuterRef("pk"))
    listed = items.filter(step=ItemStep.LISTED)
    undecided = Exists(lacking(listed, Stage.DEPARTMENT))
    if stage == Stage.DEPARTMENT:
        return seen.filter(undecided, state=ListState.REVIEW)
    if stage == Stage.OFFICER:
        failed = Exists(items.filter(step__in=IN_FLIGHT).exclude(failure=""))
        return seen.filter(
            (Q(state=ListState.REVIEW) & ~undecided)
            | Q(state=ListState.COOLING_OFF, cooling_off_until__lte=timezone.now())
            | (Q(state=ListState.EXECUTING) & failed)
        )
    return seen.none()


def count_waiting(user: User) -> int | None:
    """Return how many lists wait for this person, for the navigation; None when there are none."""
    return waiting_for(user).count() or None


def _valid(stage: Stage) -> Exists:
    return Exists(
        Approval.objects.filter(
            item=OuterRef("pk"), stage=stage, due_on=OuterRef("due_on"), rule=OuterRef("destruction_list__rule")
        )
    )


@dataclass(frozen=True, slots=True)
class Tally:
    """How many dossiers of a list stand where. `first` and `second`: agreed at that stage, of those still listed.

    `documents` and `entries` are those of the listed dossiers, 0 once the execution has begun.
    """

    total: int
    listed: int
    exempted: int
    left_out: int
    destroyed: int
    failed: int
    first: int
    second: int
    signalled: int
    documents: int
    entries: int
    passed: tuple[int, ...]

    @property
    def wanted(self) -> int:
        """How many are to be destroyed: all but those that people or the claim took off."""
        return self.total - self.exempted - self.left_out

    @property
    def in_flight(self) -> int:
        """How many are claimed and not destroyed yet."""
        return self.passed[0] - self.destroyed

    def agreed(self, stage: Stage) -> int:
        """How many are agreed at a stage."""
        return self.first if stage == Stage.DEPARTMENT else self.second

    def undecided(self, stage: Stage) -> int:
        """How many nobody decided on at a stage."""
        return self.listed - self.agreed(stage)


def tally(destruction_list: DestructionList) -> Tally:
    """Count a list in one statement; `passed` counts per step of the destruction how many came that far."""
    flag = BooleanField()
    asked = destruction_list.state in (ListState.REVIEW, ListState.COOLING_OFF)  # later, clocks move by themselves
    found = ListItem.objects.filter(destruction_list=destruction_list)
    items = (listsignals.annotated(found, destruction_list) if asked else found).annotate(
        agreed_first=_valid(Stage.DEPARTMENT),
        agreed_second=_valid(Stage.OFFICER),
        with_signal=ExpressionWrapper(listsignals.any_warning() if asked else Value(False), output_field=flag),
        document_count=_count_of("documents") if asked else Value(0),
        entry_count=_count_of("entries") if asked else Value(0),
    )
    listed = Q(step=ItemStep.LISTED)
    way = (*IN_FLIGHT, ItemStep.DESTROYED)
    counted = items.aggregate(
        total=Count("pk"),
        listed=Count("pk", filter=listed),
        exempted=Count("pk", filter=Q(step=ItemStep.EXEMPTED)),
        left_out=Count("pk", filter=Q(step=ItemStep.LEFT_OUT)),
        destroyed=Count("pk", filter=Q(step=ItemStep.DESTROYED)),
        failed=Count("pk", filter=Q(step__in=IN_FLIGHT) & ~Q(failure="")),
        first=Count("pk", filter=listed & Q(agreed_first=True)),
        second=Count("pk", filter=listed & Q(agreed_second=True)),
        documents=Sum("document_count", filter=listed, default=0),
        entries=Sum("entry_count", filter=listed, default=0),
        signalled=Count("pk", filter=listed & Q(with_signal=True)),
        **{f"passed_{number}": Count("pk", filter=Q(step__in=way[number:])) for number in range(len(way))},
    )
    passed = tuple(counted.pop(f"passed_{number}") for number in range(len(way)))
    return Tally(passed=passed, **counted)


@dataclass(frozen=True, slots=True)
class Approver:
    """Who approved at a stage, of how many dossiers, and when last."""

    stage: Stage
    name: str
    count: int
    last: datetime


def approvers(destruction_list: DestructionList) -> list[Approver]:
    """Return who approved dossiers of a list, by stage."""
    found = Approval.objects.filter(item__destruction_list=destruction_list).values("stage", "approver__name")
    counted = found.annotate(count=Count("pk"), last=Max("approved_at")).order_by("stage", "approver__name")
    return [Approver(Stage(r["stage"]), r["approver__name"], r["count"], r["last"]) for r in counted]


def _count_of(what: str) -> Coalesce:
    counted = Contents.objects.filter(dossier=OuterRef("dossier_id")).values(what)
    return Coalesce(Subquery(counted, output_field=IntegerField()), 0)


def items(destruction_list: DestructionList, show: str = "") -> QuerySet[ListItem]:
    """Return a list's items with what was decided and their signals.

    `show`: first, second (undecided there), exempted, signalled, plain (no signal), or one Signal.
    """
    found = listsignals.annotated(ListItem.objects.filter(destruction_list=destruction_list), destruction_list)
    found = found.annotate(
        agreed_first=_valid(Stage.DEPARTMENT),
        agreed_second=_valid(Stage.OFFICER),
        stale_first=listsignals.stale(Stage.DEPARTMENT),
        stale_second=listsignals.stale(Stage.OFFICER),
    )
    return found.filter(_shown(show)).order_by("due_on", "pk")


def _shown(show: str) -> Q:
    listed = Q(step=ItemStep.LISTED)
    if show in listsignals.Signal.values:
        return listed & listsignals.condition(listsignals.Signal(show))
    chosen = {
        "first": listed & Q(agreed_first=False),
        "second": listed & Q(agreed_second=False),
        "exempted": Q(step=ItemStep.EXEMPTED),
        "signalled": listed & listsignals.any_warning(),
        "plain": listed & ~listsignals.any_warning(),
    }
    return chosen.get(show, Q())


@dataclass(frozen=True, slots=True)
class Row:
    """One dossier on a list with its metadata; `dossier` is None when it is gone, and `due_on` what holds now."""

    item: Any
    dossier: Dossier | None
    documents: int = 0
    entries: int = 0
    youths: int = 0
    due_now: date | None = None

    @property
    def badges(self) -> list[listsignals.Badge]:
        """Its signals; that its date moved within what is due shows here alone: no clock changes its state by it."""
        found = listsignals.badges(self.item)
        if self.due_now != self.item.due_on and Signal.MOVED not in (badge.signal for badge in found):
            found.append(listsignals.Badge.of(Signal.MOVED))
        return found


def rows(found: Sequence[ListItem], rule: RuleVersion) -> list[Row]:
    """Return the items with what their dossiers say now, in one statement for all of them."""
    clocks = _clocks([item.dossier_id for item in found], rule)
    return [_row(item, clocks.get(item.dossier_id)) for item in found]


def _row(item: ListItem, clock: Any) -> Row:
    if clock is None:
        return Row(item, None)
    return Row(item, clock.dossier, clock.documents, clock.entries, clock.youths, clock.due_now)


def _clocks(ids: list[UUID], rule: RuleVersion) -> dict[UUID | None, Any]:
    due = due_date(rule.rule, "retention_clock")
    clocks = Clock.objects.filter(dossier__in=ids).select_related("dossier").defer("dossier__facts")
    counted = clocks.annotate(
        documents=_count_of("documents"),
        entries=_count_of("entries"),
        youths=_count_of("youths"),
        due_now=RawSQL(due.sql, due.params),  # noqa: S611 - the schedule's own SQL
    )
    return {clock.dossier_id: clock for clock in counted}


def failures(destruction_list: DestructionList, most: int) -> QuerySet[ListItem]:
    """Return what was set apart, what a person must look at first in front."""
    apart = ListItem.objects.filter(destruction_list=destruction_list, step__in=IN_FLIGHT).exclude(failure="")
    return apart.order_by(F("tries").desc(), "pk")[:most]


def left_out(destruction_list: DestructionList) -> dict[str, int]:
    """Return how many dossiers the claim left out, by the code of the reason."""
    out = ListItem.objects.filter(destruction_list=destruction_list, step=ItemStep.LEFT_OUT)
    return dict(out.values_list("failure").annotate(Count("pk")).order_by("failure"))


def with_counts(found: QuerySet[DestructionList]) -> QuerySet[DestructionList]:
    """Add what the index shows of each list: its dossiers, the exempted, the destroyed, and what each stage agreed."""
    valid = Q(
        items__step=ItemStep.LISTED, items__approvals__due_on=F("items__due_on"), items__approvals__rule=F("rule")
    )
    return found.annotate(
        total=Count("items", distinct=True),
        listed=Count("items", filter=Q(items__step=ItemStep.LISTED), distinct=True),
        exempted=Count("items", filter=Q(items__step=ItemStep.EXEMPTED), distinct=True),
        destroyed=Count("items", filter=Q(items__step=ItemStep.DESTROYED), distinct=True),
        first=Count("items", filter=valid & Q(items__approvals__stage=Stage.DEPARTMENT), distinct=True),
        second=Count("items", filter=valid & Q(items__approvals__stage=Stage.OFFICER), distinct=True),
    )
