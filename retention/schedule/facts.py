"""What is known of one dossier, or of one item in it, when its term is worked out."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum


class Fact(StrEnum):
    """A fact that can be missing though it ought to be known: each is a question to a person."""

    CLOSING_DATE = "closing_date"
    BIRTH_DATE = "birth_date"
    FAMILY_BIRTH_DATE = "family_birth_date"
    END_OF_MEASURE = "end_of_measure"
    ARRIVAL_DATE = "arrival_date"
    NAMED_EVENT = "named_event"
    DECISION_START = "decision_start"
    DECISION_EXPIRY = "decision_expiry"
    PARENT_CASE = "parent_case"
    RELATED_CASE = "related_case"
    CREATION_DATE = "creation_date"
    FLAG = "flag"
    ORGANISATION = "organisation"
    APPLICABLE_LINE = "applicable_line"


Ends = tuple[date | None, ...]
"""The closing dates of other dossiers, None for one that is still open; empty when none is recorded."""


@dataclass(frozen=True, slots=True)
class Decision:
    """A decision that grants something: from when, and until when if it says so."""

    start: date
    expiry: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """What is known: calendar dates in the Netherlands, None where unknown or not yet so.

    `birth_date` is that of the youngest young person in the file, `family_birth_date` that of the youngest
    child of the whole family in it; each is None as soon as one of them has no known birth date, for the term
    must cover each of them. They and the events stay out of `repr`, and so out of logs. `created_on` is the
    item's own date, for a dossier that of its newest item. `kind` and `organisation` are codes, "" where
    unknown. A flag that is not in `flags` was never answered. ValueError for an open dossier with a closing date.
    """

    opened_on: date
    last_change_on: date
    is_closed: bool
    closed_on: date | None = None
    birth_date: date | None = field(default=None, repr=False)
    family_birth_date: date | None = field(default=None, repr=False)
    end_of_measure_on: date | None = None
    arrived_on: date | None = field(default=None, repr=False)
    events: Mapping[str, date] = field(default_factory=dict, repr=False)
    decisions: tuple[Decision, ...] = ()
    parent_ends: Ends = ()
    related_ends: Ends = ()
    created_on: date | None = None
    kind: str = ""
    organisation: str = ""
    flags: Mapping[str, bool] = field(default_factory=dict, repr=False)

    def __post_init__(self) -> None:
        if self.closed_on is not None and not self.is_closed:
            raise ValueError("an open dossier has no closing date")
