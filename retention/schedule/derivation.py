"""From facts and a rule to a due date with its reasons.

Never early: the due date is the last day of the retention period, and a file is due only after it. What
was changed at 15:00 on 15 March 2004 under a term of 20 years is kept for 20 full years only when all of
15 March 2024 has passed. Never guessed: where a fact is missing there is no date, but a question.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from typing import Final, TypeVar

from retention.schedule.rules import Action, Combine, Line, Rule, Trigger


class Fact(StrEnum):
    """A fact about a dossier that can be missing though it ought to be known."""

    CLOSING_DATE = "closing_date"
    BIRTH_DATE = "birth_date"


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """What is known of one dossier: calendar dates in the Netherlands, None where unknown or not yet so.

    `birth_date` is that of the youngest young person in the file, and None as soon as one of them has no
    known birth date: the term must cover each of them. It stays out of `repr`, and so out of logs.
    `end_of_measure_on` is told in the explanation. ValueError for an open dossier with a closing date.
    """

    opened_on: date
    last_change_on: date
    is_closed: bool
    closed_on: date | None = None
    birth_date: date | None = field(default=None, repr=False)
    end_of_measure_on: date | None = None

    def __post_init__(self) -> None:
        if self.closed_on is not None and not self.is_closed:
            raise ValueError("an open dossier has no closing date")


@dataclass(frozen=True, slots=True)
class Due:
    """The term runs: `due_on` is the last day on which the dossier is kept."""

    due_on: date


@dataclass(frozen=True, slots=True)
class NotStarted:
    """The term does not run yet: these events have simply not happened."""

    triggers: tuple[Trigger, ...]


@dataclass(frozen=True, slots=True)
class Waiting:
    """There is no date until a person supplies these facts."""

    missing: tuple[Fact, ...]


@dataclass(frozen=True, slots=True)
class Kept:
    """The dossier is kept permanently."""


Outcome = Due | NotStarted | Waiting | Kept


class Standing(StrEnum):
    """What became of a line."""

    GOVERNS = "governs"  # its date is the due date; of several with the same date each governs
    OVERRULED = "overruled"  # another line's date is later (latest_of) or earlier (earliest_of)
    PENDING = "pending"  # it has a date, but the rule needs a date that is not there
    NOT_STARTED = "not_started"  # its event has not happened
    FACT_MISSING = "fact_missing"  # its event has happened, but when is not known
    UNCONFIRMED = "unconfirmed"  # shipped, not applied until the privacy officer confirms it


@dataclass(frozen=True, slots=True)
class Candidate:
    """One line of the rule, resolved: when its event happened, the date that gives, and its standing."""

    line: Line
    standing: Standing
    starts_on: date | None = None
    due_on: date | None = None
    missing: Fact | None = None


@dataclass(frozen=True, slots=True)
class Derivation:
    """The outcome for one dossier under one rule, with a candidate for every line, in the rule's order."""

    rule: Rule
    facts: Facts
    candidates: tuple[Candidate, ...]
    outcome: Outcome

    @property
    def due_on(self) -> date | None:
        """The last day of the retention period, or None when there is no date."""
        return self.outcome.due_on if isinstance(self.outcome, Due) else None

    @property
    def governing(self) -> tuple[Candidate, ...]:
        """The candidates whose date is the due date; none when there is no date."""
        return tuple(c for c in self.candidates if c.standing is Standing.GOVERNS)

    @property
    def citation(self) -> str:
        """The ground of the outcome: that of the governing lines, and of the whole rule without a date."""
        return "; ".join(dict.fromkeys(c.line.citation for c in self.governing)) or self.rule.ground

    @property
    def starts_on(self) -> tuple[date | None, ...]:
        """One trigger date for each applied line, in order: what the clock stores (the due date never is).

        While a fact is missing they are all None, whatever else is known: a stored row can then not come
        due by a query that sees only these dates.
        """
        applied = tuple(c for c in self.candidates if c.standing is not Standing.UNCONFIRMED)
        if isinstance(self.outcome, Waiting):
            return (None,) * len(applied)
        return tuple(c.starts_on for c in applied)


def derive(rule: Rule, facts: Facts) -> Derivation:
    """What `rule` means for a dossier with these facts. It answers for an open dossier as well: whether
    an open one may be put on a destruction list is decided elsewhere.

    A missing fact of any applied line gives Waiting, under `earliest_of` too: the unknown date could be
    the earlier one, and a guess is no ground for destruction. An event that has not happened yet
    holds up `latest_of` (its date will be the later one) but not `earliest_of`: it can only bring the date
    forward from the one that stands, so that the standing date is never too early. ValueError or
    OverflowError when a date would pass the year 9999.
    """
    if rule.action is Action.KEEP:
        return Derivation(rule, facts, (), Kept())
    found = tuple(_Found.of(line, facts) for line in rule.lines)
    outcome = _outcome(rule.combine, tuple(f for f in found if f.line.confirmed))
    return Derivation(rule, facts, tuple(f.candidate(outcome) for f in found), outcome)


def is_due(due_on: date, today: date) -> bool:
    """Whether the retention period that ends with the day `due_on` has passed on `today`."""
    return today > due_on


@dataclass(frozen=True, slots=True)
class _Found:
    """A line with what the facts say of its trigger: a date, a missing fact, or nothing yet."""

    line: Line
    event: date | Fact | None
    due_on: date | None

    @classmethod
    def of(cls, line: Line, facts: Facts) -> "_Found":
        event = _EVENTS[line.trigger](facts) if line.confirmed else None
        return cls(line, event, line.term.after(event) if isinstance(event, date) else None)

    def candidate(self, outcome: Outcome) -> Candidate:
        if not self.line.confirmed:
            return Candidate(self.line, Standing.UNCONFIRMED)
        if isinstance(self.event, Fact):
            return Candidate(self.line, Standing.FACT_MISSING, missing=self.event)
        if self.event is None:
            return Candidate(self.line, Standing.NOT_STARTED)
        return Candidate(self.line, _standing(self.due_on, outcome), self.event, self.due_on)


def _closure(facts: Facts) -> date | Fact | None:
    return facts.closed_on or (Fact.CLOSING_DATE if facts.is_closed else None)


_EVENTS: Final[dict[Trigger, Callable[[Facts], date | Fact | None]]] = {
    Trigger.LAST_SUBSTANTIVE_CHANGE: lambda facts: facts.last_change_on,
    Trigger.CLOSURE: _closure,
    Trigger.BIRTH: lambda facts: facts.birth_date or Fact.BIRTH_DATE,
}


def _outcome(combine: Combine, found: tuple[_Found, ...]) -> Outcome:
    missing = _distinct(f.event for f in found if isinstance(f.event, Fact))
    if missing:
        return Waiting(missing)
    dates = [f.due_on for f in found if f.due_on is not None]
    absent = _distinct(f.line.trigger for f in found if f.event is None)
    if absent and (combine is Combine.LATEST_OF or not dates):
        return NotStarted(absent)
    return Due(max(dates) if combine is Combine.LATEST_OF else min(dates))


def _standing(due_on: date | None, outcome: Outcome) -> Standing:
    if not isinstance(outcome, Due):
        return Standing.PENDING
    return Standing.GOVERNS if due_on == outcome.due_on else Standing.OVERRULED


_Name = TypeVar("_Name", bound=StrEnum)


def _distinct(values: Iterable[_Name]) -> tuple[_Name, ...]:
    return tuple(sorted(set(values)))
