"""The people of a dossier: adding and changing them."""

from dataclasses import dataclass, field
from uuid import UUID, uuid4

from django.db import transaction
from django.utils.translation import gettext as _

from casefiles import journal, search
from casefiles.access import Ability, require
from casefiles.lifecycle.fencing import Stale, fence
from casefiles.models import AccessEvent, Dossier, Party, PartyFacts, User
from casefiles.signals import dossier_changed

# Whose birth dates a retention term may count from.
CHILDREN = {Party.Role.YOUTH, Party.Role.SIBLING}


@dataclass(frozen=True, slots=True, repr=False)
class NewParty:
    """A person to add to a dossier. The same `id` twice (a double click) is one person."""

    role: str
    facts: PartyFacts
    id: UUID = field(default_factory=uuid4)


def add_party(dossier: Dossier, new: NewParty, *, by: User) -> Party:
    """Add a person to a dossier and to the search index. Raises Refused and NotWritable."""
    require(by, Ability.CONTRIBUTE, dossier)
    with transaction.atomic():
        locked = fence(dossier.pk)
        known = Party.objects.filter(pk=new.id, dossier=locked).first()
        if known is not None:
            return known
        party = Party.objects.create(id=new.id, dossier=locked, role=new.role, facts=new.facts)
        _spread(locked, by, moves=party.role in CHILDREN)
    return party


def change_party(party: Party, role: str, facts: PartyFacts, *, seen: int, by: User) -> Party:
    """Change a person. `seen` is the version that the editor had open.

    A young person's birth date may move the clock. Raises Refused, NotWritable and Stale.
    """
    require(by, Ability.CONTRIBUTE, party.dossier)
    with transaction.atomic():
        locked = fence(party.dossier_id)
        current = Party.objects.get(pk=party.pk)
        if current.version != seen:
            raise Stale(_("Somebody else changed this person after you opened the form."))
        moves = not CHILDREN.isdisjoint({current.role, role}) and (current.role, current.facts.birth_date) != (
            role,
            facts.birth_date,
        )
        current.role, current.facts, current.version = role, facts, seen + 1
        current.save(update_fields=["role", "facts", "version"])
        _spread(locked, by, moves=moves)
    return current


def _spread(dossier: Dossier, by: User, *, moves: bool) -> None:
    """Write the search index anew, log the change, and let the clock follow when a young person's birth date did.

    The last substantive change stays: who someone is, is not what happened.
    """
    search.index(dossier.pk, [party.facts for party in Party.objects.filter(dossier=dossier)])
    journal.record(AccessEvent.Action.CHANGE, by, dossier.pk, ground="party")
    if moves:
        dossier_changed.send(Dossier, dossier=dossier, by=by)
