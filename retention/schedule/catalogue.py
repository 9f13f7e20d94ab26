"""The shipped Dutch schedule: `retention/catalogue/*.toml`, read strictly.

A fault in a legal schedule must never be read around, so each one stops the reading, with the file and
the entry named.
"""

import tomllib
from collections.abc import Iterable, Iterator
from datetime import date
from importlib.resources import files
from importlib.resources.abc import Traversable
from itertools import pairwise
from typing import Any

import msgspec

from retention.schedule.rules import Code, Confidence, Line, Rule, Status, Text


class CatalogueError(ValueError):
    """The shipped schedule has a fault; the message names the file and the entry."""


class Category(msgspec.Struct, frozen=True, kw_only=True):
    """A kind of dossier, with every version of its rule, oldest first."""

    code: Code
    name: Text
    rules: tuple[Rule, ...]

    def rule_on(self, day: date) -> Rule | None:
        """The version in force on `day`, if there is one."""
        return next((rule for rule in self.rules if rule.in_force(day)), None)


def load(folder: Traversable | None = None) -> tuple[Category, ...]:
    """Every category of the shipped schedule (or of `folder`), by file name and then in the file's order.

    CatalogueError for: TOML that does not parse, an unknown or missing key, a blank citation, an unknown
    trigger, a term that is no period, a rule that may not exist, a category code twice, a version twice,
    validities that overlap, and a line of less than high confidence that is confirmed or that claims to
    be more than guidance or a proposal.
    """
    folder = folder if folder is not None else files("retention") / "catalogue"
    sources = sorted((f for f in folder.iterdir() if f.name.endswith(".toml")), key=lambda f: f.name)
    categories: dict[str, Category] = {}
    for source in sources:
        for category in _read(source):
            if category.code in categories:
                raise CatalogueError(f"{source.name}: category {category.code}: this code is there twice")
            categories[category.code] = category
    return tuple(categories.values())


class _Entry(msgspec.Struct, forbid_unknown_fields=True):
    """A category as it is written in TOML; its rules are read one by one, to name the faulty one."""

    code: Code
    name: Text
    rules: list[dict[str, Any]]


class _File(msgspec.Struct, forbid_unknown_fields=True):
    categories: list[dict[str, Any]]


def _read(source: Traversable) -> Iterator[Category]:
    try:
        entries = msgspec.convert(tomllib.loads(source.read_text(encoding="utf-8")), _File).categories
    except (msgspec.ValidationError, ValueError) as fault:  # TOML and UTF-8 faults are ValueErrors
        raise CatalogueError(f"{source.name}: {fault}") from fault
    for entry in entries:
        place = f"category {entry.get('code', '(no code)')}"
        try:
            yield _category(entry)
        except ValueError as fault:
            raise CatalogueError(f"{source.name}: {place}: {fault}") from fault


def _category(value: dict[str, Any]) -> Category:
    entry = msgspec.convert(value, _Entry)
    rules = tuple(_rule(entry.code, n, rule) for n, rule in enumerate(entry.rules, start=1))
    rules = tuple(sorted(rules, key=lambda rule: rule.valid_from))
    _check_versions(entry.code, rules)
    return Category(code=entry.code, name=entry.name, rules=rules)


def _rule(code: str, place: int, value: dict[str, Any]) -> Rule:
    try:
        rule = Rule.from_json({"category": code, **value})
        _check_confidence(rule.lines)
    except ValueError as fault:
        raise ValueError(f"rule {place}: {fault}") from fault
    return rule


def _check_confidence(lines: Iterable[Line]) -> None:
    for number, line in enumerate(lines, start=1):
        certain = line.confidence is Confidence.HIGH
        if line.confirmed is not certain:
            raise ValueError(f"line {number}: only what was read in the source itself ships as confirmed")
        if not certain and line.status not in (Status.GUIDANCE, Status.PROPOSAL):
            raise ValueError(f"line {number}: an uncertain line ships as guidance or as a proposal")


def _check_versions(code: str, rules: tuple[Rule, ...]) -> None:
    if not rules:
        raise ValueError("it has no rule")
    if any(rule.category != code for rule in rules):
        raise ValueError("a rule under it names another category")
    if len({rule.version for rule in rules}) < len(rules):
        raise ValueError("a version is there twice")
    for earlier, later in pairwise(rules):
        if earlier.valid_to is None or earlier.valid_to >= later.valid_from:
            raise ValueError(f"versions {earlier.version} and {later.version} overlap in validity")
