"""What a retention rule is: lines of trigger and term with their legal ground, and how they combine.

A rule version is a value. It is stored as JSON, and its hash stands on every receipt made under it.
"""

import hashlib
from datetime import date
from enum import StrEnum
from typing import Annotated, Any, Self

import msgspec
import rfc8785

from retention.schedule.period import Period

Words = Annotated[str, msgspec.Meta(pattern=r"\S")]
"""Text that says something: a citation or a name is never blank."""

Code = Annotated[str, msgspec.Meta(pattern=r"^[a-z][a-z0-9]*(-[a-z0-9]+)*$")]
"""A category's code, such as `veilig-thuis`: it stands in import packages and on receipts."""


class Trigger(StrEnum):
    """The event that starts a term."""

    LAST_SUBSTANTIVE_CHANGE = "last_substantive_change"
    CLOSURE = "closure"
    BIRTH = "birth"


class Combine(StrEnum):
    """Which line's date governs when a rule has several lines."""

    LATEST_OF = "latest_of"
    EARLIEST_OF = "earliest_of"


class Action(StrEnum):
    """What happens when the term has passed (appraisal, in Dutch: waardering)."""

    DESTROY = "destroy"
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


class Line(_Value, frozen=True):
    """One term of a rule: `term` after `trigger`, by the source in `citation`.

    `citation` names Dutch law in Dutch: it is a name, the same in every language. A line that is not
    `confirmed` is shown but never applied; confirming it is the privacy officer's decision.
    """

    trigger: Trigger
    term: Period
    citation: Words
    status: Status
    confidence: Confidence
    confirmed: bool


class Rule(_Value, frozen=True):
    """A version of the retention rule of one category.

    In force from `valid_from` up to and including `valid_to` (None: no end known). A rule that destroys
    has at least one confirmed line; "at most" is said by `earliest_of`. A rule that keeps has no lines,
    and therefore bears its `citation` itself. ValueError when built otherwise.
    """

    category: Code
    version: int
    valid_from: date
    valid_to: date | None = None
    lines: tuple[Line, ...] = ()
    combine: Combine = Combine.LATEST_OF
    action: Action = Action.DESTROY
    citation: Words | None = None
    note: Text | None = None

    def __post_init__(self) -> None:
        if self.version < 1:
            raise ValueError("versions count from 1")
        if self.valid_to is not None and self.valid_to < self.valid_from:
            raise ValueError("valid_to lies before valid_from")
        if self.action is Action.KEEP and (self.lines or self.citation is None):
            raise ValueError("a rule that keeps has a citation of its own and no lines")
        if self.action is Action.DESTROY and (not self.applied or self.citation is not None):
            raise ValueError("a rule that destroys has a confirmed line, and its citations are on its lines")

    @property
    def applied(self) -> tuple[Line, ...]:
        """The confirmed lines, in order: a clock stores one resolved trigger date for each of them."""
        return tuple(line for line in self.lines if line.confirmed)

    @property
    def ground(self) -> str:
        """The legal ground of the rule as a whole: the citations that are applied."""
        if self.citation is not None:
            return self.citation
        return "; ".join(dict.fromkeys(line.citation for line in self.applied))

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
