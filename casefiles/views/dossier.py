"""The dossier page: its timeline, who has access and who looked, the BSN on request, closing and reopening."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from casefiles import journal, lifecycle, naming, reading, timeline
from casefiles.access import METADATA_ROLES, Ability, described_to, require
from casefiles.forms.closing import CloseForm, ReopenForm
from casefiles.forms.entry import EntryForm
from casefiles.forms.party import RevealForm
from casefiles.models import AccessEvent, AccessNote, Dossier
from casefiles.naming import young_people
from casefiles.views.errors import problem
from casefiles.views.opened import counted, opened, show
from casefiles.views.session import person

REVEALED_SECONDS = 30
NOTES = 50


@require_safe
def dossier(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Show the timeline; to the roles that work on metadata, what they may know of the dossier."""
    if person(request).role in METADATA_ROLES:
        return _described(request, pk)
    found = opened(request, pk)
    return timeline_page(request, found, EntryForm.empty().for_reader(found))


def timeline_page(request: HttpRequest, found: Dossier, form: EntryForm, status: int = 200) -> HttpResponse:
    """Render the timeline with the form for a new entry above it."""
    chosen = request.GET.get("show", "")
    shown = timeline.Show(chosen) if chosen in timeline.Show.values else timeline.Show.ALL
    page = timeline.read(found, shown, _number(request.GET.get("page", "")))
    context = {"form": form, "page": page, "show": shown, "choices": list(timeline.Show)}
    return show(request, found, "timeline", context, status)


def _number(text: str) -> int:
    return max(1, int(text)) if text.isascii() and text.isdigit() and len(text) < 5 else 1


def _described(request: HttpRequest, pk: UUID) -> HttpResponse:
    found = get_object_or_404(counted(described_to(person(request)).select_related("team")), pk=pk)
    basis = AccessEvent.Basis.ROLE
    journal.record(AccessEvent.Action.READ, person(request), found.pk, ground="metadata", basis=basis)
    return render(request, "casefiles/dossier/metadata.html", {"dossier": found})


@require_safe
def access_page(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Show who has access until when; who leads the case also manages it here, and reads the explanations."""
    found = opened(request, pk)
    if not found.may_lead:  # type: ignore[attr-defined] # marked by access.Standing
        return show(request, found, "access", {})
    notes = AccessNote.objects.filter(dossier=found).select_related("written_by").order_by("-written_at")
    return show(request, found, "access", {"notes": notes[:NOTES]})


@require_http_methods(["GET", "HEAD", "POST"])
def reveal(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Ask for a reason, log it, and show the BSN for 30 seconds; it is in no other page."""
    found = opened(request, pk)
    if naming.hidden.get():
        return problem(request, 409, detail=_("You share your screen. Stop sharing first: names are hidden now."))
    form = RevealForm(request.POST if request.method == "POST" else None)
    context = {"dossier": found, "form": form, "seconds": REVEALED_SECONDS}
    if not form.is_valid():
        return render(request, "casefiles/dossier/reveal.html", context, status=422 if form.is_bound else 200)
    ground, basis = form.cleaned_data["reason"], found.basis  # type: ignore[attr-defined] # marked by access.Standing
    journal.record(AccessEvent.Action.REVEAL, person(request), found.pk, ground=ground, basis=basis)
    context["youths"] = young_people(found.party_set.all())
    if request.headers.get("HX-Request"):
        return render(request, "casefiles/dossier/bsn.html", context)
    response = render(request, "casefiles/dossier/revealed.html", context)
    response.headers["Refresh"] = f"{REVEALED_SECONDS}; url={reverse('casefiles:dossier', args=[found.pk])}"
    return response


@require_http_methods(["GET", "HEAD", "POST"])
def close(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Close with a checklist; the page says what the clock will then say."""
    found = opened(request, pk)
    require(person(request), Ability.LEAD, found)
    form = CloseForm(found, request.POST if request.method == "POST" else None)
    if not form.is_valid():
        unborn = [youth for youth in young_people(found.party_set.all()) if youth.birth_date is None]
        context = {"form": form, "unborn": unborn}
        return show(request, found, "close", context, status=422 if form.is_bound else 200)
    try:
        confirmed = form.cleaned_data["confirmed"]
        reading.remember(request.session, pk, "closed")
        lifecycle.close(found, form.cleaned_data["closed_on"], by=person(request), confirmed=confirmed)
        messages.success(request, _("The dossier is closed. It can be read, not changed."))
    except lifecycle.NotWritable:
        messages.info(request, _("The dossier was closed already."))
    return redirect("casefiles:dossier", pk=pk)


@require_http_methods(["GET", "HEAD", "POST"])
def reopen(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Reopen with a reason; that is a substantive change, so that the retention period starts again."""
    found = opened(request, pk)
    require(person(request), Ability.LEAD, found)
    form = ReopenForm(request.POST if request.method == "POST" else None)
    if not form.is_valid():
        return show(request, found, "reopen", {"form": form}, status=422 if form.is_bound else 200)
    try:
        lifecycle.reopen(found, form.cleaned_data["reason"], by=person(request))
        messages.success(request, _("The dossier is open again. The retention period starts again today."))
    except lifecycle.NotWritable:
        messages.info(request, _("The dossier is open already, or is being destroyed."))
    return redirect("casefiles:dossier", pk=pk)
