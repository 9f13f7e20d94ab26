"""The words in which a derivation is explained, in Dutch and in English.

They stand here, not in Django's message files, so that the explanation is a pure function of the
derivation. A dataclass per language: a phrase that one of them lacks is a type error.
"""

from dataclasses import dataclass
from typing import Final, Literal

from retention.schedule.derivation import Fact
from retention.schedule.rules import Combine, Status, Trigger

Language = Literal["nl", "en"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Phrases:
    """One language: names of things, then sentences with their places between braces."""

    months: tuple[str, ...]
    units: dict[str, tuple[str, str]]
    and_: str
    trigger: dict[Trigger, str]
    status: dict[Status, str]
    fact: dict[Fact, str]
    rule: str
    since: str
    between: str
    opened: str
    last_change: str
    closed: str
    closed_undated: str
    still_open: str
    end_of_measure: str
    sum: str
    sum_undated: str
    overruled: dict[Combine, str]
    pending: str
    not_started_line: str
    missing_line: str
    due: str
    due_open: str
    not_started: str
    waiting: str
    question: dict[Fact, str]
    kept: str
    unconfirmed: str
    note: str
    moves: dict[Trigger, str]
    hold: str


DUTCH: Final = Phrases(
    months=(
        *("januari", "februari", "maart", "april", "mei", "juni"),
        *("juli", "augustus", "september", "oktober", "november", "december"),
    ),
    units={
        "years": ("jaar", "jaar"),
        "months": ("maand", "maanden"),
        "weeks": ("week", "weken"),
        "days": ("dag", "dagen"),
    },
    and_=" en ",
    trigger={
        Trigger.LAST_SUBSTANTIVE_CHANGE: "laatste inhoudelijke wijziging",
        Trigger.CLOSURE: "sluiting van het dossier",
        Trigger.BIRTH: "geboorte van de jongste jeugdige",
    },
    status={
        Status.STATUTE: "wet",
        Status.SELECTIELIJST: "selectielijst",
        Status.GUIDANCE: "richtlijn",
        Status.PROPOSAL: "voorstel",
    },
    fact={Fact.CLOSING_DATE: "de sluitingsdatum", Fact.BIRTH_DATE: "een geboortedatum"},
    rule="Regel: {name}, versie {version}, {validity}. Grond: {ground}.",
    since="geldig vanaf {start}",
    between="geldig van {start} tot en met {end}",
    opened="geopend op {day}",
    last_change="laatste inhoudelijke wijziging op {day}",
    closed="gesloten op {day}",
    closed_undated="gesloten, maar zonder sluitingsdatum",
    still_open="nog niet gesloten",
    end_of_measure="einde van de maatregel op {day}",
    sum="{trigger} {start} + {term} = {end} ({citation}).",
    sum_undated="{trigger} + {term} ({citation})",
    overruled={
        Combine.LATEST_OF: "{sum} Deze datum geldt niet, want een latere datum gaat voor.",
        Combine.EARLIEST_OF: "{sum} Deze datum geldt niet, want een eerdere datum gaat voor.",
    },
    pending="{sum} Deze datum telt pas mee als de andere datums van de regel er ook zijn.",
    not_started_line="{sum}: dit is nog niet gebeurd.",
    missing_line="{sum}: {fact} ontbreekt.",
    due="Bewaren tot en met {end}. Daarna vernietigen, na beoordeling door twee medewerkers.",
    due_open="Zolang het dossier open is, komt het niet op een vernietigingslijst.",
    not_started="De bewaartermijn loopt nog niet. Die begint bij: {triggers}.",
    waiting="Er is nog geen datum, want dit ontbreekt: {facts}. Er wordt niets geschat.",
    question={
        Fact.CLOSING_DATE: "Vraag aan de medewerker: op welke dag is dit dossier gesloten?",
        Fact.BIRTH_DATE: "Vraag aan de medewerker: wat is de geboortedatum van elke jeugdige hierin?",
    },
    kept="Dit dossier wordt blijvend bewaard. Het wordt niet vernietigd.",
    unconfirmed="Niet toegepast totdat de privacy officer het bevestigt ({status}): {sum}.",
    note="Toelichting: {note}",
    moves={
        Trigger.LAST_SUBSTANTIVE_CHANGE: "Elke nieuwe inhoudelijke wijziging start deze termijn opnieuw.",
        Trigger.CLOSURE: "Heropenen stopt deze termijn; bij de volgende sluiting begint die opnieuw.",
        Trigger.BIRTH: "Een verbeterde geboortedatum, of een jonger kind, verschuift deze termijn.",
    },
    hold="Een vernietigingsstop verschuift deze datum niet; zolang die geldt, wordt er niet vernietigd.",
)

ENGLISH: Final = Phrases(
    months=(
        *("January", "February", "March", "April", "May", "June"),
        *("July", "August", "September", "October", "November", "December"),
    ),
    units={
        "years": ("year", "years"),
        "months": ("month", "months"),
        "weeks": ("week", "weeks"),
        "days": ("day", "days"),
    },
    and_=" and ",
    trigger={
        Trigger.LAST_SUBSTANTIVE_CHANGE: "last substantive change",
        Trigger.CLOSURE: "closure of the dossier",
        Trigger.BIRTH: "birth of the youngest young person",
    },
    status={
        Status.STATUTE: "statute",
        Status.SELECTIELIJST: "selection list",
        Status.GUIDANCE: "guidance",
        Status.PROPOSAL: "proposal",
    },
    fact={Fact.CLOSING_DATE: "the closing date", Fact.BIRTH_DATE: "a birth date"},
    rule="Rule: {name}, version {version}, {validity}. Ground: {ground}.",
    since="valid from {start}",
    between="valid from {start} up to and including {end}",
    opened="opened on {day}",
    last_change="last substantive change on {day}",
    closed="closed on {day}",
    closed_undated="closed, but without a closing date",
    still_open="not closed yet",
    end_of_measure="end of the measure on {day}",
    sum="{trigger} {start} + {term} = {end} ({citation}).",
    sum_undated="{trigger} + {term} ({citation})",
    overruled={
        Combine.LATEST_OF: "{sum} This date does not govern, because a later one takes precedence.",
        Combine.EARLIEST_OF: "{sum} This date does not govern, because an earlier one takes precedence.",
    },
    pending="{sum} This date counts only once the other dates of the rule are there too.",
    not_started_line="{sum}: this has not happened yet.",
    missing_line="{sum}: {fact} is missing.",
    due="Keep up to and including {end}. Then destroy, after review by two members of staff.",
    due_open="As long as the dossier is open, it is not put on a destruction list.",
    not_started="The retention period has not started. It starts with: {triggers}.",
    waiting="There is no date yet, because this is missing: {facts}. Nothing is estimated.",
    question={
        Fact.CLOSING_DATE: "Question to the case worker: on which day was this dossier closed?",
        Fact.BIRTH_DATE: "Question to the case worker: what is the birth date of each young person here?",
    },
    kept="This dossier is kept permanently. It is not destroyed.",
    unconfirmed="Not applied until the privacy officer confirms it ({status}): {sum}.",
    note="Note: {note}",
    moves={
        Trigger.LAST_SUBSTANTIVE_CHANGE: "Every new substantive change starts this term again.",
        Trigger.CLOSURE: "Reopening stops this term; it starts again when the dossier is next closed.",
        Trigger.BIRTH: "A corrected birth date, or a younger child, moves this term.",
    },
    hold="A hold does not move this date; as long as it stands, nothing is destroyed.",
)

PHRASES: Final[dict[Language, Phrases]] = {"nl": DUTCH, "en": ENGLISH}
