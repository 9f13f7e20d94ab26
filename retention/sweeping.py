"""The nightly sweep: clocks that pass their date become due, missing clocks start, lists are composed."""

from dataclasses import dataclass
from datetime import date, timedelta

from django.db import transaction
from django.db.models import Exists, OuterRef
from django.utils.translation import gettext as _

from casefiles import journal
from casefiles.models import Dossier, User
from retention import ahead, endreviews, following, lists, takingback, timing, transitions
from retention.models import Clock, ClockSweep, DestructionList, RuleVersion
from retention.schedule import due_condition
from retention.states import LIVING, ClockState

LONGEST_SILENCE = timedelta(days=7)
BATCH = 500


class ClockJumped(Exception):
    """The system's date went back, or more than seven days forward, since the last sweep: a person must confirm it.

    A wrong clock makes everything due (keys-and-destruction.md, "before all").
    """


@dataclass(frozen=True, slots=True)
class Swept:
    """What one sweep found and did: numbers of dossiers, and the lists that it composed or added to."""

    day: date
    became_due: int
    started: int
    waiting: int
    held: int
    open_past_due: int
    lists: tuple[DestructionList, ...]


def sweep(confirmed_by: User | None = None) -> Swept:
    """Run the nightly sweep for today. Safe to run twice. Raises ClockJumped unless a person confirms the date."""
    day = timing.today()
    check_date(day, confirmed_by)
    journal.prepare_partitions()
    ahead.switch_due(day)
    started = start_missing()
    with transaction.atomic():
        timing.recompute_several()
    became_due, open_past_due = 0, 0
    for version in with_clocks(day):
        due = endreviews.due_under(version, day)
        transitions.fall_back(version.category_id, due)
        became_due += transitions.fall_due(version.category_id, due)
        open_past_due += _open_past_due(version, day)
    following.release_outdated(day)
    following.follow_dates()
    takingback.forget_words(day)
    composed = lists.compose(day)
    with transaction.atomic():
        run, _new = ClockSweep.objects.get_or_create(day=day, defaults={"confirmed_by": confirmed_by})
        ClockSweep.objects.filter(pk=run.pk).update(became_due=run.became_due + became_due)
    return Swept(
        day=day,
        became_due=became_due,
        started=started,
        waiting=Clock.objects.filter(state=ClockState.WAITING).count(),
        held=Clock.objects.filter(held__gt=0).count(),
        open_past_due=open_past_due,
        lists=tuple(composed),
    )


def with_clocks(day: date) -> list[RuleVersion]:
    """Return the versions in force of the categories that have clocks: the schedule has rules for much more."""
    living = Clock.objects.filter(category=OuterRef("category"), state__in=LIVING)
    return list(RuleVersion.objects.in_force(day).filter(Exists(living)))


def check_date(day: date, confirmed_by: User | None = None) -> None:
    """Raise ClockJumped when the system's date cannot be believed and no person confirms it."""
    last = ClockSweep.objects.order_by("-day").values_list("day", flat=True).first()
    if last is None or confirmed_by is not None or last <= day <= last + LONGEST_SILENCE:
        return
    raise ClockJumped(
        _("The date is %(day)s, and the last sweep was on %(last)s. Check the date of this machine; "
          "if it is right, a person confirms it: sweep --confirm-date --as USER.")
        % {"day": day.isoformat(), "last": last.isoformat()}
    )  # fmt: skip


def start_missing() -> int:
    """Start the clock of every present dossier that has none; return how many."""
    without = Dossier.objects.present().filter(~Exists(Clock.objects.filter(dossier=OuterRef("pk"))))
    started = 0
    while batch := list(without[:BATCH]):
        with transaction.atomic():
            for dossier in batch:
                timing.recompute(dossier)
        started += len(batch)
    return started


def _open_past_due(version: RuleVersion, day: date) -> int:
    """Count open dossiers past their date: a question to their leads, never a list item."""
    condition = due_condition(version.rule, day, "retention_clock")
    clocks = Clock.objects.filter(
        category=version.category, state=ClockState.RUNNING, dossier__status=Dossier.Status.OPEN
    )
    return clocks.extra(where=[condition.sql], params=condition.params).count()  # noqa: S610 - the schedule's own SQL
