"""What a retention rule is: lines of trigger and term with their legal ground, and how they combine.

A rule version is a value. It is stored as JSON, and its hash stands on every receipt made under it.
"""

import hashlib
from datetime import date
from enum import StrEnum
from typing import Annotated, Any, Self

import msgspec
import rfc8785

from retention.schedule.period import NOTHING, Period

Words = Annotated[str, msgspec.Meta(pattern=r"\S")]
"""Text that says something: a citation or a name is never blank."""

Code = Annotated[str, msgspec.Meta(pattern=r"^[a-z][a-z0-9]*(-[a-z0-9]+)*$")]
"""A category's code, such as `veilig-thuis`: it stands in import packages and on receipts."""


class Trigger(StrEnum):
    """The event that starts a term."""

    LAST_SUBSTANTIVE_CHANGE = "last_substantive_change"
    CLOSURE = "closure"
    BIRTH = "birth"  # of the youngest young person in the file
    MAJORITY = "majority"  # that young person's eighteenth birthday
    YOUNGEST_CHILD_18 = "youngest_child_18"  # of the whole family in the file, brothers and sisters included
    END_OF_MEASURE = "end_of_measure"
    ARRIVAL = "arrival"  # of an adopted child in the Netherlands
    NAMED_EVENT = "named_event"  # the line names it
    DECISION_START = "decision_start"  # the latest, of several decisions
    DECISION_EXPIRY = "decision_expiry"
    PARENT_END = "parent_end"  # closure of the main case, for a part of it that has a dossier of its own
    RELATED_END = "related_end"  # closure of the last of the related dossiers
    OWN_CREATION = "own_creation"  # of the item itself; of a dossier: of its newest item
    FIXED_DATE = "fixed_date"  # the line gives it
    NEVER = "never"


class Combine(StrEnum):
    """Which line's date governs when a rule has several lines."""

    LATEST_OF = "latest_of"
    EARLIEST_OF = "earliest_of"


class Bound(StrEnum):
    """What a line's date is to the rule: its term, or the least or the most that the term may come to.

    Where a least and a most contradict each other the least wins: what is gone does not come back.
    """

    TERM = "term"
    MINIMUM = "minimum"
    MAXIMUM = "maximum"


class Rounding(StrEnum):
    """To which day a term is rounded up; never a maximum, which would then be passed."""

    NONE = "none"
    MONTH_END = "month_end"
    YEAR_END = "year_end"


class Dated(StrEnum):
    """The date that a condition looks at: one that every dossier always has."""

    OPENED = "opened"
    LAST_CHANGE = "last_change"
    CREATED = "created"


class Action(StrEnum):
    """What happens when the term has passed (appraisal, in Dutch: waardering)."""

    DESTROY = "destroy"
    REVIEW = "review"  # a person looks first; nothing is put on a destruction list
    TRANSFER = "transfer"  # to an archive
    KEEP = "keep"


class Status(StrEnum):
    """The legal standing of a line's source."""

    STATUTE = "statute"
    SELECTIELIJST = "selectielijst"
    GUIDANCE = "guidance"
    PROPOSAL = "proposal"


class Confidence(StrEnum):
    """How the source was seen: H in its own text, M in a secondary source, L from memory."""

    HIGH = "H"
    MIDDLE = "M"
    LOW = "L"


class _Value(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, omit_defaults=True):
    """Immutable and strict. Fields at their default are left out of the JSON, so that a field which a
    later release adds (with a default) does not change the hash of a rule that is already on receipts.
    """


class Text(_Value, frozen=True):
    """The same words in Dutch and in English."""

    nl: Words
    en: Words


class Named(_Value, frozen=True):
    """An event or a flag that a rule itself names: the code under which it is stored, and its words."""

    code: Code
    nl: Words
    en: Words


class Condition(_Value, frozen=True):
    """When a line applies: all that is said here must hold, and what is not said is not asked.

    `kinds` and `organisations` are codes, one of which must fit. `before` and `since` look at the date that
    `dated` names (`since` includes its day, `before` does not). `flag` is a yes or no that a person answers;
    `flagged` is the answer at which the line applies. ValueError for a condition that says nothing.
    """

    kinds: tuple[Code, ...] = ()
    organisations: tuple[Code, ...] = ()
    dated: Dated = Dated.OPENED
    since: date | None = None
    before: date | None = None
    flag: Named | None = None
    flagged: bool = True

    def __post_init__(self) -> None:
        if not (self.kinds or self.organisations or self.since or self.before or self.flag):
            raise ValueError("a condition says when its line applies")


