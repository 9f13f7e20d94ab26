"""Emergency access (noodtoegang): the one door that is there for who may not see a dossier.

By exact reference alone. It opens at once, for a short time, and everybody who answers for the dossier knows at
once: its lead and the privacy officer, who reviews it afterwards (NEN 7510/BIO2: time-limited, with after-review).
"""

from dataclasses import dataclass, replace
from datetime import timedelta
from threading import Lock

from cachetools import TTLCache, cached
from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from casefiles import access, journal, mailing, principal
from casefiles.access import EMERGENCY, METADATA_ROLES, Ability
from casefiles.careteam import Member, care_team
from casefiles.handover import case_load
from casefiles.lifecycle import fence
from casefiles.membership import PRESENT, NotPossible
from casefiles.models import (
    AccessEvent,
    Dossier,
    DossierUserGrant,
    EmergencyAccess,
    EmergencyFacts,
    Organisation,
    Role,
    User,
)

COUNT_SECONDS = 20  # the number stands in the navigation of every page: it is this old at most
Action = AccessEvent.Action
SUBJECT = gettext_lazy("Emergency access was used")
TEXT = gettext_lazy("Log in to Goed Vertrouwen and open “Emergency access” to see it.")


@dataclass(frozen=True, slots=True)
class Plea:
    """Why somebody must see a dossier now: a code, and their own words, which are sealed."""

    reason: EmergencyAccess.Reason
    text: str


def may_use(user: User) -> bool:
    """Tell whether the door is there for this person: who works with content at all."""
    return user.is_active and user.role not in METADATA_ROLES


@dataclass(frozen=True, slots=True)
class Door:
    """What stands at the entrance: the dossier's row, and whom to ask before going in."""

    dossier: Dossier
    team: list[Member]


def find(reference: str, *, by: User) -> Door | None:
    """Return the door of exactly this reference; every try is a line in the log. Raises Refused."""
    if not may_use(by):
        access.refuse(by, EMERGENCY)
    with principal.at_entrance(_exact(reference)):
        found = _present(reference)
        journal.record(Action.SEARCH, by, found.pk if found else None, ground=EMERGENCY, found=int(found is not None))
        return Door(found, care_team(found)) if found else None


def _exact(reference: str) -> str:
    return reference.strip().upper()


def _present(reference: str) -> Dossier | None:
    return Dossier.objects.present().filter(reference=_exact(reference)).select_related("team").first()


def use(reference: str, plea: Plea, *, by: User) -> EmergencyAccess:
    """Open the dossier for reading, for the organisation's number of minutes, and tell who answers for it.

    Asked again while it lasts, it is the same use. Raises Refused, and NotPossible for a dossier that is not there
    (any more).
    """
    if not may_use(by):
        access.refuse(by, EMERGENCY)
    with principal.at_entrance(_exact(reference)):
        found = _present(reference)
        if found is None:
            raise NotPossible(_("There is no dossier with exactly this number."))
        locked = fence(found.pk, *PRESENT)
        known = EmergencyAccess.objects.filter(dossier=locked, used_by=by, until__gt=timezone.now()).first()
        if known is None and access.can(by, Ability.READ, locked):
            raise NotPossible(_("You have access to this dossier already. Open it in the usual way."))
        return known or _open(locked, plea, by)


def _open(dossier: Dossier, plea: Plea, by: User) -> EmergencyAccess:
    until = timezone.now() + timedelta(minutes=minutes())
    access.take(by, dossier, until=until)
    facts = EmergencyFacts(text=plea.text)
    used = EmergencyAccess.objects.create(dossier=dossier, used_by=by, reason=plea.reason, until=until, facts=facts)
    journal.record(Action.EMERGENCY, by, dossier.pk, ground=plea.reason, basis=AccessEvent.Basis.EMERGENCY)
    told = list(answering_for(dossier))
    transaction.on_commit(lambda: mailing.tell(told, SUBJECT, TEXT))
    return used


