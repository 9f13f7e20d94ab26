"""When the event of a line happened, and whether the line applies at all: read from the facts, never guessed.

An answer is a date, a fact that is missing though it ought to be known, or None: it has not happened yet.
"""

from collections.abc import Callable, Iterator
from datetime import date
from typing import Final

from dateutil.relativedelta import relativedelta

from retention.schedule.facts import Ends, Fact, Facts
from retention.schedule.rules import Condition, Dated, Line, Trigger

Event = date | Fact | None

FOREVER: Final = date.max
"""The day on which what never starts has happened: later than all others."""

ADULT_AT: Final = 18
LEAP_DAY: Final = (2, 29)


def event_of(line: Line, facts: Facts) -> Event:
    """When the event that starts this line happened, the line's own delay not counted."""
    match line.trigger:
        case Trigger.FIXED_DATE:
            return line.on
        case Trigger.NAMED_EVENT:
            return facts.events.get(line.event.code) if line.event else None
        case trigger:
            return _EVENTS[trigger](facts)


def applies(condition: Condition | None, facts: Facts) -> bool | Fact:
    """Whether a line under this condition applies to a dossier; the missing fact when that cannot be said yet."""
    if condition is None:
        return True
    answers = list(_answers(condition, facts))
    if False in answers:
        return False
    return next((answer for answer in answers if isinstance(answer, Fact)), True)


def eighteenth_birthday(birth: date) -> date:
    """The first day of majority (BW 1:233). Of someone born on 29 February it is 1 March: never a day too early."""
    leap_child = (birth.month, birth.day) == LEAP_DAY
    return birth + relativedelta(years=ADULT_AT, days=1 if leap_child else 0)


def _answers(condition: Condition, facts: Facts) -> Iterator[bool | Fact]:
    if condition.kinds:
        yield facts.kind in condition.kinds
    if condition.organisations:
        yield facts.organisation in condition.organisations if facts.organisation else Fact.ORGANISATION
    if condition.since or condition.before:
        yield _dated(condition, facts)
    if condition.flag:
        known = facts.flags.get(condition.flag.code)
        yield Fact.FLAG if known is None else known == condition.flagged


def _dated(condition: Condition, facts: Facts) -> bool | Fact:
    dates = {Dated.OPENED: facts.opened_on, Dated.LAST_CHANGE: facts.last_change_on, Dated.CREATED: facts.created_on}
    day = dates[condition.dated]
    if day is None:
        return Fact.CREATION_DATE
    return (condition.since is None or condition.since <= day) and (condition.before is None or day < condition.before)


def _by_closure(day: date | None, missing: Fact, facts: Facts) -> Event:
    """An event that must have happened once the dossier is closed."""
    return day or (missing if facts.is_closed else None)


def _majority(birth: date | None, missing: Fact) -> Event:
    return eighteenth_birthday(birth) if birth else missing


def _latest_end(ends: Ends, missing: Fact) -> Event:
    """The closing date of the last of other dossiers, once all of them are closed."""
    if not ends:
        return missing
    known = [end for end in ends if end is not None]
    return max(known) if len(known) == len(ends) else None


def _decision_start(facts: Facts) -> Event:
    latest = max((decision.start for decision in facts.decisions), default=None)
    return _by_closure(latest, Fact.DECISION_START, facts)


def _decision_expiry(facts: Facts) -> Event:
    """The last expiry; a decision that names none is in force still."""
    expiries = [decision.expiry for decision in facts.decisions]
    known = [expiry for expiry in expiries if expiry is not None]
    latest = max(known) if known and len(known) == len(expiries) else None
    return _by_closure(latest, Fact.DECISION_EXPIRY, facts)


_EVENTS: Final[dict[Trigger, Callable[[Facts], Event]]] = {
    Trigger.LAST_SUBSTANTIVE_CHANGE: lambda facts: facts.last_change_on,
    Trigger.CLOSURE: lambda facts: _by_closure(facts.closed_on, Fact.CLOSING_DATE, facts),
    Trigger.BIRTH: lambda facts: facts.birth_date or Fact.BIRTH_DATE,
    Trigger.MAJORITY: lambda facts: _majority(facts.birth_date, Fact.BIRTH_DATE),
    Trigger.YOUNGEST_CHILD_18: lambda facts: _majority(facts.family_birth_date, Fact.FAMILY_BIRTH_DATE),
    Trigger.END_OF_MEASURE: lambda facts: _by_closure(facts.end_of_measure_on, Fact.END_OF_MEASURE, facts),
    Trigger.ARRIVAL: lambda facts: facts.arrived_on or Fact.ARRIVAL_DATE,
    Trigger.DECISION_START: _decision_start,
    Trigger.DECISION_EXPIRY: _decision_expiry,
    Trigger.PARENT_END: lambda facts: _latest_end(facts.parent_ends, Fact.PARENT_CASE),
    Trigger.RELATED_END: lambda facts: _latest_end(facts.related_ends, Fact.RELATED_CASE),
    Trigger.OWN_CREATION: lambda facts: facts.created_on or Fact.CREATION_DATE,
    Trigger.NEVER: lambda _facts: FOREVER,
}
