"""How people are named on a screen: enough to know whom it is about, no more than the page needs."""

from collections.abc import Iterable, Sequence
from contextvars import ContextVar

from django.utils.translation import gettext as _

from casefiles.models import Party, PartyFacts

# While somebody shares their screen, no page names anybody; config.middleware sets it from the session.
hidden: ContextVar[bool] = ContextVar("hidden", default=False)
MASK = "••••"


def short_name(person: PartyFacts) -> str:
    """Return the first given name and the initial of the surname, "Noor V."; what is not known is left out."""
    if hidden.get():
        return MASK
    given = person.given_names.split()[:1]
    initial = [f"{person.surname[0].upper()}."] if person.surname else []
    return " ".join([*given, *initial]) or _("name unknown")


def full_name(person: PartyFacts) -> str:
    """Return given names, prefix and surname as they are written: "Noor van der Veen"."""
    if hidden.get():
        return MASK
    parts = (person.given_names, person.prefix, person.surname)
    return " ".join(part for part in parts if part) or _("name unknown")


def together(people: Sequence[PartyFacts]) -> str:
    """Name several people in one line; brothers and sisters share their initial: "Lize & Bram T."."""
    if hidden.get():
        return MASK
    if len({person.surname for person in people}) == 1 and all(person.given_names for person in people):
        *others, last = people
        return " & ".join([*(person.given_names.split()[0] for person in others), short_name(last)])
    return " & ".join(short_name(person) for person in people) or _("name unknown")


def young_people(parties: Iterable[Party]) -> list[PartyFacts]:
    """Return the facts of the young people among the parties, the eldest first, unknown birth dates last."""
    facts = [party.facts for party in parties if party.role == Party.Role.YOUTH]
    return sorted(facts, key=lambda person: (person.birth_date is None, person.birth_date))
