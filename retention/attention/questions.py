"""Questions to people: which fact is missing for a date, and why a dossier past its date is still open."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db import transaction
from django.db.models import BooleanField, Count, Exists, OuterRef, QuerySet
from django.db.models.expressions import RawSQL
from django.utils.translation import get_language

from casefiles import journal, lifecycle
from casefiles.access import METADATA_ROLES, Ability, require, visible_to
from casefiles.models import AccessEvent, Dossier, User
from retention import clockbars, timing
from retention.models import Clock, StaysOpen, StaysOpenFacts
from retention.schedule import Derivation, Fact, Language, Waiting, questions
from retention.states import ClockState

OF_PEOPLE = {Fact.BIRTH_DATE, Fact.FAMILY_BIRTH_DATE}
SAME = "clock.dossier_id = casefiles_dossier.id"


def waiting(user: User) -> QuerySet[Dossier]:
    """Return the dossiers without a date that this person can mend: those that they write in."""
    clocks = Clock.objects.filter(dossier=OuterRef("pk"), state=ClockState.WAITING)
    return visible_to(user, Ability.CONTRIBUTE).filter(Exists(clocks)).order_by("opened_on", "reference")


@dataclass(frozen=True, slots=True)
class Asked:
    """One dossier with the questions that stand between it and a date."""

    dossier: Dossier
    questions: tuple[str, ...]
    missing: tuple[Fact, ...] = ()

    @property
    def of_people(self) -> bool:
        """Whether a birth date is asked, which stands with the people of the dossier."""
        return bool(OF_PEOPLE & set(self.missing))

    @property
    def of_dates(self) -> bool:
        """Whether something is asked that stands with its dates."""
        return bool(set(self.missing) - OF_PEOPLE)


def asked(dossiers: Sequence[Dossier]) -> list[Asked]:
    """Put the missing facts of a page of dossiers into words, as its rule asks for them."""
    derived = timing.derivations_of(dossiers)
    language: Language = "nl" if (get_language() or "nl").startswith("nl") else "en"
    return [_asked(dossier, derived[dossier.pk].derivation, language) for dossier in dossiers]


def _asked(dossier: Dossier, derivation: Derivation, language: Language) -> Asked:
    outcome = derivation.outcome
    return Asked(dossier, questions(derivation, language), outcome.missing if isinstance(outcome, Waiting) else ())


def waiting_counts(user: User) -> list[dict[str, Any]]:
    """Return how many dossiers wait for a fact, by team and kind, for who works on metadata."""
    if user.role not in METADATA_ROLES:
        return []
    found = Clock.objects.filter(state=ClockState.WAITING, dossier__isnull=False)
    counted = found.values("dossier__team__name", "category__name_nl", "category__name_en").annotate(n=Count("pk"))
    return [dict(line) for line in counted.order_by("-n", "dossier__team__name")]


def past_and_open(user: User) -> QuerySet[Dossier]:
    """Return the open dossiers past their date that this person leads and has not answered for until a later day."""
    today = timing.today()
    passed = clockbars.passed(today)
    condition = f"EXISTS (SELECT 1 FROM retention_clock clock WHERE {SAME} AND {passed.text})"  # noqa: S608 - the schedule's own SQL
    answered = StaysOpen.objects.filter(dossier=OuterRef("pk"), until__gte=today)
    led = visible_to(user, Ability.LEAD).filter(status=Dossier.Status.OPEN)
    over = RawSQL(condition, passed.params, output_field=BooleanField())  # noqa: S611 - the schedule's own SQL
    return led.filter(over, ~Exists(answered)).order_by("reference")


def stays_open(dossier: Dossier, reason: str, until: date, text: str, *, by: User) -> StaysOpen:
    """Answer why an open dossier stays open, until when. Raises Refused and NotWritable.

    The words are sealed under the dossier's key. The last substantive change stays: this is not what happened.
    """
    require(by, Ability.LEAD, dossier)
    with transaction.atomic():
        locked = lifecycle.fence(dossier.pk)
        answer = StaysOpen.objects.create(
            dossier=locked,
            reason=reason,
            until=until,
            answered_by=by,
            facts=StaysOpenFacts(text=text, author=by.name),
        )
        journal.record(AccessEvent.Action.CHANGE, by, locked.pk, ground=f"stays open {reason}", until=until.isoformat())
    return answer
