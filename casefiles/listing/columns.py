"""The columns beside the dossier itself: which there are, and which a person chose, for now or to keep."""

from collections.abc import Iterable, Mapping

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from casefiles.access import METADATA_ROLES
from casefiles.models import User

COLUMNS: Mapping[str, str | Promise] = {
    "status": _("Status"),
    "lead": _("Case lead"),
    "team": _("Team"),
    "opened": _("Opened"),
    "change": _("Last change"),
    "term": _("Retention period"),
    "tasks": _("Tasks"),
}
BETWEEN = "."


def offered(user: User) -> dict[str, str | Promise]:
    """Return the columns that the person may choose, in order, with their heads: roles on metadata see no lead."""
    return {name: label for name, label in COLUMNS.items() if name != "lead" or user.role not in METADATA_ROLES}


def usual(user: User) -> tuple[str, ...]:
    """Return the columns of the person's own list: those that they chose to keep, or what their role needs most."""
    left_out = {"team", "opened"} if user.role not in METADATA_ROLES else {"opened"}
    return read(user, user.columns) or tuple(n for n in offered(user) if n not in left_out)


def picked(user: User, names: Iterable[str]) -> tuple[str, ...]:
    """Return those of the names that are columns for this person, in the table's order."""
    wanted = set(names)
    return tuple(name for name in offered(user) if name in wanted)


def written(names: Iterable[str]) -> str:
    """Return columns as they stand in an address and with a person: "status.term"."""
    return BETWEEN.join(names)


def read(user: User, text: str) -> tuple[str, ...]:
    """Read what `written` wrote; () when no column of this person is named."""
    return picked(user, text.split(BETWEEN))
