"""The people of a dossier, and who has authority over whom."""

from uuid import UUID, uuid4

from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from casefiles import lifecycle
from casefiles.access import Ability, require
from casefiles.forms.party import AuthorityDatesForm, AuthorityForm, PartyForm
from casefiles.models import Authority, Dossier, Party
from casefiles.naming import full_name
from casefiles.views.opened import opened, show
from casefiles.views.session import person
from casefiles.views.writing import Writing, newest

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


def _posted(request: HttpRequest) -> QueryDict | None:
    return request.POST if request.method == "POST" else None


@require_http_methods(["GET", "HEAD", "POST"])
def add_party(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Add a person; the same form twice is one person."""
    dossier = _writable(request, pk)
    form = PartyForm(_posted(request), initial={"once": uuid4()}, may_lead=_may_lead(dossier))
    writing = Writing(request, dossier, "party", "casefiles:parties")
    return writing.save(
        form,
        lambda: lifecycle.add_party(dossier, form.new_party(dossier), by=person(request)),
        _("The person is added."),
    )


@require_http_methods(["GET", "HEAD", "POST"])
def change_party(request: HttpRequest, pk: UUID, party: UUID) -> HttpResponse:
    """Change a person; somebody else's change meanwhile is a 409 and nothing is overwritten."""
    dossier = _writable(request, pk)
    found = _party(dossier, party)
    form = PartyForm.of(found, _posted(request), may_lead=_may_lead(dossier))
    writing = _writing_about(request, found)

    def write() -> None:
        values = form.cleaned_data
        lifecycle.change_party(found, values["role"], form.facts, seen=values["version"], by=person(request))

    try:
        return writing.save(form, write, _("The change is saved."))
    except lifecycle.Stale:
        return _both(request, _party(dossier, party))


def _may_lead(dossier: Dossier) -> bool:
    return bool(dossier.may_lead)  # type: ignore[attr-defined] # marked by access.Standing


def _party(dossier: Dossier, party: UUID) -> Party:
    found = get_object_or_404(Party, pk=party, dossier=dossier)
    found.dossier = dossier
    return found


def _writing_about(request: HttpRequest, party: Party) -> Writing:
    context = {"party": party, "title": full_name(party.facts)}
    return Writing(request, party.dossier, "party", "casefiles:parties", context)


def _both(request: HttpRequest, theirs: Party) -> HttpResponse:
    """Show what is stored now beside what this person wrote; saving again is then their own decision."""
    may_lead = _may_lead(theirs.dossier)
    form = PartyForm.of(theirs, newest(request.POST, theirs.version), may_lead=may_lead)
    now = PartyForm.of(theirs, may_lead=may_lead).initial
    stored = [(bound.label, now[bound.name]) for bound in form.visible_fields() if bound.name != "bsn"]
    return _writing_about(request, theirs).show(form, status=409, stale=True, stored=stored)


@require_http_methods(["GET", "HEAD", "POST"])
def record_authority(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Record an authority, with its dates and its evidence."""
    dossier = _writable(request, pk)
    form = AuthorityForm(_parties(dossier), _posted(request), initial={"once": uuid4()})
    writing = Writing(request, dossier, "authority", "casefiles:parties")
    return writing.save(
        form,
        lambda: lifecycle.record_authority(dossier, form.given(dossier), by=person(request)),
        _("The authority is recorded."),
    )


@require_http_methods(["GET", "HEAD", "POST"])
def change_authority(request: HttpRequest, pk: UUID, authority: UUID) -> HttpResponse:
    """Change the dates or the evidence of an authority."""
    dossier = _writable(request, pk)
    found = get_object_or_404(Authority.objects.select_related("adult", "child"), pk=authority, dossier=dossier)
    found.dossier = dossier
    form = AuthorityDatesForm.of(found, _posted(request))
    people = {"adult": full_name(found.adult.facts), "child": full_name(found.child.facts)}
    writing = Writing(request, dossier, "authority", "casefiles:parties", people)

    def write() -> None:
        lifecycle.change_authority(found, form.facts, seen=form.cleaned_data["version"], by=person(request))

    try:
        return writing.save(form, write, _("The change is saved."))
    except lifecycle.Stale:
        theirs = Authority.objects.get(pk=found.pk)
        mine = AuthorityDatesForm.of(theirs, newest(request.POST, theirs.version))
        return writing.show(mine, status=409, stale=theirs)
