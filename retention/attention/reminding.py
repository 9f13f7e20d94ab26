"""Reminders: written down once per person, thing and step, and mailed by the nightly task without personal data.

A mail says how many things of which kind wait, and nothing else: no name, no number of a dossier, no address of one.
"""

import logging
from collections import Counter
from collections.abc import Iterator
from datetime import date, timedelta

from django.conf import settings
from django.core.mail import send_mail
from django.db import connection, transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, override

from casefiles.models import Role, User
from retention import timing
from retention.attention import overdue, witnessing
from retention.models import Hold, Reminder, RightsRequest

log = logging.getLogger(__name__)

HOLD_REVIEW, REQUEST_DEADLINE = "hold_review", "request_deadline"
HOLD_SOON, HOLD_LATE = timedelta(days=14), timedelta(days=14)
REQUEST_SOON, REQUEST_VERY_SOON = timedelta(days=14), timedelta(days=3)
BATCH = 1000

# Of each audience: who is told of a dossier. The lead of a case has the grant, the others a role.
_PEOPLE = {
    "case": "JOIN casefiles_dossierusergrant held ON held.dossier_id = past.id AND held.until > now() "
    "JOIN auth_permission may ON may.id = held.permission_id AND may.codename = 'lead_dossier' "
    "JOIN casefiles_user told ON told.id = held.user_id",
    Role.TEAM_LEAD: "JOIN casefiles_team team ON team.id = past.team_id "
    "JOIN casefiles_user_groups member ON member.group_id = team.group_id "
    "JOIN casefiles_user told ON told.id = member.user_id AND told.role = 'team_lead'",
    Role.PRIVACY_OFFICER: "JOIN casefiles_user told ON told.role = 'privacy_officer'",
    Role.ADMINISTRATOR: "JOIN casefiles_user told ON told.role = 'administrator'",
}
_NOTE = """
    INSERT INTO retention_reminder (to_id, kind, step, dossier_id, made_on)
    SELECT DISTINCT told.id, past.cause, %s::int, past.id, %s::date FROM ({past}) past {people}
    WHERE told.is_active AND past.cause = %s AND past.step >= %s ON CONFLICT DO NOTHING
"""


def remind() -> int:
    """Write down what is to be reminded of today, and mail it; return how many mails went. Safe to run twice."""
    today = timing.today()
    with transaction.atomic():
        _note_overdue(today)
        Reminder.objects.bulk_create(
            [*_of_holds(today), *_of_requests(today), *witnessing.of_witnesses(today)],
            ignore_conflicts=True,
            batch_size=BATCH,
        )
    waiting = Reminder.objects.filter(sent_at=None, to__is_active=True).exclude(to__email="")
    people = User.objects.filter(pk__in=waiting.values("to"))
    return sum(_mail(person) for person in people.order_by("pk"))


def _note_overdue(today: date) -> None:
    past = overdue.statement()
    with connection.cursor() as cursor:
        for audience, causes in overdue.AUDIENCES.items():
            statement = _NOTE.format(past=past.text, people=_PEOPLE[audience])
            for cause, step in causes.items():
                cursor.execute(statement, [step, today, *past.params, str(cause), step])


def _of_holds(today: date) -> Iterator[Reminder]:
    """Yield the reminders of reviews: to the owner before and on the day, two weeks after it to the officers."""
    standing = Hold.objects.filter(lifted_at=None, review_on__lte=today + HOLD_SOON).exclude(
        reason=Hold.Reason.RIGHTS_REQUEST, request__isnull=False
    )
    officers = _officers()
    for hold in standing:
        yield _reminder(hold.owner_id, HOLD_REVIEW, 0, today, hold=hold)
        if hold.review_on <= today:
            yield _reminder(hold.owner_id, HOLD_REVIEW, 1, today, hold=hold)
        if hold.review_on + HOLD_LATE <= today:
            for officer in officers:
                yield _reminder(officer, HOLD_REVIEW, 2, today, hold=hold)


def _of_requests(today: date) -> Iterator[Reminder]:
    """Yield the reminders of deadlines: two weeks and three days before to the handler, when passed to the officers.

    Every extension is a new deadline, and so has reminders of its own.
    """
    officers = _officers()
    for request in RightsRequest.objects.filter(decision=""):
        first = 10 if request.extended_until else 0
        if request.deadline <= today + REQUEST_SOON:
            yield _reminder(request.handler_id, REQUEST_DEADLINE, first, today, request=request)
        if request.deadline <= today + REQUEST_VERY_SOON:
            yield _reminder(request.handler_id, REQUEST_DEADLINE, first + 1, today, request=request)
        if request.deadline < today:
            for officer in officers:
                yield _reminder(officer, REQUEST_DEADLINE, first + 2, today, request=request)


def _officers() -> list[int]:
    officers = User.objects.filter(role=Role.PRIVACY_OFFICER, is_active=True)
    return list(officers.values_list("pk", flat=True))


def _reminder(
    to: int, kind: str, step: int, today: date, *, hold: Hold | None = None, request: RightsRequest | None = None
) -> Reminder:
    return Reminder(to_id=to, kind=kind, step=step, made_on=today, hold=hold, request=request)


def words(kind: str) -> str:
    """Return what a kind of reminder is about."""
    if kind == HOLD_REVIEW:
        return _("holds to review")
    if kind == REQUEST_DEADLINE:
        return _("requests to answer")
    if kind == witnessing.MISSING:
        return _("the log: a witness is missing")
    if kind == witnessing.REFUSED:
        return _("the log: a witness refuses it")
    return _("past their date: %s") % overdue.Cause(kind).label


def _mail(person: User) -> int:
    """Mail one person what waits, in one mail; what the mail server does not take now waits for the next night."""
    with transaction.atomic():
        waiting = list(Reminder.objects.select_for_update(skip_locked=True).filter(to=person, sent_at=None))
        if not waiting:
            return 0
        subject, body = message(Counter(reminder.kind for reminder in waiting))
        try:
            send_mail(subject, body, None, [person.email])
        except OSError as error:  # smtplib's errors are OSErrors too
            log.warning("a reminder could not be mailed: %s", type(error).__name__)
            return 0
        Reminder.objects.filter(pk__in=[reminder.pk for reminder in waiting]).update(sent_at=timezone.now())
    return 1


def message(counts: Counter[str]) -> tuple[str, str]:
    """Return subject and body of a mail in the language of the pages: kinds and numbers, and nothing personal."""
    with override(settings.PAGE_LANGUAGE):
        total = counts.total()
        subject = ngettext("%d thing waits for you", "%d things wait for you", total) % total
        lines = [f"- {words(kind)}: {count}" for kind, count in sorted(counts.items())]
        closing = _("Log in to Goed Vertrouwen to see them. This mail holds no personal data on purpose.")
        return f"Goed Vertrouwen: {subject}", "\n".join([f"{subject}.", "", *lines, "", closing, ""])


def latest(person: User, most: int = 10) -> list[tuple[str, int, date]]:
    """Return what a person was reminded of in the last month, for the page: words, how many, and on which day."""
    since = timing.today() - timedelta(days=31)
    found = Reminder.objects.filter(Q(to=person), made_on__gte=since).values_list("kind", "made_on")
    counted = Counter(found)
    ordered = sorted(counted.items(), key=lambda line: (line[0][1], line[0][0]), reverse=True)
    return [(words(kind), count, day) for (kind, day), count in ordered[:most]]
