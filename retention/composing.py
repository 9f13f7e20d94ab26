"""Composing a destruction list by hand: what is due and on no list, chosen by category, team or reference.

The same guards as at night: only what fell due, is closed, is not held, is not exempted and stands on no list. It is
for what came free since the last night: a hold that was lifted, a list that was cancelled.
"""

from collections.abc import Collection
from dataclasses import dataclass
from hashlib import sha256

from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from casefiles import journal
from casefiles.models import AccessEvent, Team, User
from retention import lists, sweeping, timing
from retention.lists import OFFICERS, NotAllowed
from retention.models import Category, Clock, DestructionList, RuleVersion


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is asked for; what is empty does not narrow it."""

    category: Category | None = None
    team: Team | None = None
    references: Collection[str] = ()


@dataclass(frozen=True, slots=True)
class Free:
    """What may come on one list: the clocks of one category and team, under the rule in force."""

    version: RuleVersion
    team: Team
    clocks: tuple[Clock, ...]


@dataclass(frozen=True, slots=True)
class Proposal:
    """The lists that would be made, the references that would come on none of them, and a digest of it all."""

    lists: tuple[Free, ...]
    missed: tuple[str, ...]

    @property
    def count(self) -> int:
        """How many dossiers would come on a list."""
        return sum(len(free.clocks) for free in self.lists)

    @property
    def digest(self) -> str:
        """Return what tells this proposal from any other."""
        told = sorted(f"{free.version.pk} {clock.pk}" for free in self.lists for clock in free.clocks)
        return sha256("\n".join(told).encode()).hexdigest()


def propose(wanted: Wanted) -> Proposal:
    """Return what would come on lists now, at most lists.ADDING dossiers a list."""
    found = [free for version in _versions(wanted) for free in _free(version, wanted)]
    taken = {clock.dossier.reference for free in found for clock in free.clocks if clock.dossier}
    return Proposal(tuple(found), tuple(sorted(set(wanted.references) - taken)))


def _versions(wanted: Wanted) -> QuerySet[RuleVersion]:
    versions = RuleVersion.objects.in_force(timing.today()).filter(category__clocks__state="due").distinct()
    return versions.filter(category=wanted.category) if wanted.category else versions


def _free(version: RuleVersion, wanted: Wanted) -> list[Free]:
    narrowed = Q(dossier__team=wanted.team) if wanted.team else Q()
    if wanted.references:
        narrowed &= Q(dossier__reference__in=list(wanted.references))
    found = lists.unlisted(version, timing.today()).filter(narrowed).select_related("dossier__team")
    teams: dict[int, list[Clock]] = {}
    for clock in found.defer("dossier__facts").order_by("dossier__team", "pk"):
        if clock.dossier:
            teams.setdefault(clock.dossier.team_id, []).append(clock)
    return [
        Free(version, clocks[0].dossier.team, tuple(clocks[: lists.ADDING]))
        for clocks in teams.values()
        if clocks[0].dossier
    ]


def compose(wanted: Wanted, digest: str, *, by: User) -> list[DestructionList]:
    """Make the lists of a proposal, each a new one; return them. Nothing is made when it is not what was shown.

    Raises NotAllowed: for all but an officer, when what is free changed, and when this machine's date jumped.
    """
    if by.role not in OFFICERS or not by.is_active:
        journal.record(AccessEvent.Action.START, by, outcome=AccessEvent.Outcome.REFUSED, ground="compose")
        raise NotAllowed(_("A privacy officer or an administrator composes a list by hand."))
    try:
        sweeping.check_date(timing.today())
    except sweeping.ClockJumped as error:
        raise NotAllowed(str(error)) from None
    with transaction.atomic():
        lists.one_composer()
        proposal = propose(wanted)
        if not proposal.count or proposal.digest != digest:
            raise NotAllowed(_("What is due and on no list changed since you looked. Look again."))
        return [_made(free, by) for free in proposal.lists]


def _made(free: Free, by: User) -> DestructionList:
    made = lists.opened(free.version, free.team.pk, timing.today(), by=by)
    lists.put_on(made, free.version, list(free.clocks))
    ids = [clock.dossier_id for clock in free.clocks]
    journal.record_many(AccessEvent.Action.CHANGE, by, ids, ground=f"on list {made.name}")
    return made
