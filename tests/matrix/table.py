"""Reading access.md, the table of who may open which page: sections with a table of answers and a list of pages."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from django.urls import URLPattern, URLResolver, get_resolver

TABLE = Path(__file__).with_name("access.md")
ANY = "any"
ANSWERS = {"yes", "reads", "no", "hidden", "login"}


@dataclass
class Section:
    """One kind of page: `answers` by (who, case), and the names of the pages that answer so."""

    title: str
    answers: dict[tuple[str, str], str] = field(default_factory=dict)
    pages: list[str] = field(default_factory=list)


def sections(text: str) -> list[Section]:
    """Return the sections in order. Raises ValueError for a word in a table that is no answer."""
    return [_section(part) for part in text.split("\n## ")[1:]]


def _section(part: str) -> Section:
    title, _, rest = part.partition("\n")
    section = Section(title)
    head: list[str] = []
    for line in rest.splitlines():
        if line.startswith("|"):
            cells = [cell.strip() for cell in line.strip("|").split("|")]
            if not head:
                head = cells
            elif not set(cells[0]) <= {"-", " "}:
                _answers(section, head, cells)
        elif page := re.match(r"- `(\S+)`", line):
            section.pages.append(page.group(1))
    return section


def _answers(section: Section, head: list[str], cells: list[str]) -> None:
    for case, answer in zip(head[1:], cells[1:], strict=True):
        if answer not in ANSWERS:
            raise ValueError(f"{section.title}: {answer!r} is none of {sorted(ANSWERS)}")
        section.answers[cells[0], case] = answer


def addresses(resolver: URLResolver | None = None, before: str = "", space: str = "") -> Mapping[str, str]:
    """Return every address of the product: its name and its pattern."""
    found: dict[str, str] = {}
    for pattern in (resolver or get_resolver()).url_patterns:
        here = f"{before}{pattern.pattern}"
        if isinstance(pattern, URLPattern):
            found[f"{space}{pattern.name}"] = here
        else:
            found |= addresses(pattern, here, f"{pattern.namespace}:" if pattern.namespace else space)
    return found
