"""Reminders of the log's witnesses: administrators are told when one is missing or refuses, weekly while it lasts."""

from collections.abc import Iterator
from datetime import date

from casefiles.models import Role, User
from retention import transparency, witnesses
from retention.models import Reminder

MISSING, REFUSED = "witness_missing", "witness_refused"
_FIRST_WEEK = date(2024, 1, 1)  # a Monday; a step counts the weeks from it and has two bytes


def of_witnesses(today: date) -> Iterator[Reminder]:
    """Yield a reminder of each kind that is so today to every administrator; the same one all week long."""
    step = (today - _FIRST_WEEK).days // 7
    administrators = list(User.objects.filter(role=Role.ADMINISTRATOR, is_active=True).values_list("pk", flat=True))
    for kind in _kinds():
        yield from (Reminder(to_id=pk, kind=kind, step=step, made_on=today) for pk in administrators)


def _kinds() -> Iterator[str]:
    if any(standing.late for standing in transparency.standings()):
        yield MISSING
    if witnesses.brought().refusals or transparency.contradictions():
        yield REFUSED
