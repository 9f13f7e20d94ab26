"""The people of a dossier, and who has authority over whom."""

from uuid import UUID, uuid4

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from casefiles import lifecycle
from casefiles.access import Ability, require
from casefiles.forms.party import AuthorityDatesForm, AuthorityForm, PartyForm
from casefiles.models import Authority, Dossier, Party
from casefiles.naming import full_name
from casefiles.views.opened import opened, show
from casefiles.views.session import person

ORDER = list(Party.Role)


def _parties(dossier: Dossier) -> list[Party]:
    return sorted(dossier.party_set.all(), key=lambda party: (ORDER.index(Party.Role(party.role)), party.facts.surname))


@require_safe
def parties(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Show the people with their authority; a secret address only to who leads the case."""
    dossier = opened(request, pk)
    people = _parties(dossier)
    names = {party.pk: full_name(party.facts) for party in people}
    authorities = [
        {"record": a, "adult": names[a.adult_id], "child": names[a.child_id]}
        for a in Authority.objects.filter(dossier=dossier).order_by("pk")
    ]
    return show(request, dossier, "parties", {"parties": people, "authorities": authorities})


def _writable(request: HttpRequest, pk: UUID) -> Dossier:
    dossier = opened(request, pk)
    require(person(request), Ability.CONTRIBUTE, dossier)
    return dossier


@require_http_methods(["GET", "HEAD", "POST"])
def add_party(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Add a person; the same form twice is one person."""
    dossier = _writable(request, pk)
    may_lead = dossier.may_lead  # type: ignore[attr-defined] # annotated by access.with_abilities
    form = PartyForm(request.POST, may_lead=may_lead) if request.method == "POST" else PartyForm.empty(may_lead)
    if not form.is_valid():
        return show(request, dossier, "party", {"form": form}, status=422 if form.is_bound else 200)
    try:
        lifecycle.add_party(dossier, form.new_party(dossier), by=person(request))
    except lifecycle.NotWritable as problem:
        form.add_error(None, str(problem))
        return show(request, dossier, "party", {"form": form}, status=409)
    messages.success(request, _("The person is added."))
    return redirect("casefiles:parties", pk=pk)


@require_http_methods(["GET", "HEAD", "POST"])
def change_party(request: HttpRequest, pk: UUID, party: UUID) -> HttpResponse:
    """Change a person; somebody else's change meanwhile is a 409 and nothing is overwritten."""
    dossier = _writable(request, pk)
    found = get_object_or_404(Party, pk=party, dossier=dossier)
    found.dossier = dossier
    may_lead = dossier.may_lead  # type: ignore[attr-defined] # annotated by access.with_abilities
    form = PartyForm.of(found, may_lead)
    if request.method == "POST":
        form = PartyForm(request.POST, known=found.facts, may_lead=may_lead)
    if not form.is_valid():
        context = {"form": form, "party": found, "title": full_name(found.facts)}
        return show(request, dossier, "party", context, status=422 if form.is_bound else 200)
    return _changed_party(request, found, form)


def _changed_party(request: HttpRequest, party: Party, form: PartyForm) -> HttpResponse:
    context = {"form": form, "party": party, "title": full_name(party.facts)}
    try:
        values = form.cleaned_data
        lifecycle.change_party(party, values["role"], form.facts, seen=values["seen"], by=person(request))
    except lifecycle.Stale:
        return _both(request, party.dossier, party.pk)
    except lifecycle.NotWritable as problem:
        form.add_error(None, str(problem))
        return show(request, party.dossier, "party", context, status=409)
    messages.success(request, _("The change is saved."))
    return redirect("casefiles:parties", pk=party.dossier_id)


def _both(request: HttpRequest, dossier: Dossier, party: UUID) -> HttpResponse:
    """Show what is stored now beside what this person wrote; saving again is then their own decision."""
    theirs = get_object_or_404(Party, pk=party, dossier=dossier)
    mine = request.POST.copy()
    mine["seen"] = lifecycle.edition(theirs.facts)
    may_lead = dossier.may_lead  # type: ignore[attr-defined] # annotated by access.with_abilities
    form = PartyForm(mine, known=theirs.facts, may_lead=may_lead)
    now = PartyForm.of(theirs, may_lead).initial
    stored = [(bound.label, now[bound.name]) for bound in form.visible_fields() if bound.name != "bsn"]
    context = {"form": form, "party": theirs, "title": full_name(theirs.facts), "stale": True, "stored": stored}
    return show(request, dossier, "party", context, status=409)


@require_http_methods(["GET", "HEAD", "POST"])
def record_authority(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Record an authority, with its dates and its evidence."""
    dossier = _writable(request, pk)
    posted = request.POST if request.method == "POST" else None
    form = AuthorityForm(_parties(dossier), posted, initial={"once": uuid4()})
    if not form.is_valid():
        return show(request, dossier, "authority", {"form": form}, status=422 if form.is_bound else 200)
    try:
        lifecycle.record_authority(dossier, form.given(dossier), by=person(request))
    except lifecycle.NotWritable as problem:
        form.add_error(None, str(problem))
        return show(request, dossier, "authority", {"form": form}, status=409)
    messages.success(request, _("The authority is recorded."))
    return redirect("casefiles:parties", pk=pk)


@require_http_methods(["GET", "HEAD", "POST"])
def change_authority(request: HttpRequest, pk: UUID, authority: UUID) -> HttpResponse:
    """Change the dates or the evidence of an authority."""
    dossier = _writable(request, pk)
    found = get_object_or_404(Authority.objects.select_related("adult", "child"), pk=authority, dossier=dossier)
    found.dossier = dossier
    form = AuthorityDatesForm(request.POST) if request.method == "POST" else AuthorityDatesForm.of(found)
    context = {"form": form, "adult": full_name(found.adult.facts), "child": full_name(found.child.facts)}
    if not form.is_valid():
        return show(request, dossier, "authority", context, status=422 if form.is_bound else 200)
    try:
        lifecycle.change_authority(found, form.facts, seen=form.cleaned_data["seen"], by=person(request))
    except lifecycle.Stale:
        mine = request.POST.copy()
        theirs = Authority.objects.get(pk=found.pk)
        mine["seen"] = lifecycle.edition(theirs.facts)
        context |= {"form": AuthorityDatesForm(mine), "stale": theirs}
        return show(request, dossier, "authority", context, status=409)
    except lifecycle.NotWritable as problem:
        form.add_error(None, str(problem))
        return show(request, dossier, "authority", context, status=409)
    messages.success(request, _("The change is saved."))
    return redirect("casefiles:parties", pk=pk)
