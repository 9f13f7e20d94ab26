"""Invented families. Every BSN is in the 9999 range, which is for testing and was never given to a person."""

from dataclasses import dataclass, replace
from datetime import date
from random import Random

from casefiles.bsn import is_bsn
from casefiles.models import Party, PartyFacts
from retention.demonstration.names import names, surname

BSN_NUMBERS = 10_000
TOGETHER = 0.15  # how often one dossier is about both children
UNUSED_LETTERS = "FIOQUY"  # no Dutch postcode was ever given these letters


@dataclass(frozen=True, slots=True, repr=False)
class Family:
    """The people of one dossier, and the words with which a story speaks of the young person and the parent."""

    members: tuple[tuple[Party.Role, PartyFacts], ...]
    words: dict[str, str]

    @property
    def youths(self) -> list[PartyFacts]:
        """The young people, the one that the dossier is about first."""
        return [facts for role, facts in self.members if role == Party.Role.YOUTH]


def invented_bsn(number: int) -> str:
    """Return the first BSN at or after the `number`th of the range 9999xxxxx that passes the eleven test.

    Of two numbers in a row at least one has a BSN, so that even numbers never share one.
    """
    for offset in range(BSN_NUMBERS):
        stem = 99_990_000 + (number + offset) % BSN_NUMBERS
        for digit in range(10):
            if is_bsn(text := f"{stem}{digit}"):
                return text
    raise AssertionError("the range holds thousands of them")


def invent(rng: Random, number: int, birth_date: date | None, *, guardian: bool, parents: int) -> Family:
    """Make a family around a young person of that birth date; `number` keeps their BSNs apart.

    `parents` is how many there are, 0 when it does not matter.
    """
    prefix, family_name = surname(rng.choice(names().surnames))
    girl, mother = rng.random() < 0.5, rng.random() < 0.75
    home = _home(rng)
    youth = replace(
        home,
        given_names=rng.choice(names().girls if girl else names().boys),
        prefix=prefix,
        surname=family_name,
        birth_date=birth_date,
        bsn=invented_bsn(number * 4),
    )
    sibling = _sibling(rng, youth, number)
    parent = _parent(rng, mother, (prefix, family_name), home, authority=not guardian)
    members = [(Party.Role.YOUTH, youth), (Party.Role.PARENT, parent)]
    if sibling is not None:
        members.append((Party.Role.YOUTH if rng.random() < TOGETHER else Party.Role.SIBLING, sibling))
    if guardian:
        members.append(
            (Party.Role.GUARDIAN, _parent(rng, not mother, surname(rng.choice(names().surnames)), _home(rng)))
        )
    elif parents == 2 or (parents == 0 and rng.random() < 0.5):
        members.append((Party.Role.PARENT, _parent(rng, not mother, surname(rng.choice(names().surnames)), _home(rng))))
    return Family(tuple(members), _words(youth, parent, sibling, girl=girl, mother=mother))


def _home(rng: Random) -> PartyFacts:
    """Return what everyone of one household has in common."""
    letters = rng.choice(UNUSED_LETTERS) + rng.choice(UNUSED_LETTERS)
    return PartyFacts(
        address=f"{rng.choice(names().streets)} {rng.randint(1, 148)}",
        postcode=f"{rng.randint(1011, 9899)} {letters}",
        city=rng.choice(names().places),
    )


def _parent(
    rng: Random, mother: bool, name: tuple[str, str], home: PartyFacts, *, authority: bool = True
) -> PartyFacts:
    given = rng.choice(names().mothers if mother else names().fathers)
    digits = f"{rng.randint(0, 9999):04}"
    return replace(
        home,
        given_names=given,
        prefix=name[0],
        surname=name[1],
        authority=authority,
        phone=f"06 00 00 {digits[:2]} {digits[2:]}",  # numbers that start with 06 00 are not given out
        email=f"{given.lower()}.{digits}@example.org",
        secret_address=rng.random() < 0.03,
    )


def _sibling(rng: Random, youth: PartyFacts, number: int) -> PartyFacts | None:
    if youth.birth_date is None or rng.random() < 0.4:
        return None
    older = rng.choice((2, 3, 4, 5))
    return replace(
        youth,
        given_names=rng.choice([n for n in names().girls + names().boys if n != youth.given_names]),
        birth_date=date(youth.birth_date.year - older, rng.randint(1, 12), rng.randint(1, 28)),
        bsn=invented_bsn(number * 4 + 2),
    )


def _words(
    youth: PartyFacts, parent: PartyFacts, sibling: PartyFacts | None, *, girl: bool, mother: bool
) -> dict[str, str]:
    called = f"{parent.prefix[:1].upper()}{parent.prefix[1:]} {parent.surname}".strip()
    return {
        "naam": youth.given_names,
        "hij": "zij" if girl else "hij",
        "Hij": "Zij" if girl else "Hij",
        "hem": "haar" if girl else "hem",
        "zijn": "haar" if girl else "zijn",
        "ouder": "moeder" if mother else "vader",
        "Ouder": "Moeder" if mother else "Vader",
        "ouder_naam": f"{'mevrouw' if mother else 'meneer'} {called}",
        "broertje": sibling.given_names if sibling else "een neefje",
        "plaats": youth.city,
    }