def minutes() -> int:
    """Return how long emergency access lasts here."""
    organisation = Organisation.objects.current()
    return organisation.emergency_minutes if organisation else 60


def answering_for(dossier: Dossier) -> QuerySet[User]:
    """Return who is told at once: those who lead the case, and the privacy officers."""
    leading = DossierUserGrant.objects.filter(
        content_object=dossier, permission__codename=Ability.LEAD, until__gt=timezone.now()
    )
    officers = User.objects.filter(role=Role.PRIVACY_OFFICER)
    return (User.objects.filter(pk__in=leading.values("user")) | officers).filter(is_active=True)


def known_to(user: User) -> QuerySet[EmergencyAccess]:
    """Return the uses that a person may know of: officers all, others their own and those in what they lead."""
    every = EmergencyAccess.objects.select_related("dossier", "used_by", "reviewed_by").order_by("-started_at")
    if user.role in {Role.PRIVACY_OFFICER, Role.DATA_PROTECTION_OFFICER}:
        return every
    return every.filter(used_by=user) | every.filter(dossier__in=case_load(user).values("pk"))


def to_review() -> QuerySet[EmergencyAccess]:
    """Return the uses without a verdict, the oldest first."""
    return EmergencyAccess.objects.filter(verdict="").order_by("started_at")


def number_to_review(user: User) -> int | None:
    """Return how many uses wait for a privacy officer's verdict, or were made of what a person leads: for the menu.

    For who leads a case it is a notice, until the verdict: it was not they who were asked. None for other roles.
    """
    if user.role == Role.PRIVACY_OFFICER:
        return _number_to_review(None)
    return _number_to_review(user.pk) if may_use(user) else None


@cached(TTLCache(4096, COUNT_SECONDS), lock=Lock())
def _number_to_review(lead: int | None) -> int:
    """Return how many wait in all, or of the dossiers that somebody leads; one's own use is no news."""
    if lead is None:
        return to_review().count()
    led = DossierUserGrant.objects.filter(user=lead, permission__codename=Ability.LEAD, until__gt=timezone.now())
    return to_review().filter(dossier__in=led.values("content_object")).exclude(used_by=lead).count()


def review(used: EmergencyAccess, verdict: EmergencyAccess.Verdict, remark: str, *, by: User) -> bool:
    """Give the verdict of the after-review, once; False when somebody else gave it meanwhile.

    An access that was not justified ends now, if it still lasts. Raises Refused and NotWritable.
    """
    if by.role != Role.PRIVACY_OFFICER or not by.is_active:
        access.refuse(by, "review", used.dossier)
    with transaction.atomic():
        locked = fence(used.dossier_id, *PRESENT)
        current = EmergencyAccess.objects.select_for_update().get(pk=used.pk)
        if current.verdict:
            return False
        current.verdict, current.reviewed_by, current.reviewed_at = verdict, by, timezone.now()
        current.facts = replace(current.facts, remark=remark)
        current.save(update_fields=["verdict", "reviewed_by", "reviewed_at", "facts"])
        if verdict == EmergencyAccess.Verdict.UNJUSTIFIED:
            _stop(current)
        journal.record(Action.REVIEW, by, locked.pk, ground=verdict, basis=AccessEvent.Basis.ROLE)
    return True


def stop(used: EmergencyAccess, *, by: User) -> None:
    """End one's own emergency access when it is not needed any more; doing it twice changes nothing."""
    if used.used_by_id != by.pk:
        access.refuse(by, EMERGENCY, used.dossier)
    with transaction.atomic():
        if _stop(used):
            journal.record(Action.REVOKE, by, used.dossier_id, ground=EMERGENCY)


def _stop(used: EmergencyAccess) -> int:
    now = timezone.now()
    EmergencyAccess.objects.filter(pk=used.pk, until__gt=now).update(until=now)
    taken = DossierUserGrant.objects.filter(content_object=used.dossier_id, user=used.used_by_id, reason=EMERGENCY)
    return taken.filter(until__gt=now).update(until=now)
