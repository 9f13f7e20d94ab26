"""The official selection list beside our own rules: what agrees, what differs, and taking results over as drafts.

Which rule a result belongs to is read from the citations, so that nothing has to be kept up to date beside them.
"""

import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from django.db import transaction
from django.utils.translation import gettext as _
from msgspec.structs import replace

from casefiles import journal
from casefiles.models import AccessEvent, User
from retention import rules, timing
from retention.lists import NotAllowed
from retention.models import Category, RuleChange, RuleVersion, SelectionFile
from retention.schedule import Action, Line, Period, Rule, Text
from retention.schedule.selection import Appraisal, Method, Result, Start, citation, line_of, start_of
from retention.schedule.selection_file import read

MOST_BYTES = 2 * 1024 * 1024  # the list of 2020 has 0.4 MiB
_CITED = re.compile(r"Selectielijst gemeenten (\d{4}), ([\d., en]+)")
_NUMBER = re.compile(r"\d+(?:\.\d+)+")


def take_in(content: bytes, *, by: User | None) -> SelectionFile:
    """Read a list in; the same file twice is one. `by` None is the system administrator at the terminal.

    Raises NotAllowed, and SelectionListError for what is no selection list.
    """
    if by is not None:
        rules.require_officer(by, "selection list")
    found = read(content)
    with transaction.atomic():
        stored, new = SelectionFile.objects.get_or_create(
            digest=hashlib.sha256(content).hexdigest(),
            defaults={"year": found.year, "content": content, "results": len(found.results), "read_by": by},
        )
        if new:
            ground = f"selection list {found.year} read"
            journal.record(AccessEvent.Action.CHANGE, by, ground=ground, results=len(found.results))
    return stored


class Standing(StrEnum):
    """What a result is to our rules."""

    AGREES = "agrees"  # a rule cites it, with the same term from the same event
    OTHER_START = "other_start"  # the same term, counted from another event
    OTHER_TERM = "other_term"  # a rule cites it, and says something else
    DRAFTED = "drafted"  # a change that is under way takes it over
    FREE = "free"  # no rule cites it
    WITHDRAWN = "withdrawn"  # the list has taken it back


@dataclass(frozen=True, slots=True)
class Row:
    """One result beside the rule that cites it; `category` None when there is none."""

    result: Result
    start: Start
    standing: Standing
    category: Category | None = None

    @property
    def may_be_taken(self) -> bool:
        """Whether a draft can be made of it: the list and our rule do not say the same yet."""
        wanted = self.standing in (Standing.FREE, Standing.OTHER_TERM, Standing.OTHER_START)
        fixed = self.result.appraisal is Appraisal.KEEP or self.result.from_birth
        return wanted and (fixed or bool(self.start.methods))


def report(stored: SelectionFile) -> list[Row]:
    """Return every result beside our rules, in five statements."""
    found, cited = read(bytes(stored.content)), _cited(stored.year)
    drafted = _drafted(stored.year)
    categories = {each.pk: each for each in Category.objects.all()}
    return [_row(result, stored.year, cited, drafted, categories) for result in found.results]


def _row(
    result: Result,
    year: int,
    cited: Mapping[str, Rule],
    drafted: Mapping[str, str],
    categories: Mapping[str, Category],
) -> Row:
    start = start_of(result)
    if result.appraisal is Appraisal.WITHDRAWN:
        return Row(result, start, Standing.WITHDRAWN)
    if result.number in drafted:
        return Row(result, start, Standing.DRAFTED, categories[drafted[result.number]])
    rule = cited.get(result.number)
    if rule is None:
        return Row(result, start, Standing.FREE)
    return Row(result, start, _standing(result, start, rule, year), categories[rule.category])


def _standing(result: Result, start: Start, rule: Rule, year: int) -> Standing:
    if result.appraisal is Appraisal.KEEP or rule.action is Action.KEEP:
        both = result.appraisal is Appraisal.KEEP and rule.action is Action.KEEP
        return Standing.AGREES if both else Standing.OTHER_TERM
    lines = [line for line in rule.lines if result.number in numbers(line.citation, year)]
    same = [line for line in lines if result.term is not None and line.term == result.term]
    if not same:
        return Standing.OTHER_TERM
    methods = start.methods or ((None,) if result.from_birth else ())
    fitting = {line_of(result, year, method, _estimate(method)).trigger for method in methods}
    return Standing.AGREES if any(line.trigger in fitting for line in same) else Standing.OTHER_START


