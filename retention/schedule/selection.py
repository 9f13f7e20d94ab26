"""The official selection list of the municipalities ("selectielijst"), and how the start of each period is found.

The list gives of each result its appraisal, its retention period and a "process term" (procestermijn): what passes
between the end of the case and the start of the period. By which of the nine methods (afleidingswijzen) the start is
found does not stand in it. The process term settles it for most results, narrows it down for some, and for the rest
it is said why it cannot be derived: never guessed.
"""

from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from retention.schedule.period import NOTHING, Period
from retention.schedule.rules import Confidence, Line, Named, Status, Trigger


class Method(StrEnum):
    """How the start of a period is found (afleidingswijze, of the standard for zaakgericht werken)."""

    SETTLED = "afgehandeld"
    PROCESS_TERM = "termijn"
    PROPERTY = "eigenschap"
    OTHER_DATE = "ander_datumkenmerk"
    MAIN_CASE = "hoofdzaak"
    CASE_OBJECT = "zaakobject"
    RELATED_CASE = "gerelateerde_zaak"
    DECISION_START = "ingangsdatum_besluit"
    DECISION_EXPIRY = "vervaldatum_besluit"


class ProcessTerm(StrEnum):
    """What lies between the end of the case and the start of the period (procestermijn)."""

    NONE = "nihil"
    LIFE_OF_OBJECT = "bestaansduur_procesobject"
    ESTIMATED_LIFE = "ingeschatte_bestaansduur_procesobject"
    DATE_TO_RECORD = "vast_te_leggen_datum"
    MERGED = "samengevoegd_met_bewaartermijn"
    UNSAID = ""


class Appraisal(StrEnum):
    """What happens in the end (waardering)."""

    DESTROY = "vernietigen"
    KEEP = "blijvend_bewaren"
    WITHDRAWN = ""


class Problem(StrEnum):
    """Why the start of a result's period cannot be derived from the list alone."""

    WITHDRAWN = "withdrawn"  # the list itself has taken the result back
    NO_PROCESS_TERM = "no_process_term"  # it leaves the process term empty
    NO_ESTIMATE = "no_estimate"  # it counts an estimated life, and does not say how long
    SEVERAL_WAYS = "several_ways"  # the life of the object ends in one of several ways: a person chooses
    BORN_OF_NOBODY = "born_of_nobody"  # the period contains the process term, and it does not say from when


@dataclass(frozen=True, slots=True)
class Result:
    """One row of the list. `number` as it is cited, such as 8.1.2; `object` is what its process is about."""

    number: str
    name: str
    description: str
    explanation: str
    source: str
    appraisal: Appraisal
    process_term: ProcessTerm
    term: Period | None
    object: str

    @property
    def title(self) -> str:
        """Its name, with what is particular about it."""
        return f"{self.name}: {self.description}" if self.description else self.name

    @property
    def from_birth(self) -> bool:
        """Whether its explanation says that the period counts from a birth date, for which there is no method."""
        return self.process_term is ProcessTerm.MERGED and "geboortedatum" in self.explanation


@dataclass(frozen=True, slots=True)
class SelectionList:
    """A list of one year: its results in the order of their numbers."""

    year: int
    results: tuple[Result, ...]


@dataclass(frozen=True, slots=True)
class Start:
    """How the start of a result's period is found: the methods that fit, the one that is meant, or what is the matter.

    `method` None with `methods`: a person chooses. None without: there is nothing to choose.
    """

    methods: tuple[Method, ...] = ()
    method: Method | None = None
    problem: Problem | None = None


_OF_A_LIFE: Final = (
    Method.CASE_OBJECT,
    Method.DECISION_EXPIRY,
    Method.DECISION_START,
    Method.PROPERTY,
    Method.OTHER_DATE,
    Method.MAIN_CASE,
    Method.RELATED_CASE,
)


