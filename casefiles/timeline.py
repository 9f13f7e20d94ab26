"""The timeline of a dossier: entries, documents and what happened to it, newest first, in one statement a page."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from itertools import groupby
from typing import Any
from uuid import UUID

from django.db import models
from django.db.models import F, Value
from django.db.models.functions import Cast, TruncDate
from django.utils.translation import gettext_lazy as _

from casefiles.access import items_of
from casefiles.models import AccessEvent, Document, Dossier, Entry

PAGE = 25
Rows = models.QuerySet[Any, Any]
Action = AccessEvent.Action

# What happened to a dossier that its people should see between its entries; who only read it is in the access log.
MATTERS = (
    Action.OPEN,
    Action.IMPORT,
    Action.CLOSE,
    Action.REOPEN,
    Action.GRANT,
    Action.REVOKE,
    Action.EMERGENCY,
    Action.REVIEW,
    Action.HOLD,
    Action.LIFT,
    Action.EXEMPT,
)


class Show(models.TextChoices):
    """What the timeline shows."""

    ALL = "all", _("All")
    ENTRIES = "entries", _("Entries")
    DOCUMENTS = "documents", _("Documents")
    ACCESS = "access", _("Status and access")


@dataclass(frozen=True, slots=True)
class Happening:
    """One line of the timeline: `subject` is an Entry, a Document or an AccessEvent; `what` says which."""

    what: str
    day: date
    at: datetime
    subject: Entry | Document | AccessEvent


@dataclass(frozen=True, slots=True)
class Month:
    """The happenings of one month."""

    first: date
    happenings: list[Happening]


@dataclass(frozen=True, slots=True)
class Page:
    """One page of the timeline; `older` and `newer` are page numbers, None where there is none."""

    months: list[Month]
    newer: int | None
    older: int | None


# The columns of the three parts: a union goes by position, and its order by the names of its first part.
COLUMNS = ("what", "row", "day", "at", "code", "second", "name", "flag", "secret", "number", "blob")


def _text(value: str = "") -> Value:
    return Value(value, output_field=models.TextField())


def _number(value: str | Value) -> Cast:
    return Cast(value, models.BigIntegerField())


def _entries(dossier: Dossier) -> Rows:
    return (
        items_of(Entry.objects.all(), dossier)
        .annotate(what=_text("entry"), row=F("id"), day=F("occurred_on"), at=F("written_at"), code=F("kind"))
        .annotate(second=F("source"), name=_text(), flag=F("substantive"), number=_number("version"), blob=F("facts"))
        .annotate(secret=F("treatment_secret"))
        .values_list(*COLUMNS)
    )


def _documents(dossier: Dossier) -> Rows:
    midnight = Cast("created_on", models.DateTimeField())
    return (
        items_of(Document.objects.filter(stored=True), dossier)
        .annotate(what=_text("document"), row=F("id"), day=F("created_on"), at=midnight, code=F("category"))
        .annotate(second=_text(), name=_text(), flag=Value(False), number=F("size"), blob=F("facts"))
        .annotate(secret=F("treatment_secret"))
        .values_list(*COLUMNS)
    )


def _events(dossier: Dossier) -> Rows:
    nothing = Value(None, output_field=models.BinaryField(null=True))
    return (
        AccessEvent.objects.filter(dossier_id=dossier.pk, action__in=MATTERS, outcome=AccessEvent.Outcome.DONE)
        .exclude(action=Action.GRANT, ground="opened")  # the opener's own access is part of the opening
        .annotate(what=_text("event"), row=F("id"), day=TruncDate("occurred_at"), at=F("occurred_at"), code=F("action"))
        .annotate(second=F("ground"), name=F("actor_name"), flag=Value(False), number=_number(Value(0)), blob=nothing)
        .annotate(secret=Value(False))
        .values_list(*COLUMNS)
    )


_PARTS: dict[Show, tuple[Callable[[Dossier], Rows], ...]] = {
    Show.ENTRIES: (_entries,),
    Show.DOCUMENTS: (_documents,),
    Show.ACCESS: (_events,),
}


def read(dossier: Dossier, show: Show, number: int) -> Page:
    """Return page `number` (from 1) of what the person chose to see, in one query."""
    first, *others = [part(dossier) for part in _PARTS.get(show, (_entries, _documents, _events))]
    rows = first.union(*others, all=True) if others else first
    start = (number - 1) * PAGE
    found = list(rows.order_by("-day", "-at", "row")[start : start + PAGE + 1])
    happenings = [_happening(dossier, *row) for row in found[:PAGE]]
    return Page(
        months=[Month(first_day, list(group)) for first_day, group in groupby(happenings, _month)],
        newer=number - 1 if number > 1 else None,
        older=number + 1 if len(found) > PAGE else None,
    )


def _month(happening: Happening) -> date:
    return happening.day.replace(day=1)


def _happening(dossier: Dossier, what: str, row: UUID, day: date, at: datetime, *rest: Any) -> Happening:
    return Happening(what, day, at, _SUBJECTS[what](dossier, row, day, at, *rest))


# A sealed part goes into the instance as the blob it is, and opens when it is read.
def _entry(dossier: Dossier, row: UUID, day: date, at: datetime, *rest: Any) -> Entry:
    kind, source, _name, substantive, secret, version, blob = rest
    values = {"kind": kind, "source": source, "substantive": substantive, "version": version, "facts": blob}
    values["treatment_secret"] = secret
    return Entry(id=row, dossier_id=dossier.pk, occurred_on=day, written_at=at, **values)


def _document(dossier: Dossier, row: UUID, day: date, at: datetime, *rest: Any) -> Document:
    category, _second, _name, _flag, secret, size, blob = rest
    values = {"category": category, "size": size, "facts": blob, "treatment_secret": secret}
    return Document(id=row, dossier_id=dossier.pk, created_on=day, stored=True, **values)


def _event(dossier: Dossier, row: UUID, day: date, at: datetime, *rest: Any) -> AccessEvent:
    action, ground, actor_name, _flag, _secret, _number, _blob = rest
    return AccessEvent(
        id=row, occurred_at=at, action=action, ground=ground, actor_name=actor_name, dossier_id=dossier.pk
    )


_SUBJECTS: dict[str, Callable[..., Entry | Document | AccessEvent]] = {
    "entry": _entry,
    "document": _document,
    "event": _event,
}
