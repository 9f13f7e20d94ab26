"""A derivation told as a person would tell it: rule, facts, sum, what lost, what is missing, what moves it.

Names no person. A birth date appears only when an applied line counts from it.
"""

from collections.abc import Iterable, Iterator
from datetime import date

from retention.schedule.derivation import (
    Candidate,
    Derivation,
    Due,
    Facts,
    Kept,
    NotStarted,
    Outcome,
    Standing,
    Waiting,
)
from retention.schedule.period import Period
from retention.schedule.phrases import PHRASES, Language, Phrases
from retention.schedule.rules import Rule, Text


def explain(derivation: Derivation, name: Text, language: Language) -> tuple[str, ...]:
    """Short sentences, in reading order, on how the outcome for a dossier of the category `name` arose."""
    words = PHRASES[language]
    return (
        _rule(derivation.rule, getattr(name, language), words),
        _facts(derivation.facts, words),
        *(_candidate(c, derivation.rule, words) for c in derivation.candidates if c.line.confirmed),
        *_outcome(derivation.outcome, derivation.facts, words),
        *(_unconfirmed(c, words) for c in derivation.candidates if not c.line.confirmed),
        *_remarks(derivation, language, words),
    )


def _rule(rule: Rule, name: str, words: Phrases) -> str:
    start = _day(rule.valid_from, words)
    validity = words.since.format(start=start)
    if rule.valid_to is not None:
        validity = words.between.format(start=start, end=_day(rule.valid_to, words))
    return words.rule.format(name=name, version=rule.version, validity=validity, ground=rule.ground)


def _facts(facts: Facts, words: Phrases) -> str:
    told = [
        words.opened.format(day=_day(facts.opened_on, words)),
        words.last_change.format(day=_day(facts.last_change_on, words)),
    ]
    if facts.end_of_measure_on is not None:
        told.append(words.end_of_measure.format(day=_day(facts.end_of_measure_on, words)))
    if facts.closed_on is not None:
        told.append(words.closed.format(day=_day(facts.closed_on, words)))
    else:
        told.append(words.closed_undated if facts.is_closed else words.still_open)
    return _sentence(", ".join(told) + ".")


def _candidate(candidate: Candidate, rule: Rule, words: Phrases) -> str:
    if candidate.missing is not None:
        fact = words.fact[candidate.missing]
        return words.missing_line.format(sum=_undated(candidate, words), fact=fact)
    if candidate.starts_on is None or candidate.due_on is None:
        return words.not_started_line.format(sum=_undated(candidate, words))
    total = _sentence(
        words.sum.format(
            trigger=words.trigger[candidate.line.trigger],
            start=_day(candidate.starts_on, words),
            term=_term(candidate.line.term, words),
            end=_day(candidate.due_on, words),
            citation=candidate.line.citation,
        )
    )
    if candidate.standing is Standing.OVERRULED:
        return words.overruled[rule.combine].format(sum=total)
    return words.pending.format(sum=total) if candidate.standing is Standing.PENDING else total


def _outcome(outcome: Outcome, facts: Facts, words: Phrases) -> Iterator[str]:
    match outcome:
        case Due(due_on):
            yield words.due.format(end=_day(due_on, words))
            if not facts.is_closed:
                yield words.due_open
        case NotStarted(triggers):
            yield words.not_started.format(triggers=_joined((words.trigger[t] for t in triggers), words))
        case Waiting(missing):
            yield words.waiting.format(facts=_joined((words.fact[fact] for fact in missing), words))
            yield from (words.question[fact] for fact in missing)
        case Kept():
            yield words.kept


def _unconfirmed(candidate: Candidate, words: Phrases) -> str:
    status = words.status[candidate.line.status]
    total = _undated(candidate, words)
    return words.unconfirmed.format(sum=total[0].lower() + total[1:], status=status)


def _remarks(derivation: Derivation, language: Language, words: Phrases) -> Iterator[str]:
    """What the rule's author noted, what would move the date, and what a hold does."""
    if derivation.rule.note is not None:
        yield words.note.format(note=getattr(derivation.rule.note, language))
    started = dict.fromkeys(c.line.trigger for c in derivation.candidates if c.starts_on is not None)
    yield from (words.moves[trigger] for trigger in started)
    if isinstance(derivation.outcome, Due):
        yield words.hold


def _undated(candidate: Candidate, words: Phrases) -> str:
    line = candidate.line
    trigger, term = words.trigger[line.trigger], _term(line.term, words)
    return _sentence(words.sum_undated.format(trigger=trigger, term=term, citation=line.citation))


def _day(day: date, words: Phrases) -> str:
    return f"{day.day} {words.months[day.month - 1]} {day.year}"


def _term(term: Period, words: Phrases) -> str:
    return _joined((f"{n} {words.units[unit][n != 1]}" for unit, n in term.parts.items()), words)


def _joined(parts: Iterable[str], words: Phrases) -> str:
    return words.and_.join(parts)


def _sentence(text: str) -> str:
    return text[0].upper() + text[1:]
