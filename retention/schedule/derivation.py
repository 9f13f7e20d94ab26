"""From facts and a rule to a due date with its reasons.

Never early: the due date is the last day of the retention period, and a file is due only after it. What
was changed at 15:00 on 15 March 2004 under a term of 20 years is kept for 20 full years only when all of
15 March 2024 has passed. Never guessed: where a fact is missing there is no date, but a question.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum
from typing import Final, TypeVar

from retention.schedule.events import FOREVER, Event, applies, event_of
from retention.schedule.facts import Fact, Facts
from retention.schedule.rounding import rounded
from retention.schedule.rules import Action, Bound, Combine, Line, Rule, Trigger

NO_MATTER: Final = date.min
"""What a clock stores for a line that does not apply where all lines must have passed: it passed before all time."""


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
    OVERRULED = "overruled"  # another line's date is later (latest_of) or earlier (earliest_of), or a bound decides
    PENDING = "pending"  # it has a date, but the rule needs a date that is not there
    NOT_STARTED = "not_started"  # its event has not happened
    FACT_MISSING = "fact_missing"  # its event has happened, but when is not known
    NOT_APPLICABLE = "not_applicable"  # its condition does not hold for this dossier
    UNCONFIRMED = "unconfirmed"  # shipped, not applied until the privacy officer confirms it


@dataclass(frozen=True, slots=True)
class Candidate:
    """One line of the rule, resolved: when its event happened, when its term started (later by the line's
    delay), the date that gives after rounding, and its standing.
    """

    line: Line
    standing: Standing
    starts_on: date | None = None
    due_on: date | None = None
    missing: Fact | None = None
    event_on: date | None = None


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
        due by a query that sees only these dates. A line that does not apply is stored as what leaves the
        others to decide.
        """
        applied = tuple(c for c in self.candidates if c.standing is not Standing.UNCONFIRMED)
        if isinstance(self.outcome, Waiting):
            return (None,) * len(applied)
        return tuple(self._stored(candidate) for candidate in applied)

    def _stored(self, candidate: Candidate) -> date | None:
        if candidate.standing is Standing.NOT_APPLICABLE:
            return NO_MATTER if must_pass(candidate.line, self.rule.combine) else None
        return candidate.starts_on


def must_pass(line: Line, combine: Combine) -> bool:
    """Whether nothing is due before this line's own term has passed."""
    return line.bound is Bound.MINIMUM or (line.bound is Bound.TERM and combine is Combine.LATEST_OF)


def derive(rule: Rule, facts: Facts) -> Derivation:
    """What `rule` means for a dossier with these facts. It answers for an open dossier as well: whether
    an open one may be put on a destruction list is decided elsewhere.

    A missing fact of any applied line gives Waiting, under `earliest_of` too: the unknown date could be
    the earlier one, and a guess is no ground for destruction. An event that has not happened yet
    holds up `latest_of` and a minimum (its date will be the later one) but not `earliest_of` and a maximum: it
    can only bring the date forward from the one that stands, so that the standing date is never too early.
    A named event that is not recorded in a closed dossier is asked for where nothing ends without it.
    ValueError or OverflowError when a date would pass the year 9999.
    """
    if rule.action is Action.KEEP:
        return Derivation(rule, facts, (), Kept())
    found = tuple(_Found.of(line, facts, rule) for line in rule.lines)
    if facts.is_closed:
        found = _asking(found, rule.combine)
    outcome = _outcome(rule.combine, [f for f in found if f.counts])
    return Derivation(rule, facts, tuple(f.candidate(outcome) for f in found), outcome)


def is_due(due_on: date, today: date) -> bool:
    """Whether the retention period that ends with the day `due_on` has passed on `today`."""
    return today > due_on


@dataclass(frozen=True, slots=True)
class _Found:
    """A line with what the facts say of its trigger (a date, a missing fact, or nothing yet) and of its condition."""

    line: Line
    counts: bool
    event: Event
    starts_on: date | None = None
    due_on: date | None = None

    @classmethod
    def of(cls, line: Line, facts: Facts, rule: Rule) -> "_Found":
        fits = applies(line.when, facts) if line.confirmed else False
        if isinstance(fits, Fact):
            return cls(line, True, fits)
        event = event_of(line, facts) if fits else None
        if not isinstance(event, date) or event == FOREVER:
            return cls(line, fits, event, None, FOREVER if event == FOREVER else None)
        start = line.delay.after(event) if line.delay else event
        end = line.term.after(start)
        return cls(line, fits, event, start, end if line.bound is Bound.MAXIMUM else rounded(end, rule.rounding))

    def candidate(self, outcome: Outcome) -> Candidate:
        if not self.line.confirmed:
            return Candidate(self.line, Standing.UNCONFIRMED)
        if not self.counts:
            return Candidate(self.line, Standing.NOT_APPLICABLE)
        if isinstance(self.event, Fact):
            return Candidate(self.line, Standing.FACT_MISSING, missing=self.event)
        if self.event is None:
            return Candidate(self.line, Standing.NOT_STARTED)
        standing = _standing(self.due_on, outcome)
        if self.event == FOREVER:
            return Candidate(self.line, standing)
        return Candidate(self.line, standing, self.starts_on, self.due_on, event_on=self.event)


def _asking(found: tuple[_Found, ...], combine: Combine) -> tuple[_Found, ...]:
    """Ask for the named events without which nothing ends."""
    terms = [f for f in found if f.counts and f.line.bound is Bound.TERM]

    def asked(f: _Found) -> bool:
        needed = must_pass(f.line, combine) or terms == [f]
        return needed and f.counts and f.event is None and f.line.trigger is Trigger.NAMED_EVENT

    return tuple(replace(f, event=Fact.NAMED_EVENT) if asked(f) else f for f in found)


def _outcome(combine: Combine, found: Sequence[_Found]) -> Outcome:
    missing = _distinct(f.event for f in found if isinstance(f.event, Fact))
    terms = _ends(found, Bound.TERM)
    if missing or not terms:
        return Waiting(missing or (Fact.APPLICABLE_LINE,))
    base = _latest(terms) if combine is Combine.LATEST_OF else _earliest(terms)
    end = _latest([_earliest([base, *_ends(found, Bound.MAXIMUM)]), *_ends(found, Bound.MINIMUM)])
    if end is None:
        absent = (f.line.trigger for f in found if f.event is None and f.line.bound is not Bound.MAXIMUM)
        return NotStarted(_distinct(absent))
    return Kept() if end == FOREVER else Due(end)


def _ends(found: Iterable[_Found], bound: Bound) -> list[date | None]:
    return [f.due_on for f in found if f.line.bound is bound]


def _latest(ends: Sequence[date | None]) -> date | None:
    """The last of these ends: unknown as long as one of them is, unless one never comes."""
    known = [end for end in ends if end is not None]
    return max(known) if len(known) == len(ends) or FOREVER in known else None


def _earliest(ends: Sequence[date | None]) -> date | None:
    """The first of these ends that is known; what never comes is the first only when all are so."""
    known = [end for end in ends if end is not None]
    first = min(known, default=None)
    return None if first == FOREVER and len(known) < len(ends) else first


def _standing(due_on: date | None, outcome: Outcome) -> Standing:
    if isinstance(outcome, Waiting | NotStarted):
        return Standing.PENDING
    end = outcome.due_on if isinstance(outcome, Due) else FOREVER
    return Standing.GOVERNS if due_on == end else Standing.OVERRULED


_Name = TypeVar("_Name", bound=StrEnum)


def _distinct(values: Iterable[_Name]) -> tuple[_Name, ...]:
    return tuple(sorted(set(values)))
