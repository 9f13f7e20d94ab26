"""A derivation told as a person would tell it: rule, facts, sum, what lost, what is missing, what moves it.

Names no person. A birth date appears only when an applied line counts from it.
"""

from collections.abc import Iterator, Sequence

from retention.schedule.derivation import (
    Candidate,
    Derivation,
    Due,
    Kept,
    NotStarted,
    Outcome,
    Standing,
    Waiting,
)
from retention.schedule.facts import Fact, Facts
from retention.schedule.period import NOTHING
from retention.schedule.phrases import PHRASES
from retention.schedule.rules import Bound, Combine, Condition, Line, Part, Rounding, Rule, Text, Trigger
from retention.schedule.telling import day_in_words, joined, sentence, term_in_words, trigger_in_words
from retention.schedule.words import Language, Phrases

Other = tuple[Text, Derivation]
"""Another record type in the same dossier: the name of its category, and its own derivation."""


def explain(derivation: Derivation, name: Text, language: Language, others: Sequence[Other] = ()) -> tuple[str, ...]:
    """Short sentences, in reading order, on how the outcome for a dossier of the category `name` arose.

    `others` are the derivations that `longest` passed over for this one.
    """
    words = PHRASES[language]
    return (
        _rule(derivation.rule, getattr(name, language), words),
        _facts(derivation.facts, words),
        *(_candidate(c, derivation, language) for c in derivation.candidates if c.line.confirmed),
        *_outcome(derivation, language),
        *_others(others, language),
        *(_part(part, language) for part in derivation.rule.parts),
        *(_unconfirmed(c, language) for c in derivation.candidates if not c.line.confirmed),
        *_remarks(derivation, language, words),
    )


def questions(derivation: Derivation, language: Language) -> tuple[str, ...]:
    """What to ask, and whom, before there is a date; nothing when no fact is missing."""
    if not isinstance(derivation.outcome, Waiting):
        return ()
    words = PHRASES[language]
    asked = {fact: words.question[fact] for fact in derivation.outcome.missing}
    named = [_question(c, language) for c in derivation.candidates if c.missing in (Fact.NAMED_EVENT, Fact.FLAG)]
    plain = [question for fact, question in asked.items() if fact not in (Fact.NAMED_EVENT, Fact.FLAG)]
    return tuple(dict.fromkeys([*plain, *named]))


def line_in_words(line: Line, language: Language, rounding: Rounding = Rounding.NONE) -> str:
    """A line without its dates: "Sluiting van het dossier + 5 jaar (Selectielijst ...)", its bound in front."""
    words = PHRASES[language]
    if line.trigger is Trigger.NEVER:
        return words.bounds[line.bound].format(sum=words.never_line.format(citation=line.citation).rstrip("."))
    trigger = trigger_in_words(line, language)
    if line.delay is not None:
        trigger = words.delayed_undated.format(trigger=trigger, delay=term_in_words(line.delay, words))
    phrase = words.until if line.term == NOTHING and line.delay is None else words.sum_undated
    total = sentence(phrase.format(trigger=trigger, term=_term(line, rounding, words), citation=line.citation))
    return words.bounds[line.bound].format(sum=total)


def condition_in_words(condition: Condition, language: Language) -> str:
    """When a line applies, as the end of "only for ..."."""
    words = PHRASES[language]
    said = [words.condition[name].format(codes=", ".join(codes))
            for name in ("kinds", "organisations") if (codes := getattr(condition, name))]  # fmt: skip
    dates = {name: day_in_words(day, words) for name in ("since", "before") if (day := getattr(condition, name))}
    if dates:
        what = words.condition[condition.dated]
        if len(dates) > 1:
            said.append(words.condition["between"].format(what=what, **dates))
        else:
            [(name, day)] = dates.items()
            said.append(words.condition[name].format(what=what, day=day))
    if condition.flag is not None:
        answer = words.condition["yes" if condition.flagged else "no"]
        said.append(answer.format(flag=getattr(condition.flag, language)))
    return joined(said, words)


def _rule(rule: Rule, name: str, words: Phrases) -> str:
    start = day_in_words(rule.valid_from, words)
    validity = words.since.format(start=start)
    if rule.valid_to is not None:
        validity = words.between.format(start=start, end=day_in_words(rule.valid_to, words))
    return words.rule.format(name=name, version=rule.version, validity=validity, ground=rule.ground)


def _facts(facts: Facts, words: Phrases) -> str:
    dated = (
        (words.opened, facts.opened_on),
        (words.last_change, facts.last_change_on),
        (words.arrived, facts.arrived_on),
        (words.end_of_measure, facts.end_of_measure_on),
        (words.closed, facts.closed_on),
    )
    told = [phrase.format(day=day_in_words(day, words)) for phrase, day in dated if day is not None]
    if facts.closed_on is None:
        told.append(words.closed_undated if facts.is_closed else words.still_open)
    return sentence(", ".join(told) + ".")


