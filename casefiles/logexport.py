"""The access log of one dossier for the young person it is about: who looked, when, why, in plain words (NEN 7513).

The words are at language level B1; a line says what happened, never what stands in the dossier.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from casefiles import spreadsheet
from casefiles.models import AccessEvent, Role

Action, Basis = AccessEvent.Action, AccessEvent.Basis

DEEDS = {
    Action.OPEN: gettext_lazy("started your file"),
    Action.IMPORT: gettext_lazy("brought your file over from another system"),
    Action.READ: gettext_lazy("looked in your file"),
    Action.REVEAL: gettext_lazy("looked at your citizen service number (BSN)"),
    Action.REASON: gettext_lazy("said why your file was opened"),
    Action.PRINT: gettext_lazy("printed something from your file"),
    Action.EXPORT: gettext_lazy("made a list of who looked in your file"),
    Action.CHANGE: gettext_lazy("wrote or changed something in your file"),
    Action.CLOSE: gettext_lazy("closed your file"),
    Action.REOPEN: gettext_lazy("opened your file again"),
    Action.SEARCH: gettext_lazy("searched for your file"),
    Action.DOWNLOAD: gettext_lazy("took a copy of a document"),
    Action.GRANT: gettext_lazy("gave somebody access to your file"),
    Action.REVOKE: gettext_lazy("ended somebody's access to your file"),
    Action.CONFIRM: gettext_lazy("checked who may look in your file"),
    Action.EMERGENCY: gettext_lazy("opened your file in an emergency"),
    Action.REVIEW: gettext_lazy("checked whether the emergency was real"),
    Action.HOLD: gettext_lazy("decided that your file may not be destroyed yet"),
    Action.LIFT: gettext_lazy("decided that your file may be destroyed later after all"),
}
GROUNDS = {
    Basis.TEAM: gettext_lazy("This person works with you."),
    Basis.SUBSTITUTION: gettext_lazy("This person stood in for a colleague who works with you."),
    Basis.WHOLE_TEAM: gettext_lazy("This person may read all files of the team."),
    Basis.EMERGENCY: gettext_lazy("It was an emergency. Somebody checked this afterwards."),
    Basis.ROLE: gettext_lazy("This person checks whether we keep to the rules, and does not see what is written."),
}


@dataclass(frozen=True, slots=True)
class Told:
    """One line in plain words."""

    when: str
    who: str
    role: str
    what: str
    why: str
    emergency: str


def tell(lines: Iterable[AccessEvent]) -> Iterator[Told]:
    """Yield the lines in plain words, in the language that is active."""
    for line in lines:
        deed = DEEDS.get(Action(line.action)) or _("did something with your file")
        if line.outcome == AccessEvent.Outcome.REFUSED:
            deed = _("wanted to look in your file, and was not allowed to")
        emergency = line.basis == Basis.EMERGENCY or line.action == Action.EMERGENCY
        yield Told(
            when=date_format(timezone.localtime(line.occurred_at), "j F Y, H:i"),
            who=line.actor_name,
            role=str(Role(line.actor_role).label) if line.actor_role in Role.values else _("the computer"),
            what=str(deed),
            why=str(GROUNDS[Basis(line.basis)]) if line.basis else "",
            emergency=_("yes") if emergency else _("no"),
        )


def heads() -> list[str]:
    """Return the heads of the columns."""
    return [_("When"), _("Who"), _("Work"), _("What this person did"), _("Why this person may do it"), _("Emergency")]


def as_csv(lines: Iterable[AccessEvent]) -> str:
    """Return the lines as CSV for a spreadsheet."""
    return spreadsheet.as_csv(
        heads(), ([getattr(told, name) for name in Told.__dataclass_fields__] for told in tell(lines))
    )
