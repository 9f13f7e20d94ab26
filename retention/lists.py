"""Destruction lists: compose, exempt, approve, start. Undecided is never agreed; two different people decide."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

from django.conf import settings
from django.db import connection, transaction
from django.db.models import Exists, OuterRef, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from casefiles import journal
from casefiles.models import AccessEvent, Dossier, Role, User
from retention import timing
from retention.models import Approval, Clock, DestructionList, ListItem, RuleVersion
from retention.schedule import Action, due_date
from retention.states import ENDED, ClockState, ItemStep, ListState

Stage = Approval.Stage
OFFICERS = {Role.PRIVACY_OFFICER, Role.ADMINISTRATOR}
ADDING = 5000


class NotAllowed(Exception):
    """You may not take this step on this list now; the message says who may, or when."""


class NothingLeft(NotAllowed):
    """Everything on this list is decided at your stage already."""


@dataclass(frozen=True, slots=True)
class Decided:
    """What one person's approval did: the stage, how many dossiers it covers, and whether the list now cools off."""

    stage: Approval.Stage
    approved: int
    cooling_off_until: date | None


def compose(day: date) -> list[DestructionList]:
    """Put every due dossier that stands on no list on one, by category and team; return the lists touched."""
    touched = []
    for version in RuleVersion.objects.in_force(day):
        due = unlisted(version, day)
        for team_id in due.order_by("dossier__team_id").values_list("dossier__team_id", flat=True).distinct():
            with transaction.atomic():
                clocks = list(due.filter(dossier__team_id=team_id).order_by("pk")[:ADDING])
                touched.append(_put_on_list(version, team_id, clocks, day))
    return touched


def unlisted(version: RuleVersion, day: date) -> QuerySet[Clock]:
    """Return the clocks that may come on a list under a rule: due, closed, not held, exempted or on a list already."""
    listed = ListItem.objects.filter(dossier_id=OuterRef("dossier_id")).exclude(step__in=ENDED)
    exempt = ListItem.objects.filter(dossier_id=OuterRef("dossier_id"), step=ItemStep.EXEMPTED, review_on__gt=day)
    clocks = Clock.objects.filter(
        category=version.category, state=ClockState.DUE, held=0, dossier__status=Dossier.Status.CLOSED
    )
    if version.rule.action is Action.TRANSFER:  # our copy goes when the receiver has the package, not before
        clocks = clocks.filter(dossier__transfer__confirmed_by__isnull=False)
    return clocks.filter(~Exists(listed), ~Exists(exempt))


def _put_on_list(version: RuleVersion, team_id: int, clocks: list[Clock], day: date) -> DestructionList:
    """Add to the list under review of this category, team and rule, or open a new one."""
    one_composer()
    found = DestructionList.objects.select_for_update().filter(
        category=version.category, team_id=team_id, rule=version, state=ListState.REVIEW, composed_by=None
    )
    chosen = found.first() or opened(version, team_id, day)
    put_on(chosen, version, clocks)
    return chosen


