"""Review as the end of a term: a person extends it with a reason, keeps the dossier, or lets it go to a list.

Nothing is destroyed by silence: without a decision a dossier of such a category falls due never, and a decision to
destroy only lets it come on a destruction list, where two people approve as ever. A decision counts for one due date
under one version of the rule.
"""

from collections.abc import Iterable
from datetime import date
from typing import Any, Final
from uuid import UUID

from django.db import models, transaction
from django.db.models import OuterRef, Q, QuerySet, Subquery
from django.db.models.expressions import RawSQL
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy

from casefiles import access, journal, lifecycle
from casefiles.access import METADATA_ROLES
from casefiles.models import AccessEvent, Dossier, Role, User
from retention import timing
from retention.lists import OFFICERS, NotAllowed
from retention.models import Clock, EndReview, RuleVersion
from retention.schedule import Action, Fragment, due_condition, due_date
from retention.states import ClockState

Decision = EndReview.Decision
READERS = METADATA_ROLES | {Role.TEAM_LEAD}
DECIDERS = OFFICERS | {Role.TEAM_LEAD}
MOST: Final = 200
NEWEST = """(SELECT decided.decision FROM retention_endreview decided
    WHERE decided.dossier_id = clock.dossier_id AND decided.rule_id = %s::bigint AND decided.due_on = {due}
    ORDER BY decided.decided_at DESC LIMIT 1)"""


def due_under(version: RuleVersion, day: date) -> Fragment:
    """Return the condition (table `clock`) that a clock falls due for a destruction list under a rule.

    What is transferred comes on a list once its receiver confirmed it (retention/lists.py). What is kept never does;
    what is reviewed does once a person decided so for this date and rule.
    """
    rule = version.rule
    if rule.action in (Action.DESTROY, Action.TRANSFER):
        return due_condition(rule, day, "clock")
    if rule.action is not Action.REVIEW:
        return Fragment("FALSE", ())
    passed, due = due_condition(rule, day, "clock"), due_date(rule, "clock")
    decided = NEWEST.format(due=due.sql)
    text = f"({passed.sql} AND COALESCE({decided} = 'destroy', FALSE))"
    return Fragment(text, (*passed.params, str(version.pk), *due.params))


def to_destroy(dossier_ids: Iterable[UUID]) -> set[tuple[UUID, int, date]]:
    """Return of which dossiers the newest decision is to destroy: with the rule version and the date it is for."""
    found = EndReview.objects.filter(dossier__in=list(dossier_ids)).order_by("dossier", "-decided_at")
    newest = found.distinct("dossier").values_list("dossier", "rule", "due_on", "decision")
    return {(dossier, rule, due_on) for dossier, rule, due_on, decision in newest if decision == Decision.DESTROY}


class Show(models.TextChoices):
    """Which of the dossiers whose term ends in a review: those that wait, and by what was decided."""

    WAITING = "", _lazy("To review")
    EXTENDED = "extended", _lazy("Kept longer")
    DESTROY = "destroy", _lazy("To a destruction list")
    KEPT = "kept", _lazy("Kept permanently")


def clocks(user: User, show: str = Show.WAITING) -> list[Any]:
    """Return the clocks of closed dossiers past a date after which a person looks, the oldest first, with `due_on`
    and the newest decision for that date, `decided` and `decided_until`. A lead sees those of the own team.

    Kept permanently are also those whose rule says so, which have no date.
    """
    found = [clock for version in _reviewed() for clock in _under(_seen(user), version).filter(_fits(show))[:MOST]]
    if show == Show.KEPT:
        found += list(_seen(user).filter(state=ClockState.KEPT)[:MOST])
    return sorted(found, key=lambda clock: getattr(clock, "due_on", None) or date.max)[:MOST]


def of(dossier_id: UUID, user: User) -> Any:
    """Return the clock of one dossier past such a date, as `clocks` gives it; None when the person may not know it."""
    for version in _reviewed():
        found: Any = _under(_seen(user), version).filter(dossier=dossier_id).first()
        if found is not None:
            found.version = version
            return found
    return None


def _seen(user: User) -> QuerySet[Clock]:
    seen = Clock.objects.filter(dossier__status=Dossier.Status.CLOSED).select_related("dossier__team", "category")
    if not user.is_active or user.role not in READERS:
        return seen.none()
    return seen.filter(dossier__team__group__user=user) if user.role == Role.TEAM_LEAD else seen


def _reviewed() -> QuerySet[RuleVersion]:
    return RuleVersion.objects.in_force(timing.today()).filter(spec__action=Action.REVIEW.value)


def _under(seen: QuerySet[Clock], version: RuleVersion) -> QuerySet[Clock]:
    rule, table = version.rule, "retention_clock"
    due, passed = due_date(rule, table), due_condition(rule, timing.today(), table)
    newest = EndReview.objects.filter(dossier=OuterRef("dossier"), rule=version, due_on=OuterRef("due_on"))
    newest = newest.order_by("-decided_at")
    over = RawSQL(passed.sql, passed.params, output_field=models.BooleanField())  # noqa: S611 - the schedule's own SQL
    return seen.filter(
        over, category=version.category_id
    ).annotate(
        due_on=RawSQL(due.sql, due.params, output_field=models.DateField()),  # noqa: S611 - the schedule's own SQL
        decided=Subquery(newest.values("decision")[:1]),
        decided_until=Subquery(newest.values("until")[:1]),
    )


def _fits(show: str) -> Q:
    today = timing.today()
    return {
        Show.EXTENDED: Q(decided=Decision.EXTEND, decided_until__gte=today),
        Show.DESTROY: Q(decided=Decision.DESTROY),
        Show.KEPT: Q(decided=Decision.KEEP),
    }.get(Show(show), Q(decided=None) | Q(decided=Decision.EXTEND, decided_until__lt=today))


def decide(dossier_id: UUID, decision: str, reason: str, until: date | None, *, by: User) -> EndReview:
    """Decide what becomes of a dossier whose term has passed. Deciding anew replaces what was decided before.

    Raises NotAllowed: it does not wait for a review, no later day to review it again, or to keep it permanently,
    which is an officer's; Refused for who decides on no list at all; NotWritable when the dossier is open or going.
    """
    if not by.is_active or by.role not in DECIDERS:
        access.refuse(by, "end review")
    clock = of(dossier_id, by)
    if clock is None:
        raise NotAllowed(_("This dossier does not wait for a review."))
    if decision == Decision.KEEP and by.role not in OFFICERS:
        raise NotAllowed(_("A privacy officer or an administrator decides to keep a dossier permanently."))
    if (decision == Decision.EXTEND) != (until is not None and until > timing.today()):
        raise NotAllowed(_("Keeping longer needs a day in the future on which it is reviewed again."))
    with transaction.atomic():
        locked = lifecycle.fence(dossier_id, Dossier.Status.CLOSED)
        values = {"due_on": clock.due_on, "rule": clock.version, "decided_by": by}
        made = EndReview.objects.create(dossier=locked, decision=decision, reason=reason, until=until, **values)
        journal.record(AccessEvent.Action.CHANGE, by, dossier_id, ground=f"end review {decision}", reason=reason)
    return made
