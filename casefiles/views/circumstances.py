"""The dates that matter to a dossier's retention, and the answers to the questions of its rule."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from casefiles import lifecycle, questions
from casefiles.access import Ability, require
from casefiles.forms.circumstances import CircumstancesForm
from casefiles.views.opened import opened, show
from casefiles.views.session import person


@require_http_methods(["GET", "HEAD", "POST"])
def dates(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Show and change them; also of a closed dossier, whose missing date is asked for."""
    dossier = opened(request, pk)
    require(person(request), Ability.CONTRIBUTE, dossier)
    asked = questions.about(dossier)
    form = (
        CircumstancesForm(dossier, asked, request.POST)
        if request.method == "POST"
        else CircumstancesForm.of(dossier, asked)
    )
    if not form.is_valid():
        return show(request, dossier, "dates", {"form": form}, status=422 if form.is_bound else 200)
    try:
        said = form.circumstances(dossier)
        lifecycle.change_circumstances(dossier, said, form.end_of_measure, form.other_kinds, by=person(request))
    except (lifecycle.Stale, lifecycle.NotWritable) as problem:
        now = CircumstancesForm.of(dossier, asked)
        mine = request.POST.copy()
        mine["version"] = str(now.initial["version"])
        again = CircumstancesForm(dossier, asked, mine)
        again.add_error(None, str(problem))
        return show(request, dossier, "dates", {"form": again, "stored": now.stored()}, status=409)
    messages.success(request, _("The dates are saved. The retention clock follows them."))
    return redirect("casefiles:dossier", pk=pk)