def _estimate(method: Method | None) -> Period | None:
    return Period("P1Y") if method is Method.PROCESS_TERM else None  # any: only the event is looked at


def numbers(text: str, year: int) -> set[str]:
    """Return the numbers of the list of a year that a citation names: "…, 8.1.2 en 8.3.2" names two."""
    found = (match for match in _CITED.finditer(text) if int(match[1]) == year)
    return {number for match in found for number in _NUMBER.findall(match[2])}


def _cited(year: int) -> dict[str, Rule]:
    """Return for each number that our rules cite the newest published rule that does."""
    newest = RuleVersion.objects.order_by("category_id", "-version").distinct("category_id")
    found: dict[str, Rule] = {}
    for rule in (version.rule for version in newest):
        for number in _all_numbers(rule, year):
            found.setdefault(number, rule)
    return found


def _drafted(year: int) -> dict[str, str]:
    """Return the category whose open change cites a number: there is room for one change at a time."""
    found: dict[str, str] = {}
    for change in RuleChange.objects.filter(state__in=RuleChange.OPEN):
        found |= dict.fromkeys(_all_numbers(change.rule, year), change.category_id)
    return found


def _all_numbers(rule: Rule, year: int) -> set[str]:
    texts = (rule.citation or "", *(line.citation for line in rule.lines))
    return {number for text in texts for number in numbers(text, year)}


@dataclass(frozen=True, slots=True)
class Choice:
    """A result to take over, by the method that a person chose; `estimate` is the process term of "termijn"."""

    number: str
    method: Method | None = None
    estimate: Period | None = None


def take_over(stored: SelectionFile, choice: Choice, *, by: User) -> RuleChange:
    """Make a draft of a result: of the rule that cites it, or of a new category. A second officer approves it.

    Raises NotAllowed: for who is no officer, a result that cannot be taken over now, and a method that does not fit.
    """
    rules.require_officer(by, f"selection list {stored.year}")
    row = next((row for row in report(stored) if row.result.number == choice.number), None)
    if row is None or not row.may_be_taken:
        raise NotAllowed(_("Result %s cannot be taken over now.") % choice.number)
    result, method = row.result, choice.method or row.start.method
    try:
        line = line_of(result, stored.year, method, choice.estimate) if result.term else None
    except ValueError:
        raise NotAllowed(_("Choose for result %s from which event its term counts.") % choice.number) from None
    reason = _("Taken over from the selection list of %(year)d: result %(number)s, %(name)s.")
    told = reason % {"year": stored.year, "number": result.number, "name": result.title}
    with transaction.atomic():
        category = row.category or _new_category(result)
        before = rules.newest(category)
        rule = _rule(result, stored.year, line, before.rule if before else None, category)
        return rules.adopt(category, rule, told, by=by)


def _new_category(result: Result) -> Category:
    name = result.title[:120]
    values = {"name_nl": name, "name_en": name}  # the list is in Dutch; the officers may say it in English
    return Category.objects.get_or_create(code=f"sl-{result.number.replace('.', '-')}", defaults=values)[0]


def _rule(result: Result, year: int, line: Line | None, before: Rule | None, category: Category) -> Rule:
    note = Text(nl=result.explanation, en=result.explanation) if result.explanation else None
    plain = before or Rule(
        category=category.pk, version=1, valid_from=timing.today(), action=Action.KEEP, citation="-", note=note
    )
    if line is None:
        kept = citation(year, result.number)
        return replace(plain, action=Action.KEEP, lines=(), parts=(), citation=kept)
    return replace(plain, action=Action.DESTROY, citation=None, lines=_lines(plain.lines, line, result.number, year))


def _lines(old: tuple[Line, ...], line: Line, number: str, year: int) -> tuple[Line, ...]:
    """Put the line in the place of those that cite its number; what they say beside that stays."""
    if not any(number in numbers(each.citation, year) for each in old):
        return (line,)
    return tuple(
        replace(line, citation=each.citation, bound=each.bound, when=each.when)
        if number in numbers(each.citation, year)
        else each
        for each in old
    )