def _candidate(candidate: Candidate, derivation: Derivation, language: Language) -> str:
    words, line, rule = PHRASES[language], candidate.line, derivation.rule
    if candidate.starts_on is None or candidate.due_on is None:
        return _undated(candidate, rule, language)
    start = trigger_in_words(line, language)
    if line.delay is not None and candidate.event_on is not None:
        start = words.delayed.format(
            trigger=start,
            event=day_in_words(candidate.event_on, words),
            delay=term_in_words(line.delay, words),
        )
    total = words.sum.format(
        trigger=start,
        start=day_in_words(candidate.starts_on, words),
        term=_term(line, rule.rounding, words),
        end=day_in_words(candidate.due_on, words),
        citation=line.citation,
    )
    total = words.bounds[line.bound].format(sum=sentence(total))
    if candidate.standing is Standing.OVERRULED:
        later = derivation.due_on is None or candidate.due_on < derivation.due_on
        return words.overruled[Combine.LATEST_OF if later else Combine.EARLIEST_OF].format(sum=total)
    return words.pending.format(sum=total) if candidate.standing is Standing.PENDING else total


def _term(line: Line, rounding: Rounding, words: Phrases) -> str:
    return term_in_words(line.term, words) + ("" if line.bound is Bound.MAXIMUM else words.rounding[rounding])


def _undated(candidate: Candidate, rule: Rule, language: Language) -> str:
    words, line = PHRASES[language], candidate.line
    total = line_in_words(line, language, rule.rounding)
    if line.trigger is Trigger.NEVER and candidate.standing is not Standing.NOT_APPLICABLE:
        return total + "."
    if candidate.standing is Standing.NOT_APPLICABLE and line.when is not None:
        return words.not_applicable.format(sum=total, condition=condition_in_words(line.when, language))
    if candidate.missing is not None:
        return words.missing_line.format(sum=total, fact=words.fact[candidate.missing])
    return words.not_started_line.format(sum=total)


def _outcome(derivation: Derivation, language: Language) -> Iterator[str]:
    words, outcome = PHRASES[language], derivation.outcome
    yield _result(derivation.rule, outcome, language)
    if isinstance(outcome, Due) and not derivation.facts.is_closed:
        yield words.due_open
    yield from questions(derivation, language)


def _result(rule: Rule, outcome: Outcome, language: Language) -> str:
    words = PHRASES[language]
    match outcome:
        case Due(due_on):
            return words.due[rule.action].format(end=day_in_words(due_on, words))
        case NotStarted(triggers):
            named = [trigger_in_words(line, language) for line in rule.applied if line.trigger in triggers]
            return words.not_started.format(triggers=joined(dict.fromkeys(named), words))
        case Waiting(missing):
            return words.waiting.format(facts=joined((words.fact[fact] for fact in missing), words))
        case Kept():
            return words.kept


def _others(others: Sequence[Other], language: Language) -> Iterator[str]:
    for name, derivation in others:
        result = _result(derivation.rule, derivation.outcome, language)
        yield PHRASES[language].several.format(name=getattr(name, language), sentence=result)


def _part(part: Part, language: Language) -> str:
    sums = " ".join(line_in_words(line, language, part.rounding) + "." for line in part.applied)
    return PHRASES[language].part.format(name=getattr(part.name, language), sums=sums or f"{part.ground}.")


def _question(candidate: Candidate, language: Language) -> str:
    line, fact = candidate.line, candidate.missing or Fact.NAMED_EVENT
    named = line.event if fact is Fact.NAMED_EVENT else line.when and line.when.flag
    return PHRASES[language].question[fact].format(named=getattr(named, language, ""))


def _unconfirmed(candidate: Candidate, language: Language) -> str:
    words = PHRASES[language]
    total = line_in_words(candidate.line, language)
    status = words.status[candidate.line.status]
    return words.unconfirmed.format(sum=total[0].lower() + total[1:], status=status)


def _remarks(derivation: Derivation, language: Language, words: Phrases) -> Iterator[str]:
    """What the rule's author noted, what would move the date, and what a hold does."""
    if derivation.rule.note is not None:
        yield words.note.format(note=getattr(derivation.rule.note, language))
    started = dict.fromkeys(c.line.trigger for c in derivation.candidates if c.starts_on is not None)
    yield from (words.moves[trigger] for trigger in started)
    if isinstance(derivation.outcome, Due):
        yield words.hold