def one_composer() -> None:
    """Let nobody else compose until the transaction ends, so that two cannot open the same list."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext('retention.lists.compose'))")


def opened(version: RuleVersion, team_id: int, day: date, *, by: User | None = None) -> DestructionList:
    """Open a new list, composed by a person or (None) by the night."""
    return DestructionList.objects.create(
        name=DestructionList.next_name(day), category=version.category, team_id=team_id, rule=version, composed_by=by
    )


def put_on(chosen: DestructionList, version: RuleVersion, clocks: list[Clock]) -> None:
    """Put dossiers on a list with the date that the rule gives; one that came on another list meanwhile is left."""
    dates = _due_dates(version, [clock.pk for clock in clocks])
    ListItem.objects.bulk_create(
        (
            ListItem(destruction_list=chosen, dossier_id=clock.dossier_id, due_on=dates[clock.pk])
            for clock in clocks
            if clock.dossier_id
        ),
        ignore_conflicts=True,
    )


def _due_dates(version: RuleVersion, clock_ids: list[int]) -> dict[int, date]:
    fragment = due_date(version.rule, "clock")
    statement = f"SELECT id, {fragment.sql} FROM retention_clock clock WHERE id = ANY(%s)"  # noqa: S608 - the schedule's own SQL
    with connection.cursor() as cursor:
        cursor.execute(statement, [*fragment.params, clock_ids])
        return dict(cursor.fetchall())


def stage_of(user: User, destruction_list: DestructionList) -> Approval.Stage:
    """Return the stage at which this person decides on this list. Raises NotAllowed, and logs it, without one.

    Call it outside the decision's own transaction: the line about a refusal must stay.
    """
    if user.is_active and user.role == Role.TEAM_LEAD and _in_team(user, destruction_list):
        return Stage.DEPARTMENT
    if user.is_active and user.role in OFFICERS:
        return Stage.OFFICER
    _log_refusal(AccessEvent.Action.APPROVE, user, destruction_list)
    raise NotAllowed(
        _("%(user)s decides on no stage of %(list)s: first the lead of %(team)s, then a privacy officer or "
          "administrator.")
        % {"user": user.username, "list": destruction_list.name, "team": destruction_list.team.name}
    )  # fmt: skip


def _log_refusal(action: AccessEvent.Action, user: User, destruction_list: DestructionList) -> None:
    journal.record(action, user, outcome=AccessEvent.Outcome.REFUSED, ground=destruction_list.name)


def _in_team(user: User, destruction_list: DestructionList) -> bool:
    return user.groups.filter(pk=destruction_list.team.group_id).exists()


def exempt(
    destruction_list: DestructionList,
    references: Iterable[str],
    reason: ListItem.ExemptReason,
    review_on: date,
    *,
    by: User,
) -> int:
    """Take dossiers off a list under review, with a reason and the date on which they come back."""
    stage_of(by, destruction_list)
    if review_on <= timing.today():
        raise NotAllowed(_("The review date must lie in the future."))
    wanted = Dossier.objects.filter(reference__in=list(references)).values_list("pk", flat=True)
    with transaction.atomic():
        locked(destruction_list, ListState.REVIEW, ListState.COOLING_OFF)
        items = ListItem.objects.filter(destruction_list=destruction_list, step=ItemStep.LISTED, dossier_id__in=wanted)
        ids = list(items.values_list("dossier_id", flat=True))
        count = items.update(step=ItemStep.EXEMPTED, exempt_reason=reason, review_on=review_on)
        journal.record_many(AccessEvent.Action.EXEMPT, by, ids, ground=reason)
    return count


def approve(destruction_list: DestructionList, *, by: User) -> Decided:
    """Agree to the destruction of every dossier still on the list, at the stage that is this person's.

    The officers' stage comes after the department's. When both are complete the cooling-off period begins.
    Raises NotAllowed, and NothingLeft when all is decided; the database refuses the same person at both stages.
    """
    stage = stage_of(by, destruction_list)
    with transaction.atomic():
        chosen = locked(destruction_list, ListState.REVIEW)
        items = ListItem.objects.filter(destruction_list=chosen, step=ItemStep.LISTED)
        if stage == Stage.OFFICER and lacking(items, Stage.DEPARTMENT).exists():
            raise NotAllowed(_("The department decides first: the lead of %s.") % chosen.team.name)
        fresh = list(lacking(items, stage))
        if not fresh:
            raise NothingLeft(_("There is nothing left on %s to approve at this stage.") % chosen.name)
        drop_void(fresh, stage)
        Approval.objects.bulk_create(approval(item, stage, by, chosen.rule) for item in fresh)
        journal.record_many(AccessEvent.Action.APPROVE, by, [i.dossier_id for i in fresh], ground=f"stage {stage}")
        until = begin_cooling_off(chosen) if stage == Stage.OFFICER else None
    return Decided(stage, len(fresh), until)


def approval(item: ListItem, stage: Approval.Stage, by: User, rule: RuleVersion) -> Approval:
    """Return a person's agreement, unsaved: it counts for exactly this date and this rule."""
    return Approval(item=item, stage=stage, approver=by, approver_role=by.role, due_on=item.due_on, rule=rule)


def lacking(items: QuerySet[ListItem], stage: Approval.Stage) -> QuerySet[ListItem]:
    """Return the items without a valid approval at a stage: one for another date or rule does not count."""
    valid = Approval.objects.filter(
        item=OuterRef("pk"), stage=stage, due_on=OuterRef("due_on"), rule=OuterRef("destruction_list__rule")
    )
    return items.filter(~Exists(valid))


def drop_void(items: list[ListItem], stage: Approval.Stage) -> None:
    """Remove the approvals of a stage that no longer count, to make place for valid ones."""
    Approval.objects.filter(item__in=items, stage=stage).delete()


def days_of(destruction_list: DestructionList) -> int:
    """Return how many days a list cools off: its category's own, or the organisation's."""
    days: int | None = destruction_list.category.cooling_off_days
    return settings.COOLING_OFF_DAYS if days is None else days


def begin_cooling_off(destruction_list: DestructionList) -> date:
    """Let a locked list cool off, in the caller's transaction; return the day on which that ends."""
    until = timezone.now() + timedelta(days=days_of(destruction_list))
    DestructionList.objects.filter(pk=destruction_list.pk).update(state=ListState.COOLING_OFF, cooling_off_until=until)
    return timezone.localdate(until)


def locked(destruction_list: DestructionList, *allowed: ListState) -> DestructionList:
    """Lock a list's row and return it. Raises NotAllowed unless it stands in one of the allowed states."""
    found = DestructionList.objects.select_for_update().get(pk=destruction_list.pk)
    if found.state not in allowed:
        raise NotAllowed(
            _("%(list)s is %(state)s: this step is not possible now.")
            % {"list": found.name, "state": found.get_state_display()}
        )
    return found


def start(destruction_list: DestructionList, *, by: User) -> DestructionList:
    """Begin the execution of a list whose cooling-off period has passed. Starting it again changes nothing."""
    if by.role not in OFFICERS or not by.is_active:
        _log_refusal(AccessEvent.Action.START, by, destruction_list)
        raise NotAllowed(_("Only a privacy officer or an administrator starts a destruction."))
    with transaction.atomic():
        chosen = locked(destruction_list, ListState.COOLING_OFF, ListState.EXECUTING)
        if chosen.state == ListState.EXECUTING:
            return chosen
        if chosen.cooling_off_until is None or timezone.now() < chosen.cooling_off_until:
            until = timezone.localtime(chosen.cooling_off_until)
            raise NotAllowed(
                _("%(list)s cools off until %(until)s; until then anyone may place a hold.")
                % {"list": chosen.name, "until": f"{until:%d-%m-%Y %H:%M}"}
            )
        chosen.state, chosen.started_by = ListState.EXECUTING, by
        chosen.save(update_fields=["state", "started_by"])
        journal.record(AccessEvent.Action.START, by, ground=chosen.name)
    return chosen
