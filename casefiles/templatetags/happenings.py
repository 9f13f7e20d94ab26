"""How a line of the timeline looks and what it says, {% load happenings %}."""

from functools import cache
from typing import Any
from uuid import UUID

from django import template
from django.template.defaultfilters import capfirst
from django.utils.translation import gettext_lazy as _

from casefiles.forms.closing import reason_label
from casefiles.forms.document import category_label
from casefiles.forms.party import REVEAL_REASONS
from casefiles.membership import Reason
from casefiles.models import AccessEvent, EmergencyAccess, Entry, HandOver, Role, Substitution
from casefiles.timeline import Happening

register = template.Library()

Action = AccessEvent.Action
TOLD = {
    Action.OPEN: (_("Dossier opened"), "folder-plus"),
    Action.IMPORT: (_("Dossier imported"), "import"),
    Action.CLOSE: (_("Dossier closed"), "folder-check"),
    Action.REOPEN: (_("Dossier reopened"), "folder-open"),
    Action.GRANT: (_("Access given"), "user-round-plus"),
    Action.REVOKE: (_("Access withdrawn"), "user-round-x"),
    Action.EMERGENCY: (_("Emergency access used"), "siren"),
    Action.REVIEW: (_("Emergency access reviewed"), "gavel"),
    Action.HOLD: (_("Hold placed"), "hand"),
    Action.LIFT: (_("Hold lifted"), "undo-2"),
    Action.EXEMPT: (_("Exempted from destruction"), "list-x"),
}
DRAWINGS = {Entry.Kind.DECISION: "gavel", Entry.Kind.REPORT: "clipboard-list", Entry.Kind.OBSERVATION: "eye"}
# The name of the class in gv.css that colours the node.
NODES = {"entry": "notitie", "document": "document"}


@register.filter
def template_of(happening: Happening) -> str:
    """Return the template that shows this line."""
    return f"casefiles/dossier/item_{happening.what}.html"


@register.filter
def node(happening: Happening) -> str:
    """Return the colour class of the line's node."""
    if isinstance(happening.subject, AccessEvent) and happening.subject.action == Action.CLOSE:
        return "toestemming"
    return NODES.get(happening.what, "")


@register.filter
def drawing(happening: Happening) -> str:
    """Return the icon of the line."""
    if isinstance(happening.subject, AccessEvent):
        return TOLD[Action(happening.subject.action)][1]
    if isinstance(happening.subject, Entry):
        return DRAWINGS.get(Entry.Kind(happening.subject.kind), "message-square-text")
    return "file-text"


@register.filter
def told(event: AccessEvent) -> str:
    """Say what happened to the dossier."""
    return str(TOLD[Action(event.action)][0])


@register.filter
def did(line: AccessEvent) -> str:
    """Say what a line of the access log tells; a BSN that was seen before REVEAL existed is named as well."""
    old_reveal = line.action == Action.READ and line.ground.startswith("bsn ")
    return capfirst(str(Action.REVEAL.label if old_reveal else line.get_action_display()))


PLACES = {
    "timeline": _("timeline"),
    "documents": _("documents"),
    "parties": _("people and authority"),
    "access": _("access"),
    "looked": _("access log"),
    "access log": _("access log"),
    "metadata": _("what is known, without content"),
    "entry": _("entry"),
    "entry version": _("entry"),
    "versions": _("earlier versions of an entry"),
    "document": _("document"),
    "party": _("people and authority"),
    "authority": _("people and authority"),
}


@register.filter
def what(line: AccessEvent) -> str:
    """Say which part of the dossier a line is about, or for what reason; nothing for a code without words."""
    return str(PLACES.get(line.ground) or reasons().get(line.ground, ""))


@register.filter
def role_name(line: AccessEvent) -> str:
    """Return the role in which somebody acted, in words."""
    return str(Role(line.actor_role).label if line.actor_role in Role.values else _("system"))


@register.filter
def reference_of(references: dict[UUID, str], line: AccessEvent) -> str:
    """Return the reference of a line's dossier."""
    return references.get(line.dossier_id, "") if line.dossier_id else ""


@cache
def reasons() -> dict[str, Any]:
    """Return the words for every reason that may stand in the log."""
    choices = (Reason, EmergencyAccess.Reason, EmergencyAccess.Verdict, Substitution.Reason, HandOver.Reason)
    return {str(code): label for some in choices for code, label in some.choices} | dict(REVEAL_REASONS)


@register.filter
def reason(code: str) -> str:
    """Return the words for the reason of a line on the timeline; nothing for a code that is no reason."""
    return reason_label(code) or str(reasons().get(code, ""))


register.filter("category", category_label)
