"""The retention schedule: facts and rules in, due dates with reasons out. Pure: no clock, no database.

`derive(rule, facts)` answers for one dossier, `sql` says the same to PostgreSQL for all of them, `load()`
gives the shipped Dutch catalogue, and `explain()` puts a derivation into words.
"""

from retention.schedule.catalogue import CatalogueError, Category, load
from retention.schedule.derivation import (
    Candidate,
    Derivation,
    Due,
    Fact,
    Facts,
    Kept,
    NotStarted,
    Outcome,
    Standing,
    Waiting,
    derive,
    is_due,
)
from retention.schedule.explanation import explain
from retention.schedule.period import Period
from retention.schedule.phrases import Language
from retention.schedule.rules import Action, Combine, Confidence, Line, Rule, Status, Text, Trigger
from retention.schedule.sql import Fragment, due_condition, due_date

__all__ = [
    "Action",
    "Candidate",
    "CatalogueError",
    "Category",
    "Combine",
    "Confidence",
    "Derivation",
    "Due",
    "Fact",
    "Facts",
    "Fragment",
    "Kept",
    "Language",
    "Line",
    "NotStarted",
    "Outcome",
    "Period",
    "Rule",
    "Standing",
    "Status",
    "Text",
    "Trigger",
    "Waiting",
    "derive",
    "due_condition",
    "due_date",
    "explain",
    "is_due",
    "load",
]
