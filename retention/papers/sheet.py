"""A document in words, in one language: what a page of ours and a PDF both show. Everything here is text."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Line:
    """A name and what it says; a `code` is set so that it can be compared character by character."""

    label: str
    value: str
    code: bool = False


@dataclass(frozen=True, slots=True)
class Table:
    """Rows under their headings; every row has as many cells as there are headings."""

    caption: str
    headings: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


@dataclass(frozen=True, slots=True)
class Signed:
    """Who did something, in which part, and when."""

    name: str
    part: str
    when: str


@dataclass(frozen=True, slots=True)
class Block:
    """A heading, and below it lines, paragraphs, people and tables, in that order; any of them may be empty."""

    heading: str
    lines: tuple[Line, ...] = ()
    text: tuple[str, ...] = ()
    people: tuple[Signed, ...] = ()
    tables: tuple[Table, ...] = ()


@dataclass(frozen=True, slots=True)
class Code:
    """A QR code: what it holds, words for who cannot see it, what stands beside it, and its width in millimetres."""

    content: str
    alternative: str
    beside: Block
    width: int = 36


@dataclass(frozen=True, slots=True)
class Sheet:
    """A whole document. The `appendix` begins on a page of its own."""

    language: str
    organisation: str
    title: str
    subtitle: str
    lead: str
    blocks: tuple[Block, ...]
    foot: str
    code: Code | None = None
    appendix: tuple[Block, ...] = ()
