"""Dates, terms and triggers in words: what the sentences of an explanation are made of."""

from collections.abc import Iterable
from datetime import date

from retention.schedule.period import Period
from retention.schedule.phrases import PHRASES
from retention.schedule.rules import Line
from retention.schedule.words import Language, Phrases


def day_in_words(day: date, words: Phrases) -> str:
    """A date in full: "1 januari 2020"."""
    return f"{day.day} {words.months[day.month - 1]} {day.year}"


def term_in_words(term: Period, words: Phrases) -> str:
    """A term in full: "1 jaar en 6 maanden"; that of nothing in days."""
    parts = term.parts or {"days": 0}
    return joined((f"{n} {words.units[unit][n != 1]}" for unit, n in parts.items()), words)


def trigger_in_words(line: Line, language: Language) -> str:
    """What starts a line, without a capital: for an event that the rule names, its name."""
    if line.event is not None:
        return str(getattr(line.event, language))
    return PHRASES[language].trigger[line.trigger]


def joined(parts: Iterable[str], words: Phrases) -> str:
    """The parts with "and" between them."""
    return words.and_.join(parts)


def sentence(text: str) -> str:
    """The text with a capital."""
    return text[0].upper() + text[1:]
