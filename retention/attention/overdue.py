"""What is past its date and still there: how long, why, whose move it is, and how high it has been brought.

Metadata only, derived in one statement from the rules in force. A hold, an answer of the lead, an exemption and a
cooling-off period are reasons to wait; everything else is brought a step higher as it grows older.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from django.db import models, transaction
from django.db.models.expressions import RawSQL
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from casefiles import access, journal
from casefiles.access import METADATA_ROLES
from casefiles.models import AccessEvent, Role, User
from casefiles.sql import Sql, rows
from retention import clockbars, timing
from retention.models import Escalation
from retention.states import ENDED

READERS = METADATA_ROLES | {Role.TEAM_LEAD}


class Cause(models.TextChoices):
    """Why a dossier is still there."""

    WAITING = "waiting", _("waits for a fact")
    OPEN_FILE = "open_file", _("still open")
    STAYS_OPEN = "stays_open", _("stays open for a reason")
    HELD = "held", _("held")
    NOT_LISTED = "not_listed", _("on no list yet")
    TO_REVIEW = "to_review", _("a person decides what becomes of it")
    KEPT_LONGER = "kept_longer", _("kept longer after a review")
    EXEMPTED = "exempted", _("exempted from destruction")
    UNDECIDED = "undecided", _("not decided by the department")
    APPROVAL_MISSING = "approval_missing", _("second approval missing")
    COOLING_OFF = "cooling_off", _("cooling-off period")
    TO_START = "to_start", _("destruction can be started")
    EXECUTING = "executing", _("being destroyed")
    FAILED = "failed", _("destruction failed")


C = Cause
OFFICERS = (C.NOT_LISTED, C.APPROVAL_MISSING, C.TO_START, C.FAILED)
# From which step on each audience is told of a cause; what is not here waits for a good reason.
AUDIENCES: dict[str, dict[Cause, int]] = {
    "case": {C.WAITING: 0, C.OPEN_FILE: 0},
    Role.TEAM_LEAD: {C.WAITING: 1, C.OPEN_FILE: 1, C.UNDECIDED: 0, C.TO_REVIEW: 0},
    Role.PRIVACY_OFFICER: {C.WAITING: 2, C.OPEN_FILE: 2, C.UNDECIDED: 2, C.TO_REVIEW: 2} | dict.fromkeys(OFFICERS, 0),
    Role.ADMINISTRATOR: dict.fromkeys((C.WAITING, C.OPEN_FILE, C.UNDECIDED, C.TO_REVIEW, *OFFICERS), 3),
}
ESCALATING = tuple(AUDIENCES[Role.ADMINISTRATOR])
STEPS = ("", Role.TEAM_LEAD, Role.PRIVACY_OFFICER, Role.ADMINISTRATOR)

_CAUSE = """
    CASE WHEN clock.state = 'waiting' THEN 'waiting'
        WHEN clock.state = 'failed' OR item.failure <> '' THEN 'failed'
        WHEN clock.state = 'destroying' THEN 'executing'
        WHEN clock.held > 0 THEN 'held'
        WHEN dossier.status = 'open' AND stays.until >= %s THEN 'stays_open'
        WHEN dossier.status = 'open' THEN 'open_file'
        WHEN item.id IS NULL AND exempted.review_on > %s THEN 'exempted'
        WHEN item.id IS NULL AND (reviewed.decision = 'keep' OR reviewed.until >= %s) THEN 'kept_longer'
        WHEN item.id IS NULL AND clock.category_id = ANY(%s) AND reviewed.decision IS DISTINCT FROM 'destroy'
            THEN 'to_review'
        WHEN item.id IS NULL THEN 'not_listed'
        WHEN list.state = 'executing' THEN 'executing'
        WHEN list.state = 'cooling_off' AND list.cooling_off_until > %s THEN 'cooling_off'
        WHEN list.state = 'cooling_off' THEN 'to_start'
        WHEN NOT EXISTS (SELECT 1 FROM retention_approval given WHERE given.item_id = item.id AND given.stage = 1
            AND given.due_on = item.due_on AND given.rule_id = list.rule_id) THEN 'undecided'
        ELSE 'approval_missing' END