class Line(_Value, frozen=True):
    """One term of a rule: `term` after `trigger`, by the source in `citation`.

    `citation` names Dutch law in Dutch: it is a name, the same in every language. A line that is not
    `confirmed` is shown but never applied; confirming it is the privacy officer's decision.
    `event` belongs to the trigger "named event", `on` to "fixed date". `delay` lies between the event and the
    start of the term (the process term, "procestermijn", of the official selection list). `when` None: always.
    ValueError when built otherwise.
    """

    trigger: Trigger
    term: Period
    citation: Words
    status: Status
    confidence: Confidence
    confirmed: bool
    event: Named | None = None
    on: date | None = None
    delay: Period | None = None
    bound: Bound = Bound.TERM
    when: Condition | None = None

    def __post_init__(self) -> None:
        if (self.event is not None) != (self.trigger is Trigger.NAMED_EVENT):
            raise ValueError("a line names an event exactly when an event by name starts it")
        if (self.on is not None) != (self.trigger is Trigger.FIXED_DATE):
            raise ValueError("a line gives a date exactly when a fixed date starts it")
        if self.trigger is Trigger.NEVER and (self.term != NOTHING or self.delay is not None):
            raise ValueError("what never starts has the term P0D")


class _Terms(_Value, frozen=True):
    """Lines, how they combine, and what then happens: what a rule and a part of one have in common."""

    lines: tuple[Line, ...] = ()
    combine: Combine = Combine.LATEST_OF
    action: Action = Action.DESTROY
    rounding: Rounding = Rounding.NONE
    citation: Words | None = None

    def __post_init__(self) -> None:
        if self.action is Action.KEEP:
            if self.lines or self.citation is None:
                raise ValueError("a rule that keeps has a citation of its own and no lines")
        elif self.citation is not None or not any(line.bound is Bound.TERM for line in self.lines):
            raise ValueError("a rule that ends has a line with its term, and its citations are on its lines")

    @property
    def applied(self) -> tuple[Line, ...]:
        """The confirmed lines, in order: a clock stores one resolved trigger date for each of them."""
        return tuple(line for line in self.lines if line.confirmed)

    @property
    def conditions(self) -> tuple[Condition, ...]:
        """The conditions of the lines that are applied."""
        return tuple(line.when for line in self.applied if line.when is not None)

    @property
    def ground(self) -> str:
        """The legal ground of the whole: the citations that are applied, of a rule that awaits confirmation all."""
        if self.citation is not None:
            return self.citation
        return "; ".join(dict.fromkeys(line.citation for line in self.applied or self.lines))


class Part(_Terms, frozen=True, kw_only=True):
    """Items with a term of their own inside a dossier, such as video: those of the document types `covers`.

    Its clock runs per item. When the dossier as a whole ends, its parts go with it.
    """

    code: Code
    name: Text
    covers: tuple[Code, ...]


class Rule(_Terms, frozen=True, kw_only=True):
    """A version of the retention rule of one category.

    In force from `valid_from` up to and including `valid_to` (None: no end known). A rule that ends has at
    least one line that is no mere bound; as long as no such line is confirmed nothing comes due by it. A rule
    that keeps has no lines, and therefore bears its `citation` itself. ValueError when built otherwise.
    """

    category: Code
    version: int
    valid_from: date
    valid_to: date | None = None
    note: Text | None = None
    parts: tuple[Part, ...] = ()

    def __post_init__(self) -> None:
        if self.version < 1:
            raise ValueError("versions count from 1")
        if self.valid_to is not None and self.valid_to < self.valid_from:
            raise ValueError("valid_to lies before valid_from")
        super().__post_init__()
        if len({part.code for part in self.parts}) < len(self.parts):
            raise ValueError("two parts have the same code")

    def of_part(self, part: Part) -> Self:
        """The rule for the items of one of its parts, to be derived with the facts of such an item."""
        terms = {name: getattr(part, name) for name in _Terms.__struct_fields__}
        return msgspec.structs.replace(self, parts=(), note=None, **terms)

    def in_force(self, day: date) -> bool:
        """Whether `day` lies within the validity of this version, both ends included."""
        return self.valid_from <= day and (self.valid_to is None or day <= self.valid_to)

    def to_json(self) -> dict[str, Any]:
        """The rule as plain JSON values: what the database stores."""
        plain: dict[str, Any] = msgspec.to_builtins(self, enc_hook=str)  # str: of a Period
        return plain

    @classmethod
    def from_json(cls, value: object) -> Self:
        """The rule that `value` describes: the inverse of `to_json`.

        msgspec.ValidationError, naming the place, for an unknown or missing field, a value of the wrong
        type, or a rule that may not exist.
        """
        return msgspec.convert(value, cls, dec_hook=_read)

    def canonical(self) -> bytes:
        """The rule in canonical JSON (RFC 8785): the same bytes for the same rule, always."""
        return rfc8785.dumps(self.to_json())

    def digest(self) -> str:
        """SHA-256 of `canonical()`, in 64 lower-case hexadecimal digits: the rule's hash on receipts."""
        return hashlib.sha256(self.canonical()).hexdigest()


def _read(kind: type, value: object) -> Period:
    if kind is Period and isinstance(value, str):
        return Period(value)
    raise ValueError("expected a period such as P20Y, P1Y6M, P4W or P42D, as text")
