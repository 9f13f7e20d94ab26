"""Who a page of dossiers is about: names and birth years, opened in one go."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from casefiles.models import Dossier, Party, PartyFacts
from casefiles.naming import together
from casefiles.vault import keys


@dataclass(frozen=True, slots=True)
class About:
    """The young people of a dossier: "Lize & Bram T." and "2008 and 2011" ("" when no birth date is known)."""

    name: str
    born: str


def about(dossiers: Sequence[Dossier]) -> dict[Any, About]:
    """Return whom each dossier is about: one query for the rows and one for the keys, whatever the page holds.

    A dossier whose key is gone meanwhile is absent. Only for dossiers whose content the reader may see.
    """
    opened = keys.open_many([dossier.pk for dossier in dossiers])
    young: dict[Any, list[PartyFacts]] = defaultdict(list)
    for party in Party.objects.filter(dossier_id__in=list(opened), role=Party.Role.YOUTH):
        young[party.dossier_id].append(party.facts)
    return {dossier_id: _about(people) for dossier_id, people in young.items()}


def _about(people: list[PartyFacts]) -> About:
    years = sorted({person.birth_date.year for person in people if person.birth_date})
    return About(together(people), _(" and ").join(str(year) for year in years))
