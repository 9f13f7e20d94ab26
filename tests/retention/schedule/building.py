"""Two dossiers and the shortest way to write a rule, for the tests of derivations."""

from dataclasses import replace
from datetime import date

from retention.schedule import Combine, Confidence, Facts, Line, Period, Rule, Status, Trigger

CHANGE, CLOSURE, BIRTH = Trigger.LAST_SUBSTANTIVE_CHANGE, Trigger.CLOSURE, Trigger.BIRTH
OPEN = Facts(opened_on=date(2001, 5, 2), last_change_on=date(2004, 3, 15), is_closed=False)
CLOSED = replace(OPEN, is_closed=True, closed_on=date(2004, 6, 1), birth_date=date(1990, 8, 31))


def line(trigger: Trigger, term: str, *, confirmed: bool = True) -> Line:
    return Line(
        trigger=trigger,
        term=Period(term),
        citation=f"{trigger} {term}",
        status=Status.STATUTE if confirmed else Status.GUIDANCE,
        confidence=Confidence.HIGH if confirmed else Confidence.MIDDLE,
        confirmed=confirmed,
    )


def rule(*lines: Line, combine: Combine = Combine.LATEST_OF) -> Rule:
    return Rule(category="jgz", version=1, valid_from=date(2020, 1, 1), lines=lines, combine=combine)
