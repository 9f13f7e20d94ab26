"""What stands around the table of dossiers: tabs, cards, heads of columns, filters that are on, counts and places."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import urlencode

from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from casefiles import dates, listing
from casefiles.forms.dossier_list import FilterForm, query_of
from casefiles.listing.columns import COLUMNS
from casefiles.models import SavedView, User

Numbers = Mapping[str, int | None]


@dataclass(frozen=True, slots=True)
class Tab:
    """A ready-made or saved selection above the list. `count` is "" when it is not known."""

    label: str
    query: str
    count: str
    current: bool
    urgent: bool = False
    saved: int | None = None


@dataclass(frozen=True, slots=True)
class Column:
    """The head of a column: where a click leads and how it is sorted now; "" when it cannot be or is not."""

    label: str | Promise
    query: str = ""
    sorted: str = ""


def views_of(form: FilterForm) -> list[listing.View]:
    """Return the ready-made selections for this person: those of their filters, and one for each of their teams."""
    ready = [view for view in listing.views() if set(view.filters) <= set(form.fields)]
    if form.of_everybody:
        ready = [replace(view, label=_("All dossiers")) if view.name == "all" else view for view in ready]
    return ready + [listing.View(f"team-{pk}", {"team": pk}, name) for pk, name in form.own_teams]


def tabs(user: User, asked: listing.Wanted, views: Sequence[listing.View], numbers: Numbers) -> list[Tab]:
    """Return the tabs: ready-made selections with their counts, then what the person saved."""
    here = query_of(replace(asked, search="", columns=()))
    ready = [
        Tab(str(v.label), urlencode(v.filters), _number(numbers[v.name]), urlencode(v.filters) == here, v.urgent)
        for v in views
        if not v.hint
    ]
    saved = SavedView.objects.filter(user=user).order_by("name")
    whole = query_of(replace(asked, search=""))
    return ready + [Tab(view.name, view.query, "", view.query == whole, saved=view.pk) for view in saved]


def cards(views: Sequence[listing.View], numbers: Numbers) -> list[dict[str, Any]]:
    """Return the cards: the selections with something in it that a person should look at today."""
    return [
        {"text": str(view.label % count), "hint": view.hint, "icon": view.icon, "query": urlencode(view.filters)}
        for view in views
        if view.hint and (count := numbers[view.name])
    ]


def heads(user: User, asked: listing.Wanted, shown: Sequence[str]) -> dict[str, Column]:
    """Return the heads of the columns by name, the dossier's own first."""
    sorts = {sort.name: sort for sort in listing.sorts(user)}
    found = {"reference": _head(_("Dossier"), sorts["reference"], asked)}
    for name in shown:
        found[name] = _head(COLUMNS[name], sorts[name], asked) if name in sorts else Column(COLUMNS[name])
    return found


def _head(label: str | Promise, sort: listing.Sort, asked: listing.Wanted) -> Column:
    current = sort.name == asked.sort
    descending = not asked.descending if current else sort.newest_first
    query = query_of(replace(asked, sort=sort.name, descending=descending))
    direction = ("descending" if asked.descending else "ascending") if current else ""
    return Column(label, query, direction)


def chips(form: FilterForm, asked: listing.Wanted) -> list[dict[str, str]]:
    """Return the filters that are on, each with the address of the list without it."""
    found = []
    for name, value in asked.filters.items():
        label, words = form.label_of(name, value)
        others = {key: kept for key, kept in asked.filters.items() if key != name}
        found.append({"text": f"{label}: {words}", "without": query_of(replace(asked, filters=others))})
    if asked.search:
        found.append({"text": _("What was searched for"), "without": query_of(replace(asked, search=""))})
    return found


def headline(numbers: Numbers) -> str:
    """Return the line under the title: the day, and how many dossiers are open and closed where that is counted."""
    still_open, closed = numbers["open"], numbers["closed"]
    today = dates.long_day(timezone.localdate())
    if still_open is None or closed is None:
        return today
    opened = ngettext("%d open dossier", "%d open dossiers", still_open) % still_open
    ended = ngettext("%d closed, in its retention period", "%d closed, in their retention period", closed) % closed
    return f"{today} · {opened}, {ended}"


def known(found: listing.Page, counted: int | None) -> int | None:
    """Return the number of dossiers; of the last page it is known without a count."""
    if counted is None and found.dossiers and found.next is None:
        return found.first + len(found.dossiers) - 1
    return counted


def total_words(asked: listing.Wanted, total: int | None) -> str:
    """Return how many dossiers there are, "" where nobody counted."""
    if total is not None:
        return ngettext("%d dossier", "%d dossiers", total) % total
    return "" if asked.filters or asked.search else _("more than %d dossiers") % listing.COUNT_CAP


def place(asked: listing.Wanted, found: listing.Page, total: int | None) -> str:
    """Return where the page stands among the others: "26–50 of 63"."""
    numbers = {"first": found.first, "last": found.first + len(found.dossiers) - 1}
    if total is not None:
        return _("%(first)d–%(last)d of %(total)d") % {**numbers, "total": total}
    if asked.filters or asked.search:
        return _("%(first)d–%(last)d") % numbers
    return _("%(first)d–%(last)d of more than %(total)d") % {**numbers, "total": listing.COUNT_CAP}


def address(asked: listing.Wanted, cursor: listing.Cursor | None) -> str:
    """Return the address of a neighbouring page, "" where there is none."""
    if cursor is None:
        return ""
    return "?" + "&".join(filter(None, (query_of(asked), urlencode({"at": str(cursor)}))))


def _number(count: int | None) -> str:
    return "" if count is None else f"{count}"
