"""The retention schedule: facts and rules in, due dates with reasons out. Pure: no clock, no database.

`derive(rule, facts)` answers for one dossier, `sql` says the same to PostgreSQL for all of them, `load()`
gives the shipped Dutch catalogue, and `explain()` puts a derivation into words.
"""

from retention.schedule.catalogue import CatalogueError, Category, load
from retention.schedule.comparison import may_shorten
from retention.schedule.derivation import (
    Candidate,
    Derivation,
    Due,
    Kept,
    NotStarted,
    Outcome,
    Standing,
    Waiting,
    derive,
    is_due,
)
from retention.schedule.explanation import explain, questions
from retention.schedule.facts import Decision, Fact, Facts
from retention.schedule.period import Period
from retention.schedule.rules import (
    Action,
    Bound,
    Combine,
    Condition,
    Confidence,
    Dated,
    Line,
    Named,
    Part,
    Rounding,
    Rule,
    Status,
    Text,
    Trigger,
)
from retention.schedule.several import longest
from retention.schedule.sql import Fragment, due_condition, due_date, reads_same
from retention.schedule.words import Language

__all__ = [
    "Action",
    "Bound",
    "Candidate",
    "CatalogueError",
    "Category",
    "Combine",
    "Condition",
    "Confidence",
    "Dated",
    "Decision",
    "Derivation",
    "Due",
    "Fact",
    "Facts",
    "Fragment",
    "Kept",
    "Language",
    "Line",
    "Named",
    "NotStarted",
    "Outcome",
    "Part",
    "Period",
    "Rounding",
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
    "longest",
    "may_shorten",
    "questions",
    "reads_same",
]
