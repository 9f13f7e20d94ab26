"""One dossier, several record types: the longest term in the file governs the whole of it."""

from collections.abc import Sequence
from datetime import date

from retention.schedule.derivation import Derivation, Due, Kept, NotStarted, Waiting
from retention.schedule.rules import Action


def longest(found: Sequence[Derivation]) -> Derivation:
    """The derivation that governs a dossier to which all of these apply; of equal ones the first.

    What is kept permanently outlasts all. After it comes what has no date yet: the missing date may be the
    latest. Of dates the latest governs, but one after which a person looks or an archive takes over outranks one
    after which is destroyed: a file is not destroyed while a rule for a part of it says otherwise.
    ValueError without any.
    """
    return max(found, key=_rank)


def _rank(derivation: Derivation) -> tuple[int, bool, date]:
    spared = derivation.rule.action is not Action.DESTROY
    match derivation.outcome:
        case Kept():
            return 3, spared, date.max
        case Waiting():
            return 2, spared, date.max
        case NotStarted():
            return 1, spared, date.max
        case Due(due_on):
            return 0, spared, due_on
