"""Parental authority (gezag): recorded with its dates and its evidence, per adult and child."""

from dataclasses import dataclass, field
from uuid import UUID, uuid4

from django.db import transaction
from django.utils.translation import gettext as _

from casefiles import journal
from casefiles.access import Ability, require
from casefiles.lifecycle.fencing import Stale, fence
from casefiles.models import AccessEvent, Authority, AuthorityFacts, Dossier, Party, User


@dataclass(frozen=True, slots=True, repr=False)
class GivenAuthority:
    """One adult's authority over one child of the same dossier. The same `id` twice is one record."""

    adult: Party
    child: Party
    facts: AuthorityFacts
    id: UUID = field(default_factory=uuid4)


def record_authority(dossier: Dossier, given: GivenAuthority, *, by: User) -> Authority:
    """Record who has authority over whom, since and until when, on what evidence. Raises Refused and NotWritable."""
    require(by, Ability.CONTRIBUTE, dossier)
    with transaction.atomic():
        locked = fence(dossier.pk)
        known = Authority.objects.filter(pk=given.id, dossier=locked).first()
        if known is not None:
            return known
        authority = Authority.objects.create(
            id=given.id, dossier=locked, adult=given.adult, child=given.child, facts=given.facts
        )
        journal.record(AccessEvent.Action.CHANGE, by, locked.pk, ground="authority")
    return authority


def change_authority(authority: Authority, facts: AuthorityFacts, *, seen: int, by: User) -> Authority:
    """Change the dates or the evidence of an authority; `seen` is the version that the editor had open.

    Raises Refused, NotWritable and Stale.
    """
    require(by, Ability.CONTRIBUTE, authority.dossier)
    with transaction.atomic():
        locked = fence(authority.dossier_id)
        current = Authority.objects.get(pk=authority.pk)
        if current.version != seen:
            raise Stale(_("Somebody else changed this authority after you opened the form."))
        current.facts, current.version = facts, seen + 1
        current.save(update_fields=["facts", "version"])
        journal.record(AccessEvent.Action.CHANGE, by, locked.pk, ground="authority")
    return current
