"""The filters and orders of the list. Other apps add theirs from AppConfig.ready(): this one knows nothing of them.

In their SQL the dossier's row is `dossier`.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from casefiles.access import METADATA_ROLES, Ability
from casefiles.listing.values import Wanted
from casefiles.models import Dossier, Team, User
from casefiles.sql import Sql, every

Choices = Sequence[tuple[str, str | Promise]]


@dataclass(frozen=True, slots=True)
class Filter:
    """A narrowing of the list by one parameter of the address. `condition` gets a value that is among the choices."""

    name: str
    label: str | Promise
    choices: Callable[[User], Choices]
    condition: Callable[[str, User], Sql]


@dataclass(frozen=True, slots=True)
class Sort:
    """An order of the list: `key` is a never-NULL expression of SQL type `type`, "date" or "text".

    Only the order by last change comes from an index. An order that is not `for_all` is not offered to those who
    see the dossiers of the whole organisation.
    """

    name: str
    label: str | Promise
    key: Callable[[], Sql]
    type: str
    newest_first: bool = False
    for_all: bool = True

    def takes(self, key: str) -> bool:
        """Tell whether a text from an address can be a key of this order."""
        if self.type != "date":
            return "\x00" not in key
        try:
            date.fromisoformat(key)
        except ValueError:
            return False
        return True


@dataclass(frozen=True, slots=True)
class View:
    """A ready-made selection. With `hint` it is a card above the list, shown only when there is something in it.

    The label of a card is plural-aware and takes its count; that of a tab stands before its count.
    """

    name: str
    filters: Mapping[str, str]
    label: str | Promise
    urgent: bool = False
    hint: str | Promise = ""
    icon: str = ""


def _by_status(value: str, _user: User) -> Sql:
    return Sql("dossier.status = %s", (value,))


def _by_kind(value: str, _user: User) -> Sql:
    return Sql("dossier.kind = %s", (value,))


def _by_team(value: str, _user: User) -> Sql:
    return Sql("dossier.team_id = %s", (int(value),))


def _by_part(value: str, user: User) -> Sql:
    """Of what the person may see, what they were given themselves; not what a team or a colleague on leave has."""
    which, codes = ("TRUE", ()) if value == "own" else ("may.codename = %s", (str(Ability.LEAD),))
    return Sql(
        "EXISTS (SELECT 1 FROM casefiles_dossierusergrant own JOIN auth_permission may ON may.id = own.permission_id"  # noqa: S608 - constants of ours
        f" WHERE own.dossier_id = dossier.id AND own.user_id = %s AND own.until > %s AND {which})",
        (user.pk, timezone.now(), *codes),
    )


def lead() -> Sql:
    """Return the name of who leads a dossier, "" where nobody does."""
    text = (
        "COALESCE((SELECT person.name FROM casefiles_dossierusergrant held"
        " JOIN auth_permission may ON may.id = held.permission_id AND may.codename = %s"
        " JOIN casefiles_user person ON person.id = held.user_id"
        " WHERE held.dossier_id = dossier.id AND held.until > %s ORDER BY held.id LIMIT 1), '')"
    )
    return Sql(text, (str(Ability.LEAD), timezone.now()))


def _statuses(_user: User) -> Choices:
    return [(str(status), status.label) for status in (Dossier.Status.OPEN, Dossier.Status.CLOSED)]


def _kinds(_user: User) -> Choices:
    return Dossier.Kind.choices


def _teams(user: User) -> Choices:
    """Return the person's own teams; all teams for who works on the metadata of all dossiers."""
    teams = Team.objects.order_by("name")
    seen = teams if user.role in METADATA_ROLES else teams.filter(group__user=user)
    return [(str(pk), name) for pk, name in seen.values_list("pk", "name")]


def _parts(user: User) -> Choices:
    return [] if user.role in METADATA_ROLES else [("own", _("I am in the care team")), ("lead", _("I lead the case"))]


_filters: dict[str, Filter] = {}
_sorts: dict[str, Sort] = {}
_views: dict[str, View] = {}


def add_filter(new: Filter) -> None:
    """Offer a filter; call it from an AppConfig's ready()."""
    _filters[new.name] = new


def add_sort(new: Sort) -> None:
    """Offer an order; call it from an AppConfig's ready()."""
    _sorts[new.name] = new


def add_view(new: View) -> None:
    """Offer a ready-made selection; call it from an AppConfig's ready()."""
    _views[new.name] = new


def views() -> list[View]:
    """Return the ready-made selections in the order in which they were added."""
    return list(_views.values())


def filters() -> list[Filter]:
    """Return the filters in the order in which they were added."""
    return list(_filters.values())


def sort(name: str) -> Sort:
    """Return an order by name. Raises KeyError."""
    return _sorts[name]


def sorts(user: User) -> list[Sort]:
    """Return the orders that the person may ask for."""
    return [one for one in _sorts.values() if one.for_all or user.role not in METADATA_ROLES]


add_filter(Filter("status", _("Status"), _statuses, _by_status))
add_filter(Filter("kind", _("Kind of dossier"), _kinds, _by_kind))
add_filter(Filter("part", _("My part"), _parts, _by_part))
add_filter(Filter("team", _("Team"), _teams, _by_team))
add_sort(Sort("change", _("Last change"), lambda: Sql("dossier.last_change_on"), "date", newest_first=True))
add_sort(Sort("reference", _("Dossier"), lambda: Sql("dossier.reference"), "text"))
add_sort(Sort("status", _("Status"), lambda: Sql("dossier.status"), "text", for_all=False))
add_sort(Sort("lead", _("Case lead"), lead, "text", for_all=False))
add_view(View("all", {}, _("All my dossiers")))
add_view(View("own", {"part": "own"}, _("My own")))
add_view(View("open", {"status": "open"}, _("Open")))
add_view(View("closed", {"status": "closed"}, _("Closed")))


def condition(chosen: Mapping[str, str], user: User) -> Sql:
    """Return the condition of some filters by name and value."""
    return every(_filters[name].condition(value, user) for name, value in chosen.items())


def chosen(wanted: Wanted, user: User) -> Sql:
    """Return the condition of all that is asked: the filters, and being among what a search found."""
    narrowed = condition(wanted.filters, user)
    if wanted.among is None:
        return narrowed
    return every([narrowed, Sql("dossier.id = ANY(%s)", (list(wanted.among),))])
