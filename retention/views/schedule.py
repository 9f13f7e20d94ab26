"""The retention schedule as a page: for everyone who works here and, where the organisation so decides, for anyone."""

from dataclasses import dataclass
from itertools import groupby

from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from casefiles.models import Organisation
from retention import timing, wording
from retention.models import RuleVersion
from retention.schedule import Action, Line, Rule
from retention.schedule.explanation import condition_in_words, line_in_words


@dataclass(frozen=True, slots=True)
class Term:
    """One line in words: the sum, for whom it is, its legal standing, and whether it is applied."""

    text: str
    only_for: str
    status: str
    confidence: str
    confirmed: bool


@dataclass(frozen=True, slots=True)
class Row:
    """One category of the schedule, by the version in force."""

    code: str
    name: str
    rule: Rule
    terms: tuple[Term, ...]
    note: str
    action: str

    @property
    def initial(self) -> str:
        """The letter under which it is found."""
        return self.name[:1].upper()


@require_safe
def schedule(request: HttpRequest) -> HttpResponse:
    """Show every category with its terms, also those that wait for the privacy officer's confirmation."""
    return render(request, "retention/schedule/index.html", _context(_rows()))


@login_not_required
@require_safe
def published(request: HttpRequest) -> HttpResponse:
    """Show the schedule that is applied to anyone, without login; a 404 unless the organisation publishes it."""
    organisation = Organisation.objects.current()
    if organisation is None or not organisation.publishes_schedule:
        raise Http404
    applied = [row for row in _rows() if row.rule.applied or row.rule.action is Action.KEEP]
    context = _context(applied) | {"organisation": organisation.name}
    return render(request, "retention/schedule/published.html", context)


def _context(rows: list[Row]) -> dict[str, object]:
    groups = [(letter, list(found)) for letter, found in groupby(rows, key=lambda row: row.initial)]
    awaiting = sum(not term.confirmed for row in rows for term in row.terms)
    return {"groups": groups, "count": len(rows), "awaiting": awaiting, "today": timing.today()}


def _rows() -> list[Row]:
    versions = RuleVersion.objects.in_force(timing.today()).select_related("category")
    rows = [_row(version) for version in versions]
    return sorted(rows, key=lambda row: row.name.lower())


def _row(version: RuleVersion) -> Row:
    rule = version.rule
    return Row(
        code=version.category_id,
        name=str(version.category),
        rule=rule,
        terms=tuple(_term(line, rule) for line in rule.lines),
        note=getattr(rule.note, wording.language()) if rule.note else "",
        action=wording.action(rule.action),
    )


def _term(line: Line, rule: Rule) -> Term:
    language = wording.language()
    return Term(
        text=line_in_words(line, language, rule.rounding),
        only_for=condition_in_words(line.when, language) if line.when else "",
        status=wording.phrases().status[line.status],
        confidence=str(line.confidence),
        confirmed=line.confirmed,
    )
