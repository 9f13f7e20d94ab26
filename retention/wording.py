"""The schedule's own words in the reader's language, for pages."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from django.utils.translation import get_language, pgettext
from django.utils.translation import gettext as _

from retention.schedule import Action, Bound, Combine, Language, Line, Rounding, Rule
from retention.schedule.phrases import PHRASES
from retention.schedule.words import Phrases


def language() -> Language:
    """Return the language of the page, as the schedule names it."""
    return "nl" if (get_language() or "nl").startswith("nl") else "en"


def phrases() -> Phrases:
    """Return the schedule's words in that language."""
    return PHRASES[language()]


def term(parts: Mapping[str, int]) -> str:
    """Return a term in words, "1 year 6 months", from `Period.parts`."""
    units = phrases().units
    return " ".join(f"{number} {units[unit][number != 1]}" for unit, number in parts.items())


def action(what: Action) -> str:
    """Return what happens when the term has passed."""
    return {
        Action.DESTROY: _("destroy after review by two members of staff"),
        Action.REVIEW: _("review again"),
        Action.TRANSFER: _("transfer to an archive"),
        Action.KEEP: _("keep permanently"),
    }[what]


def bound(what: Bound) -> str:
    """Return what a line is to its rule: the term itself, or the least or the most that it may come to."""
    return {Bound.TERM: _("the term"), Bound.MINIMUM: _("at least"), Bound.MAXIMUM: _("at most")}[what]


def rounding(what: Rounding) -> str:
    """Return to which day a term is rounded up."""
    return {
        Rounding.NONE: _("on the day"),
        Rounding.MONTH_END: _("up to the end of the month"),
        Rounding.YEAR_END: _("up to the end of the year"),
    }[what]


def line(one: Line) -> str:
    """Return a line of a rule in words: "at most 20 years from last substantive change"."""
    trigger = getattr(one.event, language()) if one.event else phrases().trigger[one.trigger]
    told = _("%(term)s from %(trigger)s") % {"term": term(one.term.parts), "trigger": trigger}
    return told if one.bound is Bound.TERM else f"{bound(one.bound)} {told}"


@dataclass(frozen=True, slots=True)
class Part:
    """A piece of a rule's sentence. `old` is what it said before, "" when it says the same; `plain` is no choice."""

    text: str
    old: str = ""
    new: bool = False
    plain: bool = False


def sentence(rule: Rule, name: str, before: Rule | None = None) -> list[Part]:
    """Return a rule as one sentence in pieces, beside what an earlier rule said in the same place."""
    parts = [Part(_("Keep every"), plain=True), Part(name.lower())]
    if rule.lines:
        parts.append(Part(pgettext("how long a dossier is kept", "for"), plain=True))
        parts += _lines(rule, before)
    if rule.rounding is not Rounding.NONE or (before and before.rounding is not rule.rounding):
        same = before is None or before.rounding is rule.rounding
        parts.append(Part(rounding(rule.rounding), "" if same or not before else rounding(before.rounding), not same))
    parts.append(Part(_("and then"), plain=True) if rule.lines else Part(":", plain=True))
    was = before.action if before else rule.action
    return [*parts, Part(action(rule.action), action(was) if was is not rule.action else "", was is not rule.action)]


def _lines(rule: Rule, before: Rule | None) -> Iterator[Part]:
    joint = _("or, if that is later,") if rule.combine is Combine.LATEST_OF else _("or, if that is earlier,")
    olds = [line(each) for each in before.applied] if before else []
    for number, each in enumerate(rule.applied):
        if number:
            yield Part(joint, plain=True)
        text = line(each)
        old = olds[number] if number < len(olds) else ""
        yield Part(text, old if old != text else "", before is not None and old != text)
    for old in olds[len(rule.applied) :]:
        yield Part("", old)
