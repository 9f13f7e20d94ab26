"""The care team of a dossier: giving access, taking it back, and confirming who is in it."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from casefiles import membership, recertification
from casefiles.access import Ability, refuse
from casefiles.forms.careteam import GiveForm
from casefiles.lifecycle import NotWritable
from casefiles.models import Team, User
from casefiles.views.opened import opened, show
from casefiles.views.session import person


@require_http_methods(["GET", "HEAD", "POST"])
def give(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Give a person or a team access until a day."""
    found, user = opened(request, pk), person(request)
    if not found.may_lead:  # type: ignore[attr-defined] # marked by access.Standing
        refuse(user, Ability.LEAD.label, found)
    form = GiveForm(request.POST if request.method == "POST" else None, user)
    if form.is_bound and form.is_valid():
        try:
            membership.give(found, form.access, by=user)
        except (membership.NotPossible, NotWritable) as problem:
            form.add_error(None, str(problem))
        else:
            messages.success(request, _("%s has access now.") % form.access.to)
            return redirect("casefiles:dossier-access", pk=pk)
    return show(request, found, "give", {"form": form}, status=422 if form.is_bound else 200)


@require_POST
def withdraw(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Take access back from a person or a team; doing it twice changes nothing more."""
    found, user = opened(request, pk), person(request)
    of = _chosen(request.POST.get("of", ""))
    try:
        membership.withdraw(found, of, by=user)
        messages.success(request, _("%s has no access any more.") % of)
    except (membership.NotPossible, NotWritable) as problem:
        messages.error(request, str(problem))
    return redirect("casefiles:dossier-access" if of != user else "casefiles:dossiers", *([pk] if of != user else []))


def _chosen(text: str) -> User | Team:
    """Read "person-3" or "team-1"; anything else is a 404."""
    sort, _dash, number = text.partition("-")
    key = int(number) if number.isascii() and number.isdigit() and len(number) < 10 else 0
    return get_object_or_404(Team, pk=key) if sort == "team" else get_object_or_404(User, pk=key)


@require_POST
def confirm(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Confirm the care team; whoever is not ticked leaves it."""
    found, user = opened(request, pk), person(request)
    stays = {int(key) for key in request.POST.getlist("stays") if key.isascii() and key.isdigit() and len(key) < 10}
    shown = {int(key) for key in request.POST.getlist("shown") if key.isascii() and key.isdigit() and len(key) < 10}
    try:
        done = recertification.confirm(found, by=user, ended=frozenset(shown - stays))
        messages.success(request, _("The care team is confirmed."))
        if done.ended:
            messages.info(request, _("Who was not ticked has no access any more."))
    except NotWritable as problem:
        messages.error(request, str(problem))
    return redirect("casefiles:dossier-access", pk=pk)
