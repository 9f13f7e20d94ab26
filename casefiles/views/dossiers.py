"""My dossiers: the list, its filters, orders and saved views. Roles on metadata get the same list without names."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from casefiles import dates, listing, panels
from casefiles.access import METADATA_ROLES
from casefiles.forms.dossier_list import FilterForm, SaveViewForm, query_of, wanted
from casefiles.listing.people import About, about
from casefiles.models import Dossier, SavedView, User
from casefiles.views.session import person

LOOKS = {Dossier.Status.OPEN: ("active", "circle-dot"), Dossier.Status.CLOSED: ("", "lock")}


@dataclass(frozen=True, slots=True)
class Row:
    """One dossier as the table shows it; `about` is None for those who see no names."""

    dossier: Any
    about: About | None
    changed: str
    look: tuple[str, str]


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
    """The head of a column that can be sorted: where a click leads, and how it is sorted now ("" for not)."""

    label: str | Promise
    query: str
    sorted: str


def rows_of(user: User, dossiers: list[Dossier]) -> list[Row]:
    """Return the rows of a page of dossiers; names only for those who may see them."""
    names = {} if user.role in METADATA_ROLES else about(dossiers)
    return [Row(d, names.get(d.pk), dates.day(d.last_change_on), LOOKS[Dossier.Status(d.status)]) for d in dossiers]


def panels_of(request: HttpRequest, dossiers: list[Dossier]) -> dict[str, panels.Filled]:
    """Return what other apps show in the rows."""
    return {slot: panels.fill(request, f"dossiers.{slot}", dossiers) for slot in ("row", "signals")}


@require_safe
def dossiers(request: HttpRequest) -> HttpResponse:
    """Show one page of the dossiers that the person may see, as the address asks."""
    user = person(request)
    form = FilterForm(request.GET, user)
    asked = wanted(request.GET, form, user)
    views = listing.views()
    found = listing.page(user, asked)
    tally = listing.tally(user, asked.filters, [view.filters for view in views])
    total = _known(found, tally.total)
    numbers = {view.name: count for view, count in zip(views, tally.views, strict=True)}
    context = {
        "form": form,
        "rows": rows_of(user, found.dossiers),
        "panels": panels_of(request, found.dossiers),
        "metadata_only": user.role in METADATA_ROLES,
        "tabs": _tabs(user, asked, numbers),
        "cards": _cards(numbers),
        "columns": {sort.name: _column(sort, asked) for sort in listing.sorts(user)},
        "chips": _chips(form, asked),
        "total": _total(asked, total),
        "headline": _headline(numbers),
        "place": _place(asked, found, total),
        "previous": _address(asked, found.previous),
        "next": _address(asked, found.next),
        "query": query_of(asked),
        "order": ("-" if asked.descending else "") + asked.sort,
        "save_form": SaveViewForm(None, user),
    }
    return render(request, "casefiles/dossiers/list.html", context)


def _number(count: int | None) -> str:
    return "" if count is None else f"{count}"


def _known(found: listing.Page, counted: int | None) -> int | None:
    """Return the number of dossiers; of the last page it is known without a count."""
    if counted is None and found.dossiers and found.next is None:
        return found.first + len(found.dossiers) - 1
    return counted


def _total(asked: listing.Wanted, total: int | None) -> str:
    if total is not None:
        return ngettext("%d dossier", "%d dossiers", total) % total
    return "" if asked.filters else _("more than %d dossiers") % listing.COUNT_CAP


def _headline(numbers: Mapping[str, int | None]) -> str:
    still_open, closed = numbers["open"], numbers["closed"]
    today = dates.long_day(timezone.localdate())
    if still_open is None or closed is None:
        return today
    opened = ngettext("%d open dossier", "%d open dossiers", still_open) % still_open
    ended = ngettext("%d closed, in its retention period", "%d closed, in their retention period", closed) % closed
    return f"{today} · {opened}, {ended}"


def _place(asked: listing.Wanted, found: listing.Page, total: int | None) -> str:
    numbers = {"first": found.first, "last": found.first + len(found.dossiers) - 1}
    if total is not None:
        return _("%(first)d–%(last)d of %(total)d") % {**numbers, "total": total}
    if asked.filters:
        return _("%(first)d–%(last)d") % numbers
    return _("%(first)d–%(last)d of more than %(total)d") % {**numbers, "total": listing.COUNT_CAP}


def _address(asked: listing.Wanted, cursor: listing.Cursor | None) -> str:
    if cursor is None:
        return ""
    query = "&".join(filter(None, (query_of(asked), urlencode({"at": str(cursor)}))))
    return f"?{query}"


def _tabs(user: User, asked: listing.Wanted, numbers: Mapping[str, int | None]) -> list[Tab]:
    here = query_of(asked)
    ready = [
        Tab(str(v.label), urlencode(v.filters), _number(numbers[v.name]), urlencode(v.filters) == here, v.urgent)
        for v in listing.views()
        if not v.hint
    ]
    saved = SavedView.objects.filter(user=user).order_by("name")
    return ready + [Tab(view.name, view.query, "", view.query == here, saved=view.pk) for view in saved]


def _cards(numbers: Mapping[str, int | None]) -> list[dict[str, Any]]:
    return [
        {"text": str(view.label % count), "hint": view.hint, "icon": view.icon, "query": urlencode(view.filters)}
        for view in listing.views()
        if view.hint and (count := numbers[view.name])
    ]


def _column(sort: listing.Sort, asked: listing.Wanted) -> Column:
    current = sort.name == asked.sort
    descending = not asked.descending if current else sort.newest_first
    query = query_of(listing.Wanted(asked.filters, sort.name, descending))
    direction = ("descending" if asked.descending else "ascending") if current else ""
    return Column(sort.label, query, direction)


def _chips(form: FilterForm, asked: listing.Wanted) -> list[dict[str, str]]:
    found = []
    for name, value in asked.filters.items():
        label, words = form.label_of(name, value)
        others = {key: kept for key, kept in asked.filters.items() if key != name}
        without = query_of(listing.Wanted(others, asked.sort, asked.descending))
        found.append({"text": f"{label}: {words}", "without": without})
    return found


@require_POST
def save_view(request: HttpRequest) -> HttpResponse:
    """Keep the list as it stands under a name, and show it."""
    form = SaveViewForm(request.POST, person(request))
    if not form.is_valid():
        context = {"form": form, "back": request.POST.get("query", "")}
        return render(request, "casefiles/dossiers/save_view.html", context, status=422)
    view = form.save()
    messages.success(request, _("The view “%s” was saved.") % view.name)
    return redirect(f"{reverse('casefiles:dossiers')}?{view.query}")


@require_POST
def remove_view(request: HttpRequest, pk: int) -> HttpResponse:
    """Remove one of the person's own views; one that is gone already is as good."""
    SavedView.objects.filter(pk=pk, user=person(request)).delete()
    messages.success(request, _("The view was removed. No dossier has changed."))
    return redirect("casefiles:dossiers")
