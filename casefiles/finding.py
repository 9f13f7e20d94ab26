"""Finding dossiers by what a person types: a reference, a BSN, a name, a date of birth, or name and date.

Only exact values are found (casefiles/search.py): there is no text to look into. What comes back is what the person
may see; the line in the access log says how was searched and how much was found, never for what.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from uuid import UUID

from django.db.models import QuerySet

from casefiles import journal, reindexing
from casefiles.access import METADATA_ROLES, visible_to
from casefiles.bsn import is_bsn
from casefiles.models import AccessEvent, Dossier, Party, PartyFacts, SearchToken, User
from casefiles.search import Purpose, normalise, token
from casefiles.vault import keys

MOST_FOUND = 100
_DATE = re.compile(r"(?:^|\s)(\d{4}-\d{1,2}-\d{1,2}|\d{1,2}[-/.]\d{1,2}[-/.]\d{4})$")
_INITIALS = re.compile(r"(?:[^\W\d_]\.)+|[A-Z]{1,4}")


class How(StrEnum):
    """By what was searched; these codes stand in the access log."""

    REFERENCE = "reference"
    BSN = "bsn"
    BIRTH_DATE = "birth_date"
    NAME_AND_BIRTH_DATE = "name_and_birth_date"
    NAME = "name"


@dataclass(frozen=True, slots=True)
class Found:
    """The dossiers found (at most MOST_FOUND ids, newest first), and whether the index can be trusted now."""

    how: How
    ids: tuple[UUID, ...]
    incomplete: bool


@dataclass(frozen=True, slots=True, repr=False)
class _Try:
    """One look into the index; with `given`, of what it gives only those whose given names fit."""

    how: How
    purpose: SearchToken.Purpose
    values: tuple[str, ...]
    given: str = ""


def find(user: User, text: str) -> Found:
    """Return what the person may see of what was meant, by the first reading of `text` that finds something."""
    text = " ".join("".join(c if c.isprintable() else " " for c in text).split())
    found = _by_reference(user, text)
    if not found.ids and user.role not in METADATA_ROLES:
        found = _by_index(user, text)
    incomplete = not found.ids and found.how is not How.REFERENCE and reindexing.is_incomplete()
    journal.record(AccessEvent.Action.SEARCH, user, ground=found.how, found=len(found.ids))
    return Found(found.how, found.ids, incomplete)


def _by_reference(user: User, text: str) -> Found:
    dossiers = Dossier.objects.present() if user.role in METADATA_ROLES and user.is_active else visible_to(user)
    ids = dossiers.filter(reference__in={text, text.upper()}).values_list("pk", flat=True)
    return Found(How.REFERENCE, tuple(ids), incomplete=False)


def _by_index(user: User, text: str) -> Found:
    how = How.REFERENCE
    for attempt in _readings(text):
        how = attempt.how
        if ids := _look(user, attempt):
            return Found(how, ids, incomplete=False)
    return Found(how, (), incomplete=False)


def _readings(text: str) -> Iterator[_Try]:
    """Yield what may have been meant, the most exact first."""
    digits = re.sub(r"[ .-]", "", text)
    if is_bsn(digits):
        yield _Try(How.BSN, Purpose.BSN, (digits,))
        return
    ending = _DATE.search(text)
    born = _date(ending.group(1)) if ending else None
    name = text[: ending.start()].rstrip(" ,") if ending and born else text
    if born is None:
        yield from _names(name)
    elif not name:
        yield _Try(How.BIRTH_DATE, Purpose.BIRTH_DATE, (born.isoformat(),))
    else:
        for given, surname in _splits(name):
            values = (surname, born.isoformat())
            yield _Try(How.NAME_AND_BIRTH_DATE, Purpose.SURNAME_BIRTH_DATE, values, given)


def _names(name: str) -> Iterator[_Try]:
    for given, surname in _splits(name):
        if _INITIALS.fullmatch(given):
            yield _Try(How.NAME, Purpose.INITIALS_SURNAME, (given, surname))
        yield _Try(How.NAME, Purpose.SURNAME, (surname,), given)


def _splits(name: str) -> Iterator[tuple[str, str]]:
    """Yield (given names, surname) for each place where a name may be cut: surnames have blanks too."""
    words = name.split()
    seen: set[str] = set()
    for at in range(len(words)):
        surname = " ".join(words[at:])
        if normalise(surname) and normalise(surname) not in seen:
            seen.add(normalise(surname))
            yield " ".join(words[:at]), surname


def _date(text: str) -> date | None:
    for form in ("%Y-%m-%d", "%d-%m-%Y", "%d/%m/%Y", "%d.%m.%Y"):
        try:
            return datetime.strptime(text, form).date()  # noqa: DTZ007 - a calendar date has no time zone
        except ValueError:
            continue
    return None


def _look(user: User, attempt: _Try) -> tuple[UUID, ...]:
    wanted = token(keys.search_key(), attempt.purpose, *attempt.values)
    rows = SearchToken.objects.filter(purpose=attempt.purpose, token=wanted)
    seen: QuerySet[Dossier] = (
        visible_to(user).filter(pk__in=rows.values("dossier_id")).order_by("-last_change_on", "pk")
    )
    ids = list(seen.values_list("pk", flat=True)[:MOST_FOUND])
    return tuple(_fitting(ids, attempt) if attempt.given and ids else ids)


def _fitting(ids: list[UUID], attempt: _Try) -> list[UUID]:
    """Keep the dossiers with a person of that surname whose given names begin as was typed."""
    keys.open_many(ids)
    people = Party.objects.filter(dossier_id__in=ids)
    surname = normalise(attempt.values[-1] if attempt.purpose is Purpose.INITIALS_SURNAME else attempt.values[0])
    fits = {p.dossier_id for p in people if normalise(p.facts.surname) == surname and _begins(p.facts, attempt.given)}
    return [dossier_id for dossier_id in ids if dossier_id in fits]


def _begins(person: PartyFacts, given: str) -> bool:
    if _INITIALS.fullmatch(given):
        letters = "".join(word[0] for word in person.given_names.split())
        return normalise(letters).startswith(normalise(given))
    return any(
        normalise(name).startswith(normalise(given)) for name in (person.given_names, *person.given_names.split())
    )


def surnames_in(name: str) -> Iterator[str]:
    """Yield what may be the surname in a written name, wherever it may be cut: "Jan de Wit" gives "de Wit", "Wit"."""
    return (surname for given, surname in _splits(name) if given)