"""
_OVERDUE = """
    SELECT dossier.id, dossier.reference, dossier.kind, dossier.team_id, {due} AS due_on, {cause} AS cause,
        %s - COALESCE({due}, dossier.closed_on) AS age
    FROM casefiles_dossier dossier
    JOIN retention_clock clock ON clock.dossier_id = dossier.id
    LEFT JOIN retention_listitem item ON item.dossier_id = dossier.id AND NOT (item.step = ANY(%s))
    LEFT JOIN retention_destructionlist list ON list.id = item.destruction_list_id
    LEFT JOIN LATERAL (SELECT max(out.review_on) AS review_on FROM retention_listitem out
        WHERE out.dossier_id = dossier.id AND out.step = 'exempted') exempted ON TRUE
    LEFT JOIN LATERAL (SELECT answer.until FROM retention_staysopen answer
        WHERE answer.dossier_id = dossier.id ORDER BY answer.answered_at DESC LIMIT 1) stays ON TRUE
    LEFT JOIN LATERAL (SELECT decided.decision, decided.until FROM retention_endreview decided
        WHERE decided.dossier_id = dossier.id ORDER BY decided.decided_at DESC LIMIT 1) reviewed ON TRUE
    WHERE {passed} OR (clock.state = 'waiting' AND dossier.status = 'closed')
"""
_STEPPED = """
    SELECT past.*, CASE WHEN past.cause = ANY(%s)
        THEN (age >= COALESCE((SELECT to_lead FROM retention_escalation), %s))::int
            + (age >= COALESCE((SELECT to_officer FROM retention_escalation), %s))::int
            + (age >= COALESCE((SELECT to_administrator FROM retention_escalation), %s))::int ELSE 0 END AS step
    FROM ({overdue}) past
