"""Signals: what stands beside a dossier on a destruction list, so that who decides looks twice.

Each is a yes or a no worked out by the database, with words of its own and nothing of a name or of content. What the
reader's role may not look at itself (tokens of people, other teams' files), the view retention_itemsignal answers.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final

from django.db import models
from django.db.models import BooleanField, Exists, OuterRef, Q, QuerySet
from django.db.models.expressions import Combinable, RawSQL
from django.utils.translation import gettext_lazy as _

from casefiles.models import Dossier
from retention.models import Approval, Clock, DestructionList, ListItem
from retention.states import ClockState, ItemStep

TIMES_THE_MIDDLE, FEWEST = 4, 60


class Signal(models.TextChoices):
    """Why to look twice. All but the last three are counted as signals; those say something, and warn of nothing."""

    HELD = "held", _("hold")
    REOPENED = "reopened", _("open again")
    MOVED = "moved", _("date changed")
    FAMILY = "family", _("relative has an active file")
    REQUEST = "request", _("open request")
    COMPLAINT = "complaint", _("complaint or claim")
    READ = "read", _("read in the past year")
    SIZE = "size", _("unusually large")
    NEW = "new", _("new since the last review")
    EXEMPTED_BEFORE = "exempted_before", _("exempted before")
    REMARK = "remark", _("remark")
    NOT_OFFERED = "not_offered", _("no copy offered")
    OFFERED = "offered", _("copy offered")


S = Signal
ONLY_TOLD: Final = (S.REMARK, S.NOT_OFFERED, S.OFFERED)
WARNING: Final = tuple(signal for signal in Signal if signal not in ONLY_TOLD)
LOOKS: Final[dict[Signal, tuple[str, str]]] = {
    S.HELD: ("hold", "hand"),
    S.REOPENED: ("attention", "lock-open"),
    S.MOVED: ("attention", "calendar-clock"),
    S.FAMILY: ("info", "users-round"),
    S.REQUEST: ("error", "mail-question-mark"),
    S.COMPLAINT: ("attention", "message-square-warning"),
    S.READ: ("info", "eye"),
    S.SIZE: ("info", "files"),
    S.NEW: ("info", "list-plus"),
    S.EXEMPTED_BEFORE: ("info", "history"),
    S.REMARK: ("", "message-square-text"),
    S.NOT_OFFERED: ("", "copy"),
    S.OFFERED: ("ok", "copy"),
}
_VIEW = {S.FAMILY, S.REQUEST, S.COMPLAINT, S.READ}
_ASKED = "(SELECT asked.{} FROM retention_itemsignal asked WHERE asked.item_id = retention_listitem.id)"
# That there is a remark is told to all who decide; the remark itself only the department sees.
_REMARKED = "EXISTS (SELECT 1 FROM retention_remarked remarked WHERE remarked.item_id = retention_listitem.id)"
# Larger than so many times the middle one of its list, which is asked once for the whole statement.
_LARGE = """
    (SELECT held.documents + held.entries FROM casefiles_contents held
     WHERE held.dossier_id = retention_listitem.dossier_id)
    > (SELECT greatest(%s, %s * percentile_cont(0.5) WITHIN GROUP (
           ORDER BY among.documents + among.entries))
       FROM retention_listitem beside JOIN casefiles_contents among ON among.dossier_id = beside.dossier_id
       WHERE beside.destruction_list_id = %s)
"""


@dataclass(frozen=True, slots=True)
class Badge:
    """A signal as it is shown: icon, colour and words."""

    signal: Signal
    words: str
    kind: str
    icon: str

    @classmethod
    def of(cls, signal: Signal) -> "Badge":
        """Return a signal's badge."""
        return cls(signal, str(signal.label), *LOOKS[signal])


def annotated(found: QuerySet[ListItem], of: DestructionList) -> QuerySet[ListItem]:
    """Add to the items of one list each signal as `signal_<value>`, true, false or (a dossier that is gone) None."""
    return found.annotate(**{f"signal_{signal}": expression for signal, expression in _expressions(of)})


def condition(signal: Signal) -> Q:
    """Return the condition of annotated items that bear this signal."""
    return Q(**{f"signal_{signal}": True})


def any_warning() -> Q:
    """Return the condition of annotated items that bear a signal that warns."""
    found = Q()
    for signal in WARNING:
        found |= condition(signal)
    return found


def badges(item: Any) -> list[Badge]:
    """Return the badges of one annotated item."""
    return [Badge.of(signal) for signal in Signal if getattr(item, f"signal_{signal}", False)]


def _expressions(of: DestructionList) -> Iterator[tuple[Signal, Combinable]]:
    clocks = Clock.objects.filter(dossier_id=OuterRef("dossier_id"))
    dossiers = Dossier.objects.filter(pk=OuterRef("dossier_id"))
    elsewhere = ListItem.objects.filter(dossier_id=OuterRef("dossier_id"), step=ItemStep.EXEMPTED)
    decided = Approval.objects.filter(item__destruction_list=of, approved_at__lt=OuterRef("added_at"))
    yield S.HELD, Exists(clocks.filter(held__gt=0))
    yield S.REOPENED, Exists(dossiers.filter(status=Dossier.Status.OPEN))
    yield S.MOVED, Exists(clocks.filter(dossier__status=Dossier.Status.CLOSED).exclude(state__in=_AS_LISTED))
    yield S.NEW, Exists(decided)
    yield S.EXEMPTED_BEFORE, Exists(elsewhere.exclude(destruction_list=OuterRef("destruction_list")))
    yield S.SIZE, _raw(_LARGE, FEWEST, TIMES_THE_MIDDLE, of.pk)
    yield S.REMARK, _raw(_REMARKED)
    for signal in _VIEW:
        yield signal, _raw(_ASKED.format(signal))
    offers = "EXISTS (SELECT 1 FROM retention_slipoffer offer WHERE offer.dossier_id = retention_listitem.dossier_id)"
    yield S.OFFERED, _raw(offers)
    yield S.NOT_OFFERED, _raw(f"NOT {offers}")


_AS_LISTED = (ClockState.DUE, ClockState.DESTROYING, ClockState.FAILED)


def _raw(text: str, *values: Any) -> RawSQL:
    return RawSQL(text, values, output_field=BooleanField())  # noqa: S611 - constants of ours, with parameters


def stale(stage: int) -> Combinable:
    """Return whether an item bears an approval at a stage that counts no more: its date or its rule changed since."""
    given = Approval.objects.filter(item=OuterRef("pk"), stage=stage)
    return Exists(given.exclude(due_on=OuterRef("due_on"), rule=OuterRef("destruction_list__rule")))
