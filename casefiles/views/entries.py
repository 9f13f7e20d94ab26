"""Writing entries, changing them, and reading what they said before."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from casefiles import lifecycle
from casefiles.forms.entry import EntryChangeForm, EntryForm
from casefiles.models import Dossier, Entry
from casefiles.views.dossier import timeline_page
from casefiles.views.opened import opened, show
from casefiles.views.session import person


@require_POST
def add(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Add an entry; the same form twice is one entry, and what cannot be saved stays in the form."""
    dossier = opened(request, pk)
    form = EntryForm(request.POST)
    if not form.is_valid():
        return timeline_page(request, dossier, form, status=422)
    try:
        lifecycle.add_entry(dossier, form.new_entry(dossier), by=person(request))
    except lifecycle.NotWritable as problem:
        form.add_error(None, str(problem))
        return timeline_page(request, dossier, form, status=409)
    messages.success(request, _("The entry is saved."))
    return redirect("casefiles:dossier", pk=pk)


def _entry(dossier: Dossier, entry: UUID) -> Entry:
    found = get_object_or_404(Entry, pk=entry, dossier=dossier)
    found.dossier = dossier
    return found


@require_http_methods(["GET", "HEAD", "POST"])
def change(request: HttpRequest, pk: UUID, entry: UUID) -> HttpResponse:
    """Change an entry. Somebody else's change meanwhile is a 409 with both texts; neither is lost."""
    dossier = opened(request, pk)
    found = _entry(dossier, entry)
    if request.method != "POST":
        return show(request, dossier, "entry", {"entry": found, "form": EntryChangeForm.of(found)})
    form = EntryChangeForm(request.POST)
    if not form.is_valid():
        return show(request, dossier, "entry", {"entry": found, "form": form}, status=422)
    return _changed(request, found, form)


def _changed(request: HttpRequest, entry: Entry, form: EntryChangeForm) -> HttpResponse:
    dossier = entry.dossier
    try:
        lifecycle.change_entry(entry, form.change(), seen=form.cleaned_data["version"], by=person(request))
    except lifecycle.Stale:
        return _both(request, dossier, entry.pk)
    except lifecycle.NotWritable as problem:
        form.add_error(None, str(problem))
        return show(request, dossier, "entry", {"entry": entry, "form": form}, status=409)
    messages.success(request, _("The change is saved. What the entry said before is kept."))
    return redirect("casefiles:dossier", pk=dossier.pk)


def _both(request: HttpRequest, dossier: Dossier, entry: UUID) -> HttpResponse:
    """Show what is stored now beside what this person wrote; saving again is then their own decision."""
    theirs = _entry(dossier, entry)
    mine = request.POST.copy()
    mine["version"] = str(theirs.version)
    context = {"entry": theirs, "form": EntryChangeForm(mine), "stale": True}
    return show(request, dossier, "entry", context, status=409)


@require_safe
def versions(request: HttpRequest, pk: UUID, entry: UUID) -> HttpResponse:
    """Show what an entry says and said, the newest first."""
    dossier = opened(request, pk)
    found = _entry(dossier, entry)
    return show(request, dossier, "versions", {"entry": found, "earlier": found.versions.order_by("-version")})
