"""Writing entries, changing them, and reading what they said before."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from casefiles import history, lifecycle
from casefiles.access import Ability, items_of, require
from casefiles.forms.entry import EntryChangeForm, EntryForm
from casefiles.models import Dossier, Entry
from casefiles.views.dossier import timeline_page
from casefiles.views.opened import opened, show
from casefiles.views.session import person
from casefiles.views.writing import Writing, newest


@require_POST
def add(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Add an entry; the same form twice is one entry, and what cannot be saved stays in the form."""
    dossier = opened(request, pk)
    require(person(request), Ability.CONTRIBUTE, dossier)
    form = EntryForm(request.POST).for_reader(dossier)
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
    found = get_object_or_404(items_of(Entry.objects.all(), dossier), pk=entry)
    found.dossier = dossier
    return found


@require_http_methods(["GET", "HEAD", "POST"])
def change(request: HttpRequest, pk: UUID, entry: UUID) -> HttpResponse:
    """Change an entry. Somebody else's change meanwhile is a 409 with both texts; neither is lost."""
    dossier = opened(request, pk)
    found = _entry(dossier, entry)
    form = EntryChangeForm.of(found, request.POST if request.method == "POST" else None).for_reader(dossier)

    def write() -> None:
        lifecycle.change_entry(found, form.change(), seen=form.cleaned_data["version"], by=person(request))

    try:
        said = _("The change is saved. What the entry said before is kept.")
        return _writing_about(request, found).save(form, write, said)
    except lifecycle.Stale:
        return _both(request, _entry(dossier, entry))


def _writing_about(request: HttpRequest, entry: Entry) -> Writing:
    return Writing(request, entry.dossier, "entry", "casefiles:dossier", {"entry": entry})


def _both(request: HttpRequest, theirs: Entry) -> HttpResponse:
    """Show what is stored now beside what this person wrote; saving again is then their own decision."""
    form = EntryChangeForm.of(theirs, newest(request.POST, theirs.version)).for_reader(theirs.dossier)
    return _writing_about(request, theirs).show(form, status=409, stale=True)


@require_safe
def versions(request: HttpRequest, pk: UUID, entry: UUID) -> HttpResponse:
    """Show what an entry says and said, the newest first, with what each version changed."""
    dossier = opened(request, pk)
    found = _entry(dossier, entry)
    return show(request, dossier, "versions", {"entry": found, "editions": history.of(found)})
