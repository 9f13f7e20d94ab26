"""Which dossiers the demonstration has: 400 over 30 years, counted back from the day on which it was begun."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from random import Random

from casefiles.models import Dossier
from retention.demonstration.people import TEAMS
from retention.demonstration.telling import Story, stories

Kind = Dossier.Kind
SEED = "goed vertrouwen"
LONGEST_AGO = 30.5  # years: nothing was opened earlier
YEAR = 365.25  # days
OLDEST_PUPIL = 16  # years at the opening of a school attendance file

KEPT_20_YEARS = (
    Kind.JEUGDHULP, Kind.JEUGDHULP, Kind.JEUGDHULP, Kind.TOEGANG, Kind.TOEGANG, Kind.OTS, Kind.VOOGDIJ,
    Kind.JEUGDRECLASSERING, Kind.VEILIG_THUIS, Kind.JGZ,
)  # fmt: skip
PREFIXES = {
    Kind.JEUGDHULP: "JD",
    Kind.TOEGANG: "TG",
    Kind.OTS: "OT",
    Kind.VOOGDIJ: "VG",
    Kind.JEUGDRECLASSERING: "JR",
    Kind.VEILIG_THUIS: "VT",
    Kind.JGZ: "JG",
    Kind.LEERPLICHT: "LP",
    Kind.KLACHT: "KL",
}


class Birth(StrEnum):
    """What is special about the birth date of the young person."""

    FITS = "fits"  # the story's ages
    UNKNOWN = "unknown"  # the clock waits for a person
    NINETEEN = "nineteen"  # older than 19: the term of a school attendance file has passed


@dataclass(frozen=True, slots=True)
class Segment:
    """A number of dossiers of a sort; `closed` is how many years ago they closed (from, to), None when still open.

    With Birth.NINETEEN the days follow from the birth date, and `closed` says only that they closed.
    """

    count: int
    kinds: tuple[Dossier.Kind, ...]
    closed: tuple[float, float] | None
    teams: tuple[str, ...] = TEAMS
    birth: Birth = Birth.FITS


# Written, as the executed list is, for jeugdhulp in the first team; the list under review for ots in the second.
SEGMENTS = (
    Segment(14, (Kind.JEUGDHULP,), (20.05, 21.8), TEAMS[:1]),
    Segment(12, (Kind.OTS,), (20.05, 21.2), TEAMS[1:2]),
    Segment(24, KEPT_20_YEARS, (20.05, 21.5), TEAMS[2:]),
    Segment(6, (Kind.KLACHT,), (5.1, 6.4)),
    Segment(6, (Kind.LEERPLICHT,), (1.0, 2.5), birth=Birth.NINETEEN),
    Segment(4, (Kind.LEERPLICHT,), None, birth=Birth.NINETEEN),
    Segment(4, (Kind.LEERPLICHT,), None, birth=Birth.UNKNOWN),
    Segment(20, KEPT_20_YEARS, (19.0, 19.97)),
    Segment(140, KEPT_20_YEARS, (0.1, 18.8)),
    Segment(14, (Kind.KLACHT,), (0.1, 4.6)),
    Segment(6, (Kind.LEERPLICHT,), (0.1, 1.5)),
    Segment(150, (*KEPT_20_YEARS, *KEPT_20_YEARS, Kind.LEERPLICHT, Kind.KLACHT), None),
)
TOTAL = sum(segment.count for segment in SEGMENTS)


@dataclass(frozen=True, slots=True)
class Planned:
    """One dossier to be made. `ends` is when its story ends: the closing date, or a day that is still to come."""

    number: int
    reference: str
    kind: Dossier.Kind
    team: str
    story: Story
    opened: date
    ends: date
    closed: bool
    birth: date | None


def plan(today: date) -> Iterator[Planned]:
    """Yield the dossiers, always the same ones for the same day."""
    taken: Counter[str] = Counter()
    number = 0
    for segment in SEGMENTS:
        for _ in range(segment.count):
            yield _planned(number, segment, today, taken)
            number += 1


def _planned(number: int, segment: Segment, today: date, taken: Counter[str]) -> Planned:
    rng = Random(f"{SEED} plan {number}")  # noqa: S311 - invention, not secrecy
    kind = rng.choice(segment.kinds)
    grown = segment.birth == Birth.NINETEEN
    story = rng.choice([story for story in stories(kind) if not grown or story.ages[1] >= OLDEST_PUPIL])
    birth, opened, ends = _grown(rng, story, segment, today) if grown else _life(rng, story, segment, today)
    prefix = f"{PREFIXES[kind]}-{opened.year}"
    taken[prefix] += rng.randint(1, 23)
    return Planned(
        number=number,
        reference=f"{prefix}-{taken[prefix]:04}",
        kind=kind,
        team=segment.teams[number % len(segment.teams)],
        story=story,
        opened=opened,
        ends=ends,
        closed=segment.closed is not None,
        birth=birth,
    )


def _life(rng: Random, story: Story, segment: Segment, today: date) -> tuple[date | None, date, date]:
    """Return a birth date, when the dossier was opened and when its story ends."""
    opened, ends = _span(rng, story, segment, today)
    if segment.birth == Birth.UNKNOWN:
        return None, opened, ends
    if story.by_age:
        return opened - timedelta(days=rng.randint(18, 32)), opened, ends
    youngest, oldest = story.ages
    return opened - timedelta(days=rng.uniform(youngest + 0.1, oldest + 0.9) * YEAR), opened, ends


def _grown(rng: Random, story: Story, segment: Segment, today: date) -> tuple[date | None, date, date]:
    """Return the same for a pupil who is over nineteen now; a dossier that is still open was forgotten."""
    birth = today - timedelta(days=rng.uniform(19.1, 20.4) * YEAR)
    opened = _workday(birth + timedelta(days=rng.uniform(15.2, OLDEST_PUPIL + 0.8) * YEAR))
    if segment.closed is None:
        return birth, opened, today + timedelta(days=rng.randint(30, 120))
    return birth, opened, _workday(opened + timedelta(weeks=story.weeks))


def _span(rng: Random, story: Story, segment: Segment, today: date) -> tuple[date, date]:
    """Return when it was opened and when its story ends."""
    days = story.weeks * 7 * (1.0 if story.by_age else rng.uniform(0.8, 1.4))
    if segment.closed is None:
        opened = _workday(today - timedelta(days=days * rng.uniform(0.03, 0.93)))
        return opened, opened + timedelta(days=days)
    ends = _workday(today - timedelta(days=rng.uniform(*segment.closed) * YEAR))
    opened = max(ends - timedelta(days=days), today - timedelta(days=LONGEST_AGO * YEAR))
    return _workday(opened), ends


def _workday(day: date) -> date:
    """Move a day in a weekend back to its Friday."""
    return day - timedelta(days=max(day.weekday() - 4, 0))