def start_of(result: Result) -> Start:
    """Say how the start of a result's period is found.

    By the standard, "nihil" and the method "afgehandeld" belong together, and so do the estimated life and "termijn";
    a date to be recorded stands in a property of the case or elsewhere.
    """
    if result.appraisal is Appraisal.WITHDRAWN:
        return Start(problem=Problem.WITHDRAWN)
    if result.appraisal is Appraisal.KEEP:
        return Start()
    if result.from_birth:
        return Start()
    return _STARTS[result.process_term]


_STARTS: Final = {
    ProcessTerm.NONE: Start((Method.SETTLED,), Method.SETTLED),
    ProcessTerm.ESTIMATED_LIFE: Start((Method.PROCESS_TERM,), None, Problem.NO_ESTIMATE),
    ProcessTerm.DATE_TO_RECORD: Start((Method.OTHER_DATE, Method.PROPERTY), Method.OTHER_DATE),
    ProcessTerm.LIFE_OF_OBJECT: Start(_OF_A_LIFE, None, Problem.SEVERAL_WAYS),
    ProcessTerm.MERGED: Start(problem=Problem.BORN_OF_NOBODY),
    ProcessTerm.UNSAID: Start((Method.SETTLED, *_OF_A_LIFE), None, Problem.NO_PROCESS_TERM),
}


def line_of(result: Result, year: int, method: Method | None, estimate: Period | None = None) -> Line:
    """Return a result of the list of that year as the line of a rule.

    `estimate` is the process term of the method "termijn". ValueError for a result that is kept or withdrawn, and for
    a method that does not fit or is not there where one is needed.
    """
    start = start_of(result)
    if result.term is None or result.appraisal is not Appraisal.DESTROY:
        raise ValueError("there is no period to count")
    if method not in (start.methods or (None,)) or (method is None and not result.from_birth):
        raise ValueError("this method does not fit the process term")
    if (method is Method.PROCESS_TERM) != (estimate is not None):
        raise ValueError("an estimate goes with the method of the process term, and only with that")
    trigger = _TRIGGERS[method] if method else Trigger.BIRTH
    return Line(
        trigger=trigger,
        term=result.term,
        delay=estimate if estimate != NOTHING else None,
        citation=citation(year, result.number),
        status=Status.SELECTIELIJST,
        confidence=Confidence.HIGH,
        confirmed=True,
        event=_event(result, method) if trigger is Trigger.NAMED_EVENT and method else None,
    )


def citation(year: int, number: str) -> str:
    """Return how a result of the list is cited."""
    return f"Selectielijst gemeenten {year}, {number}"


_TRIGGERS: Final = {
    Method.SETTLED: Trigger.CLOSURE,
    Method.PROCESS_TERM: Trigger.CLOSURE,  # and the process term after it, as the line's delay
    Method.PROPERTY: Trigger.NAMED_EVENT,
    Method.OTHER_DATE: Trigger.NAMED_EVENT,
    Method.CASE_OBJECT: Trigger.NAMED_EVENT,
    Method.MAIN_CASE: Trigger.PARENT_END,
    Method.RELATED_CASE: Trigger.RELATED_END,
    Method.DECISION_START: Trigger.DECISION_START,
    Method.DECISION_EXPIRY: Trigger.DECISION_EXPIRY,
}


def _event(result: Result, method: Method) -> Named:
    """Name the date that a person will be asked for: whoever knows the case knows it by these words."""
    words = {
        Method.CASE_OBJECT: ("einde van: {}", "end of: {}"),
        Method.PROPERTY: ("vastgelegde datum van: {}", "recorded date of: {}"),
        Method.OTHER_DATE: ("elders vastgelegde datum van: {}", "date recorded elsewhere of: {}"),
    }[method]
    about = result.object.strip().rstrip(".") or result.title
    nl, en = (form.format(about[:1].lower() + about[1:]) for form in words)
    return Named(code=f"sl-{result.number.replace('.', '-')}", nl=nl, en=en)
