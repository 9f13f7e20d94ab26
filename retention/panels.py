"""The clock on the dossier page: how long, why, what would move it, what stands in the way."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any
from weakref import WeakKeyDictionary

from dateutil.relativedelta import relativedelta
from django.db.models import OuterRef, Subquery
from django.http import HttpRequest
from django.utils.translation import pgettext

from casefiles import panels
from casefiles.access import METADATA_ROLES
from casefiles.dates import span
from casefiles.models import Dossier
from casefiles.views.session import person
from retention import clockbars, onrequest, timing, wording
from retention.gathering import OF_PEOPLE, facts_with
from retention.holds import who
from retention.models import Clock, Hold, ListItem, RuleVersion, SlipOffer, Transfer
from retention.rings import Segment, ring
from retention.schedule import Derivation, Kept, Line, NotStarted, Rule, Text, Trigger, derive, explain, longest
from retention.states import ENDED, ClockState

DAYS_A_YEAR = 365.2425
WIDEST = 8  # characters that fit the middle of the ring in large type
BADGES = {
    ClockState.WAITING: ("attention", "calendar-clock"),
    ClockState.NOT_STARTED: ("", "timer-off"),
    ClockState.RUNNING: ("active", "timer"),
    ClockState.KEPT: ("info", "archive"),
    ClockState.DUE: ("attention", "hourglass"),
    ClockState.DESTROYING: ("error", "hourglass"),
    ClockState.FAILED: ("error", "circle-alert"),
    ClockState.DESTROYED: ("error", "file-x"),
}


@dataclass(frozen=True, slots=True)
class Life:
    """A dossier's life as a line from its opening to its end: `x` of today and the parts, in percent."""

    opened: int
    kept: int
    left: int
    today: int


@dataclass(frozen=True, slots=True)
class Record:
    """One of several kinds of records in a file: the last day that its own rule gives, and whether it governs."""

    name: str
    due_on: date | None
    governs: bool


@dataclass(frozen=True, slots=True)
class Face:
    """What the clock shows of one dossier."""

    clock: Clock
    derivation: Derivation
    name: str
    holds: Sequence[Hold]
    list_item: ListItem | None
    may_hold: bool
    slip: SlipOffer | None
    receiver: str | None  # the archive of a transfer under way
    sentences: tuple[str, ...]
    today: date
    records: Sequence[Record] = ()

    @property
    def badge(self) -> tuple[str, str, str]:
        """The words, colour and icon of the state."""
        state = ClockState(self.clock.state)
        return str(state.label), *BADGES[state]

    @property
    def due_on(self) -> date | None:
        """The last day of the retention period."""
        return self.derivation.due_on

    @property
    def over(self) -> bool:
        """Whether that day has passed."""
        return self.due_on is not None and self.due_on < self.today

    @property
    def term(self) -> str:
        """The rule's term in words, "20 years"; of several the first."""
        lines = [c.line for c in self.derivation.governing] or list(self.derivation.rule.applied)
        return wording.term(lines[0].term.parts) if lines else ""

    @property
    def triggers(self) -> str:
        """What starts a term that has not started."""
        outcome = self.derivation.outcome
        if not isinstance(outcome, NotStarted):
            return ""
        return ", ".join(wording.phrases().trigger[trigger] for trigger in outcome.triggers)

    @property
    def starts_on(self) -> date | None:
        """The day from which the governing line counts."""
        return next((c.starts_on for c in self.derivation.governing), None)

    @property
    def trigger(self) -> str:
        """What happened on that day."""
        return next((wording.phrases().trigger[c.line.trigger] for c in self.derivation.governing), "")

    @property
    def left(self) -> str:
        """How long it is still kept, "17 yr 4 mo"; how long it is over when it is."""
        if self.due_on is None:
            return ""
        return span(self.due_on, self.today) if self.over else span(self.today, self.due_on)

    @property
    def big(self) -> str:
        """The first half of `left`, for the middle of the ring."""
        return self._halves[0]

    @property
    def small(self) -> str:
        """The rest of it."""
        return self._halves[1]

    @property
    def _halves(self) -> tuple[str, str]:
        words = (self.left or self.term).split()
        big, small = " ".join(words[:2]), " ".join(words[2:])
        if not small and len(big) > WIDEST:
            return words[0], words[1]
        if self.left and not small:
            small = pgettext("of a term", "over") if self.over else pgettext("of a term", "left")
        return big, small

    @property
    def segments(self) -> list[Segment]:
        """The ring: a year a segment."""
        start, due = self.starts_on, self.due_on
        if start is None or due is None:
            return ring(20, 0, running=False)
        return ring(relativedelta(due, start).years, (self.today - start).days / DAYS_A_YEAR, running=True)

    @property
    def life(self) -> Life | None:
        """The line of life, once there is an end to draw."""
        if self.due_on is None or self.starts_on is None:
            return None
        opened = min(self.derivation.facts.opened_on, self.starts_on)
        end = max(self.due_on, self.today)
        whole = max(1, (end - opened).days)
        today = round((self.today - opened).days * 100 / whole)
        started = min(today, round((self.starts_on - opened).days * 100 / whole))
        return Life(opened=started, kept=today - started, left=100 - today, today=today)

    @property
    def kept(self) -> bool:
        """Whether it is kept permanently."""
        return isinstance(self.derivation.outcome, Kept)

    @property
    def closing(self) -> Derivation:
        """What the clock says if the dossier is closed today."""
        facts = replace(self.derivation.facts, is_closed=True, closed_on=self.today)
        return derive(self.derivation.rule, facts)


