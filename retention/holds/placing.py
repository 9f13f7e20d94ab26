"""Placing holds. A hold always beats an approval until the claim of destruction has committed."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from uuid import UUID, uuid4

from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext as _

from casefiles import access, journal
from casefiles.models import AccessEvent, Job, User
from casefiles.vault import keys
from retention import timing
from retention.holds import covering, showing, who
from retention.models import Clock, Hold, HoldCover, HoldCriterion, HoldFacts, HoldMissed, HoldNote, HoldText
from retention.states import LIVING

INLINE = 2000  # so many dossiers are covered at once, which takes about a second; more are a job's


class NotPossible(Exception):
    """This hold cannot be placed or reviewed so; the message says what to do."""


@dataclass(frozen=True, slots=True)
class Placed:
    """A new hold, with the dossiers that it covers and those for which it came too late."""

    hold: Hold
    covered: tuple[UUID, ...]
    too_late: tuple[UUID, ...]


@dataclass(frozen=True, slots=True, repr=False)
class Ground:
    """Why a hold stands, until when it is reviewed, and in whose words. The same `once` twice is one hold."""

    reason: str
    review_on: date
    facts: HoldFacts = field(default_factory=HoldFacts)
    once: UUID = field(default_factory=uuid4)


def place(
    dossier_ids: Iterable[UUID], reason: str, *, owner: User, review_on: date, facts: HoldFacts | None = None
) -> Placed:
    """Hold these dossiers. Raises Refused when one is not the owner's to hold; see `place_on`."""
    return place_on(dossier_ids, Ground(reason, review_on, facts or HoldFacts()), owner=owner)


def place_on(dossier_ids: Iterable[UUID], ground: Ground, *, owner: User) -> Placed:
    """Hold these dossiers. Locks their clocks first, so that a claim is wholly before or wholly after it.

    The lock on the clock is the fence of what is written here: the claim needs it too. Raises Refused.
    """
    wanted = set(dossier_ids)
    who.require_holdable(owner, ground.reason, wanted)
    known = Hold.objects.filter(once=ground.once).first()
    if known is not None:
        return _again(known)
    with transaction.atomic():
        clocks = list(Clock.objects.select_for_update().filter(dossier_id__in=wanted).order_by("pk"))
        covered = tuple(c.dossier_id for c in clocks if c.dossier_id and c.state in LIVING)
        too_late = tuple(wanted - set(covered))
        hold = _written(ground, owner)
        HoldCover.objects.bulk_create(HoldCover(hold=hold, dossier_id=dossier_id) for dossier_id in covered)
        HoldMissed.objects.bulk_create(HoldMissed(hold=hold, dossier_id=dossier_id) for dossier_id in too_late)
        Clock.objects.filter(dossier_id__in=covered).update(held=F("held") + 1)
        if ground.facts:
            _note(hold, covered, ground.facts)
        journal.record_many(AccessEvent.Action.HOLD, owner, list(covered), ground=ground.reason)
    return Placed(hold, covered, too_late)


def _again(hold: Hold) -> Placed:
    return Placed(
        hold,
        tuple(hold.covers.values_list("dossier_id", flat=True)),
        tuple(hold.missed.values_list("dossier_id", flat=True)),
    )


def _written(ground: Ground, owner: User) -> Hold:
    return Hold.objects.create(reason=ground.reason, owner=owner, review_on=ground.review_on, once=ground.once)


def _note(hold: Hold, dossier_ids: Sequence[UUID], facts: HoldFacts) -> None:
    keys.open_many(dossier_ids)
    HoldNote.objects.bulk_create(HoldNote(hold=hold, dossier_id=i, facts=facts) for i in dossier_ids)


def place_by_criterion(criterion: HoldCriterion, ground: Ground, *, owner: User) -> Hold:
    """Hold a class of dossiers, those that come later included. From the commit on none of them is claimed.

    Few are covered at once; for more than INLINE the hold gets a job, which the caller rings. Raises Refused,
    and NotPossible for good care, which is decided dossier by dossier, or for a criterion that means everything.
    """
    if not who.may_hold_classes(owner):
        access.refuse(owner, f"hold {ground.reason}")
    if ground.reason == Hold.Reason.GOOD_CARE:
        raise NotPossible(_("Good care is decided for a dossier by its own professionals, not for a class."))
    if not criterion.narrows:
        raise NotPossible(_("Say at least one thing about the dossiers that you mean."))
    known = Hold.objects.filter(once=ground.once).first()
    return known or _hold_class(criterion, ground, owner)


def _hold_class(criterion: HoldCriterion, ground: Ground, owner: User) -> Hold:
    count = showing.meant_by(criterion).count()
    text = HoldText(facts=ground.facts)
    if ground.facts:
        keys.create([text.pk])
    with transaction.atomic():
        hold = _written(ground, owner)
        criterion.hold = hold
        criterion.save(force_insert=True)
        if ground.facts:
            text.hold = hold
            text.save(force_insert=True)
        covering.note_missed(hold)
        journal.record(AccessEvent.Action.HOLD, owner, ground=f"{ground.reason} {hold.name}", expected=count)
        if count > INLINE:
            give_job(hold, count, owner)
        else:
            covering.cover_all(hold, HoldCover.How.PLACED, by=owner)
    return hold


def give_job(hold: Hold, total: int, by: User) -> None:
    """Give a hold a new job, in the caller's transaction; the caller rings its bell after the commit."""
    hold.job = Job.objects.create(kind="hold", total=total, started_by=by)
    hold.save(update_fields=["job"])


def review(hold: Hold, review_on: date, *, by: User) -> None:
    """Decide that a hold stays until a new review date. Raises Refused, and NotPossible for a date that passed."""
    if by.pk != hold.owner_id or hold.reason == Hold.Reason.GOOD_CARE:
        who.require_decider(by, hold)
    if review_on <= timing.today():
        raise NotPossible(_("The review date must lie in the future."))
    with transaction.atomic():
        if Hold.objects.filter(pk=hold.pk, lifted_at=None).exclude(review_on=review_on).update(review_on=review_on):
            covered = HoldCover.objects.filter(hold=hold, lifted_at=None).values_list("dossier_id", flat=True)
            ids: list[UUID | None] = [None] if hasattr(hold, "criterion") else list(covered)
            ground = f"{hold.reason} {hold.name}"
            journal.record_many(AccessEvent.Action.HOLD, by, ids, ground=ground, reviewed=str(review_on))