"""


def statement() -> Sql:
    """Return the statement that gives every dossier past its date: id, reference, kind, team, due date, cause,
    age in days, and the step (0 to 3) that its age brings it to.
    """
    today, due, passed = timing.today(), clockbars.due(), clockbars.passed(timing.today())
    text = _OVERDUE.format(due=due.text, cause=_CAUSE, passed=passed.text)
    ended = [str(step) for step in ENDED]
    days = Escalation()  # as long as nobody chose
    params = (
        *([str(cause) for cause in ESCALATING], days.to_lead, days.to_officer, days.to_administrator),
        *due.params,
        *(today, today, today, clockbars.reviewed(), timezone.now()),
        today,
        *due.params,
        ended,
        *passed.params,
    )
    return Sql(_STEPPED.format(overdue=text), params)


@dataclass(frozen=True, slots=True)
class Overdue:
    """One dossier past its date. `due_on` is None while a fact is missing: its age then counts from its closing."""

    id: UUID
    reference: str
    kind: str
    team_id: int
    due_on: date | None
    cause: Cause
    age: int
    step: int

    @property
    def brought_to(self) -> str:
        """The role that it was brought to, in words; nothing at step 0."""
        return str(Role(STEPS[self.step]).label) if self.step else ""


class Seen(Sequence[Overdue]):
    """What a person may see of it, the oldest first, for a paginator; `cause` narrows it."""

    def __init__(self, user: User, cause: str = "") -> None:
        self._all = statement()
        self._team = Sql("TRUE")
        if user.role == Role.TEAM_LEAD:
            self._team = Sql(
                "team_id IN (SELECT team.id FROM casefiles_team team JOIN casefiles_user_groups member "
                "ON member.group_id = team.group_id WHERE member.user_id = %s)",
                (user.pk,),
            )
        self._cause = cause
        self._counts: dict[str, int] | None = None

    def counts(self) -> dict[str, int]:
        """Return how many there are of each cause, in one statement."""
        if self._counts is None:
            text = f"SELECT cause, count(*) FROM ({self._all.text}) every WHERE {self._team.text} GROUP BY cause"  # noqa: S608 - our own SQL
            self._counts = dict(rows(Sql(text, (*self._all.params, *self._team.params))))
        return self._counts

    def __len__(self) -> int:
        counts = self.counts()
        return counts.get(self._cause, 0) if self._cause else sum(counts.values())

    def __getitem__(self, chosen: Any) -> Any:
        narrowed = "cause = %s" if self._cause else "%s = ''"
        text = (
            f"SELECT * FROM ({self._all.text}) every WHERE {self._team.text} AND {narrowed} "  # noqa: S608 - our own SQL
            "ORDER BY age DESC, reference LIMIT %s OFFSET %s"
        )
        params = (*self._all.params, *self._team.params, self._cause, chosen.stop - chosen.start, chosen.start)
        return [_overdue(*line) for line in rows(Sql(text, params))]


def late() -> RawSQL:
    """Return the condition of clocks whose dossier has waited past the first step without a good reason."""
    past = statement()
    text = f"retention_clock.dossier_id IN (SELECT every.id FROM ({past.text}) every WHERE every.step > 0)"  # noqa: S608 - our own SQL
    return RawSQL(text, past.params, output_field=models.BooleanField())  # noqa: S611 - our own SQL


def _overdue(*line: Any) -> Overdue:
    dossier_id, reference, kind, team_id, due_on, cause, age, step = line
    return Overdue(dossier_id, reference, kind, team_id, due_on, Cause(cause), age, step)


@dataclass(frozen=True, slots=True)
class Around:
    """Who leads the case, who owns its hold, and when it was last reminded of."""

    lead: str
    hold_owner: str
    reminded_on: date | None


_AROUND = """
    SELECT dossier.id,
        COALESCE((SELECT lead.name FROM casefiles_dossierusergrant held
            JOIN casefiles_user lead ON lead.id = held.user_id
            JOIN auth_permission may ON may.id = held.permission_id AND may.codename = 'lead_dossier'
            WHERE held.dossier_id = dossier.id AND held.until > %s AND lead.is_active ORDER BY held.id LIMIT 1), ''),
        COALESCE((SELECT owner.name FROM retention_holdcover cover JOIN retention_hold hold ON hold.id = cover.hold_id
            JOIN casefiles_user owner ON owner.id = hold.owner_id
            WHERE cover.dossier_id = dossier.id AND cover.lifted_at IS NULL ORDER BY hold.id LIMIT 1), ''),
        (SELECT max(told.made_on) FROM retention_reminder told WHERE told.dossier_id = dossier.id)
    FROM casefiles_dossier dossier WHERE dossier.id = ANY(%s)
"""


def around(found: Sequence[Overdue]) -> dict[UUID, Around]:
    """Return the people around the dossiers of one page, in one statement."""
    lines = rows(Sql(_AROUND, (timezone.now(), [one.id for one in found])))
    return {dossier_id: Around(*rest) for dossier_id, *rest in lines}


def owner_of(one: Overdue, people: Around | None) -> str:
    """Return whose move it is, in words: a name where there is one, else a role."""
    if one.cause == C.HELD and people and people.hold_owner:
        return people.hold_owner
    if one.cause in (C.WAITING, C.OPEN_FILE, C.STAYS_OPEN):
        return people.lead if people and people.lead else str(Role.TEAM_LEAD.label)
    return str((Role.TEAM_LEAD if one.cause in (C.UNDECIDED, C.EXEMPTED, C.TO_REVIEW) else Role.PRIVACY_OFFICER).label)


def escalate(to_lead: int, to_officer: int, to_administrator: int, *, by: User) -> None:
    """Choose after how many days something is brought a step higher. Raises Refused for all but an administrator."""
    if by.role != Role.ADMINISTRATOR or not by.is_active:
        access.refuse(by, "escalation")
    days = {"to_lead": to_lead, "to_officer": to_officer, "to_administrator": to_administrator}
    with transaction.atomic():
        Escalation.objects.update_or_create(pk=1, defaults=days)
        journal.record(AccessEvent.Action.CHANGE, by, ground="escalation", days=list(days.values()))
