"""Gathering what is known of a dossier for its rule: from its columns, its people and its sealed circumstances.

Only what the rule asks is opened: a rule that counts from the last change reads no sealed field at all.
"""

from collections.abc import Iterable
from datetime import date
from types import MappingProxyType
from typing import Final

from casefiles.models import Circumstances, Document, Dossier, Entry, Organisation, Party
from retention.onrequest import Granted
from retention.schedule import Dated, Decision, Facts, Rule, Trigger

NOTHING: Final[Granted] = MappingProxyType({})
CHILDREN: Final = (Party.Role.YOUTH, Party.Role.SIBLING)
"""Whose birth dates a rule may count from: the young people, and for the family its other children too."""

OF_PEOPLE: Final = {Trigger.BIRTH, Trigger.MAJORITY, Trigger.YOUNGEST_CHILD_18}
SAID: Final = {
    Trigger.ARRIVAL,
    Trigger.NAMED_EVENT,
    Trigger.DECISION_START,
    Trigger.DECISION_EXPIRY,
    Trigger.PARENT_END,
    Trigger.RELATED_END,
}


def facts_of(dossier: Dossier, rule: Rule, granted: Granted = NOTHING) -> Facts:
    """Gather what `rule` needs to know of one dossier."""
    people = dossier.party_set.filter(role__in=CHILDREN) if asks_people(rule) else ()
    return facts_with(dossier, people, rule, granted)


def facts_with(dossier: Dossier, people: Iterable[Party], rule: Rule, granted: Granted = NOTHING) -> Facts:
    """Gather what `rule` needs to know of a dossier whose people (at least its children) are at hand.

    `granted` are the requests for its destruction that were granted (retention/onrequest.py).
    """
    children = [person for person in people if person.role in CHILDREN] if asks_people(rule) else []
    said = _circumstances(dossier, rule)
    starts = said.decision_starts_on
    return Facts(
        opened_on=dossier.opened_on,
        last_change_on=dossier.last_change_on,
        is_closed=dossier.closed_on is not None,
        closed_on=dossier.closed_on,
        birth_date=_youngest(child for child in children if child.role == Party.Role.YOUTH),
        family_birth_date=_youngest(children),
        end_of_measure_on=dossier.end_of_measure_on,
        arrived_on=said.arrived_on,
        events={**said.events, **granted},
        decisions=(Decision(starts, said.decision_expires_on),) if starts else (),
        parent_ends=(said.main_case_ended_on,) if said.main_case_ended_on else (),
        related_ends=(said.related_cases_ended_on,) if said.related_cases_ended_on else (),
        created_on=_newest_item(dossier) if _asks_items(rule) else None,
        kind=dossier.kind,
        organisation=_organisation() if any(c.organisations for c in rule.conditions) else "",
        flags=said.flags,
    )


def asks_people(rule: Rule) -> bool:
    """Whether an applied line counts from a birth date."""
    return any(line.trigger in OF_PEOPLE for line in rule.applied)


def asks_sealed(rule: Rule) -> bool:
    """Whether the rule needs a sealed field of the dossier: without it only clear columns decide."""
    return asks_people(rule) or _asks_said(rule)


def _asks_said(rule: Rule) -> bool:
    flags = any(condition.flag for condition in rule.conditions)
    return flags or any(line.trigger in SAID for line in rule.applied)


def _asks_items(rule: Rule) -> bool:
    dated = any(condition.dated is Dated.CREATED for condition in rule.conditions)
    return dated or any(line.trigger is Trigger.OWN_CREATION for line in rule.applied)


def _circumstances(dossier: Dossier, rule: Rule) -> Circumstances:
    known = dossier.facts if _asks_said(rule) else None
    return known.circumstances if known else Circumstances()


def _youngest(people: Iterable[Party]) -> date | None:
    """The last of their birth dates; None when there are none, or one is unknown."""
    births = [person.facts.birth_date for person in people]
    known = [birth for birth in births if birth is not None]
    return max(known) if known and len(known) == len(births) else None


def _newest_item(dossier: Dossier) -> date | None:
    """The date of a dossier's newest entry or document; None when it has neither."""
    entry = Entry.objects.filter(dossier=dossier).order_by("-occurred_on").values_list("occurred_on", flat=True)
    document = Document.objects.filter(dossier=dossier, stored=True).order_by("-created_on")
    dates = [entry.first(), document.values_list("created_on", flat=True).first()]
    return max((day for day in dates if day is not None), default=None)


def _organisation() -> str:
    found = Organisation.objects.current()
    return found.kind if found else ""
