"""How a line of the timeline looks and what it says, {% load happenings %}."""

from django import template
from django.template.defaultfilters import capfirst
from django.utils.translation import gettext_lazy as _

from casefiles.forms.closing import reason_label
from casefiles.forms.document import category_label
from casefiles.models import AccessEvent, Entry
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
    """Say what a line of the access log tells; that somebody saw a BSN is named, for it is more than reading."""
    words = _("saw the BSN") if line.ground.startswith("bsn ") else line.get_action_display()
    return capfirst(str(words))


register.filter("reason", reason_label)
register.filter("category", category_label)
