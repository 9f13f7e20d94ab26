"""Telling a story: from the hand-written material to dated entries that fit together."""

import re
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from importlib.resources import files
from random import Random
from typing import Any

import msgspec

from retention.demonstration.families import Family
from retention.demonstration.names import names

DAYS = ("maandag", "dinsdag", "woensdag", "donderdag", "vrijdag")
EIGHT_WEEKS = timedelta(weeks=8)
MOST_BETWEEN = 9
SENTENCE = re.compile(r"^\w|(?<=[.?!] )\w")


class Event(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One thing that happens, at a percentage of the story's length; `document` is a kind of document.

    Before the young person is `youngest` years old it does not happen.
    """

    kind: str
    source: str
    title: str
    texts: tuple[str, ...]
    at: int = 0
    document: str = ""
    youngest: int = 0


class Story(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A course of help: for which ages (years at the opening), how long it usually takes, and what happens.

    `by_age`: it begins at birth and its events belong to an age, so its length is not stretched. `parents` is how
    many of them it speaks of, 0 when either will do.
    """

    about: str
    ages: tuple[int, int]
    weeks: int
    events: tuple[Event, ...]
    by_age: bool = False
    parents: int = 0


@dataclass(frozen=True, slots=True, repr=False)
class Told:
    """An event as it is written in one dossier."""

    on: date
    kind: str
    source: str
    title: str
    text: str
    document: str


@cache
def stories(kind: str) -> tuple[Story, ...]:
    """Return the stories of a kind of dossier. Raises msgspec.ValidationError when the material is wrong."""
    return msgspec.convert(_read(kind)["stories"], tuple[Story, ...])


@cache
def between() -> tuple[Event, ...]:
    """Return what happens in between, in any kind of dossier."""
    return msgspec.convert(_read("between")["events"], tuple[Event, ...])


def _read(name: str) -> dict[str, Any]:
    return tomllib.loads((files("retention.demonstration.stories") / f"{name}.toml").read_text())


def tell(story: Story, family: Family, rng: Random, *, opened: date, ends: date, until: date) -> list[Told]:
    """Tell a story that began on `opened` and ends on `ends`, as far as it has come on `until`; by date."""
    setting = _setting(rng)
    length = (ends - opened).days
    happened = [(_workday(opened + timedelta(days=length * e.at // 100), opened, ends), e) for e in story.events]
    happened.extend(_in_between(rng, opened, ends, family.youths[0].birth_date))
    happened.sort(key=lambda pair: pair[0])
    birth = family.youths[0].birth_date
    return [_told(e, day, rng, family.words | setting | _age(birth, day)) for day, e in happened if day <= until]


def _in_between(rng: Random, opened: date, ends: date, birth: date | None) -> Iterator[tuple[date, Event]]:
    length = (ends - opened).days
    for _count in range(min(MOST_BETWEEN, length // EIGHT_WEEKS.days)):
        day = opened + timedelta(days=rng.randint(length // 20, length * 19 // 20))
        event = rng.choice(between())
        if birth is None or (day - birth).days >= event.youngest * 366:
            yield _workday(day, opened, ends), event


def _setting(rng: Random) -> dict[str, str]:
    return {
        "arts": rng.choice(names().doctors),
        "partner": rng.choice(names().partners),
        "mentor": rng.choice(names().teachers),
        "wijk": rng.choice(names().districts),
        "primary": rng.choice(names().schools),
        "secondary": rng.choice(names().secondary),
    }


def _age(birth: date | None, day: date) -> dict[str, str]:
    """Return the words that follow from the age on a day: group in primary, class in secondary school."""
    if birth is None:
        return {"leeftijd": "leeftijd onbekend", "klas": "de klas"}
    years = (day - birth).days // 365
    if years < 4:
        klas = "de peutergroep"
    elif years < 12:
        klas = f"groep {years - 3}"
    else:
        klas = f"klas {min(years - 11, 5)}"
    return {"leeftijd": f"{years} jaar" if years else "nog geen jaar", "klas": klas, "years": str(years)}


def _told(event: Event, day: date, rng: Random, words: dict[str, str]) -> Told:
    words["school"] = words["secondary" if int(words.get("years", "13")) >= 12 else "primary"]
    words["dag"] = rng.choice(DAYS)
    text = rng.choice(event.texts).format(**words)
    return Told(day, event.kind, event.source, _capital(event.title.format(**words)), _capital(text), event.document)


def _capital(text: str) -> str:
    """Begin every sentence with a capital: a name that is filled in may start in lower case."""
    return SENTENCE.sub(lambda start: start.group().upper(), text)


def _workday(day: date, first: date, last: date) -> date:
    """Move a day in a weekend to the Monday after it, within the story."""
    moved = day + timedelta(days=7 - day.weekday()) if day.weekday() > 4 else day
    return min(max(moved, first), last)