def without_content(derivation: Derivation) -> Derivation:
    """Leave out the lines that count from a birth date or an event, or depend on an answer: who works on metadata is
    told no such thing of a young person.
    """
    told = tuple(c for c in derivation.candidates if not _tells(c.line))
    return replace(derivation, candidates=told, facts=replace(derivation.facts, arrived_on=None))


def _tells(line: Line) -> bool:
    personal = OF_PEOPLE | {Trigger.NAMED_EVENT, Trigger.ARRIVAL}
    return line.trigger in personal or (line.when is not None and line.when.flag is not None)


def _face(request: HttpRequest, dossier: Dossier, clock: Any) -> Face:
    rule = Rule.from_json(clock.spec)
    category, on_request = clock.category, clock.category_id == onrequest.CATEGORY
    granted = onrequest.granted([dossier.pk]).get(dossier.pk, {}) if on_request else {}
    rules = [rule] if on_request else [rule, *_others(dossier, clock)]
    every = [derive(each, facts_with(dossier, dossier.party_set.all(), each, granted)) for each in rules]
    derivation = longest(every)
    hides = person(request).role in METADATA_ROLES and not on_request  # a request is metadata itself
    told = without_content(derivation) if hides else derivation
    return Face(
        clock=clock,
        derivation=told,
        name=str(category),
        holds=_holds(dossier) if clock.held else (),
        list_item=_list_item(dossier, clock),
        may_hold=who.may_place(person(request)),
        receiver=clock.receiver,
        slip=SlipOffer(outcome=clock.slip, recorded_at=clock.slip_at) if clock.slip else None,
        sentences=explain(told, Text(nl=category.name_nl, en=category.name_en), wording.language()),
        today=timing.today(),
        records=_records(every, derivation) if len(every) > 1 else (),
    )


def _others(dossier: Dossier, clock: Clock) -> list[Rule]:
    """Return the rules in force of the kinds that a file holds beside the one that its clock runs by."""
    kinds = {dossier.kind, *dossier.also} - {clock.category_id}
    return [rule for code, rule in clockbars.rules().items() if code in kinds] if dossier.also else []


def _records(every: Sequence[Derivation], governing: Derivation) -> list[Record]:
    kinds = dict(Dossier.Kind.choices)
    return [Record(str(kinds[each.rule.category]), each.due_on, each is governing) for each in every]


def _holds(dossier: Dossier) -> list[Hold]:
    return list(Hold.objects.filter(covers__dossier=dossier.pk, covers__lifted_at=None).order_by("review_on"))


def _list_item(dossier: Dossier, clock: Clock) -> ListItem | None:
    if clock.state not in (ClockState.DUE, ClockState.DESTROYING, ClockState.FAILED):
        return None
    items = ListItem.objects.filter(dossier_id=dossier.pk).exclude(step__in=ENDED)
    return items.select_related("destruction_list").first()


_of_request: WeakKeyDictionary[HttpRequest, dict[Any, Face]] = WeakKeyDictionary()


def faces(request: HttpRequest, dossiers: Sequence[Dossier]) -> dict[Any, Face]:
    """Return the clocks of the dossiers with the rule in force, in one query for all the slots of a page."""
    if request not in _of_request:
        in_force = RuleVersion.objects.in_force(timing.today()).filter(category=OuterRef("category"))
        found = Clock.objects.filter(dossier__in=[d.pk for d in dossiers]).select_related("category")
        offers = SlipOffer.objects.filter(dossier=OuterRef("dossier")).order_by("-recorded_at")
        found = found.annotate(
            spec=Subquery(in_force.values("spec")[:1]),
            slip=Subquery(offers.values("outcome")[:1]),
            slip_at=Subquery(offers.values("recorded_at")[:1]),
            receiver=Subquery(Transfer.objects.filter(dossier=OuterRef("dossier")).values("receiver")[:1]),
        )
        clocks = {c.dossier_id: c for c in found}
        _of_request[request] = {
            d.pk: _face(request, d, clocks[d.pk]) for d in dossiers if d.pk in clocks and clocks[d.pk].spec
        }
    return _of_request[request]


def _contexts(request: HttpRequest, dossiers: Sequence[Dossier]) -> panels.Contexts:
    return {pk: {"face": face} for pk, face in faces(request, dossiers).items()}


def connect() -> None:
    """Fill the dossier page with the clock; call it from AppConfig.ready()."""
    for slot, template in (
        ("dossier.fact", "clock_fact"),
        ("dossier.banner", "clock_banner"),
        ("dossier.aside", "clock_panel"),
        ("dossier.closing", "clock_closing"),
    ):
        panels.register(slot, f"retention/{template}.html", _contexts)
