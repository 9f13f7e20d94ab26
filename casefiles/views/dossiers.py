"""My dossiers: the list, its filters, orders, columns and saved views. Roles on metadata get it without names."""

from dataclasses import dataclass, replace
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_POST, require_safe

from casefiles import dates, listing, panels, searches
from casefiles.access import METADATA_ROLES
from casefiles.finding import MOST_FOUND, How
from casefiles.forms.dossier_list import ColumnsForm, FilterForm, SaveViewForm, query_of, wanted
from casefiles.listing.columns import usual, written
from casefiles.listing.people import About, about
from casefiles.models import Dossier, SavedView, User
from casefiles.views import around_list
from casefiles.views.session import person

LOOKS = {Dossier.Status.OPEN: ("active", "circle-dot"), Dossier.Status.CLOSED: ("", "lock")}
SLOTS = ("row", "signals", "tasks")
WAYS = {
    How.REFERENCE: gettext_lazy("by reference"),
    How.BSN: gettext_lazy("by BSN"),
    How.BIRTH_DATE: gettext_lazy("by date of birth"),
    How.NAME_AND_BIRTH_DATE: gettext_lazy("by name and date of birth"),
    How.NAME: gettext_lazy("by name"),
}


@dataclass(frozen=True, slots=True)
class Row:
    """One dossier as the table shows it; `about` is None for those who see no names."""

    dossier: Any
    about: About | None
    opened: str
    changed: str
    look: tuple[str, str]


def rows_of(user: User, dossiers: list[Dossier]) -> list[Row]:
    """Return the rows of a page of dossiers; names only for those who may see them."""
    names = {} if user.role in METADATA_ROLES else about(dossiers)
    return [_row(dossier, names.get(dossier.pk)) for dossier in dossiers]


def _row(dossier: Dossier, whom: About | None) -> Row:
    days = dates.day(dossier.opened_on), dates.day(dossier.last_change_on)
    return Row(dossier, whom, *days, LOOKS[Dossier.Status(dossier.status)])


@require_safe
def dossiers(request: HttpRequest) -> HttpResponse:
    """Show one page of the dossiers that the person may see, as the address asks."""
    user, name = person(request), request.GET.get("found", "")
    search = searches.kept(request.session, name)
    if name and search is None:
        return redirect("casefiles:search")
    form = FilterForm(request.GET, user)
    asked = wanted(request.GET, form, user)
    if search:
        asked = replace(asked, search=name, among=search.ids)
    found = listing.page(user, asked)
    context = _selection(user, form, asked, found) | _table(request, user, asked, found.dossiers)
    context |= {"form": form, "asked": asked, "query": query_of(asked), "save_form": SaveViewForm(None, user)}
    if search:
        context |= {"summary": _summary(search, context["count"]), "many": len(search.ids) == MOST_FOUND}
    return render(request, "casefiles/dossiers/list.html", context)


def _selection(user: User, form: FilterForm, asked: listing.Wanted, found: listing.Page) -> dict[str, Any]:
    """Return what stands above and below the table."""
    views = around_list.views_of(form)
    tally = listing.tally(user, asked, [view.filters for view in views])
    total = around_list.known(found, tally.total)
    numbers = {view.name: count for view, count in zip(views, tally.views, strict=True)}
    return {
        "tabs": around_list.tabs(user, asked, views, numbers),
        "cards": [] if asked.search else around_list.cards(views, numbers),
        "chips": around_list.chips(form, asked),
        "count": total,
        "total": around_list.total_words(asked, total),
        "headline": around_list.headline(numbers),
        "place": around_list.place(asked, found, total),
        "previous": around_list.address(asked, found.previous),
        "next": around_list.address(asked, found.next),
    }


def _table(request: HttpRequest, user: User, asked: listing.Wanted, found: list[Dossier]) -> dict[str, Any]:
    shown = asked.columns or usual(user)
    return {
        "rows": rows_of(user, found),
        "panels": {slot: panels.fill(request, f"dossiers.{slot}", found) for slot in SLOTS},
        "metadata_only": user.role in METADATA_ROLES,
        "shown": shown,
        "heads": around_list.heads(user, asked, shown),
        "columns_form": ColumnsForm(None, user, shown),
        "columns": written(asked.columns),
        "order": ("-" if asked.descending else "") + asked.sort,
    }


def _summary(search: searches.Kept, count: int | None) -> str:
    number = len(search.ids) if count is None else count
    return f"{ngettext('%d dossier found', '%d dossiers found', number) % number} {WAYS[search.how]}"


@require_POST
def choose_columns(request: HttpRequest) -> HttpResponse:
    """Keep the columns that the person chose, and show the list with them."""
    form = ColumnsForm(request.POST, person(request))
    query = form.save() if form.is_valid() else ""
    return redirect(f"{reverse('casefiles:dossiers')}?{query}")


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
