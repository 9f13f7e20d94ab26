"""What a language must have words for, to explain a derivation.

A dataclass per language: a phrase that one of them lacks is a type error.
"""

from dataclasses import dataclass
from typing import Literal

from retention.schedule.facts import Fact
from retention.schedule.rules import Action, Bound, Combine, Rounding, Status, Trigger

Language = Literal["nl", "en"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Phrases:
    """One language: names of things, then sentences with their places between braces."""

    months: tuple[str, ...]
    units: dict[str, tuple[str, str]]
    and_: str
    trigger: dict[Trigger, str]
    status: dict[Status, str]
    fact: dict[Fact, str]
    rule: str
    since: str
    between: str
    opened: str
    last_change: str
    closed: str
    closed_undated: str
    still_open: str
    end_of_measure: str
    arrived: str
    sum: str
    sum_undated: str
    until: str
    overruled: dict[Combine, str]
    bounds: dict[Bound, str]
    rounding: dict[Rounding, str]
    delayed: str
    delayed_undated: str
    never_line: str
    not_applicable: str
    condition: dict[str, str]
    pending: str
    not_started_line: str
    missing_line: str
    due: dict[Action, str]
    due_open: str
    not_started: str
    waiting: str
    question: dict[Fact, str]
    kept: str
    unconfirmed: str
    note: str
    moves: dict[Trigger, str]
    hold: str
    part: str
    several: str
