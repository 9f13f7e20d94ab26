"""Deciding on many dossiers of a list at once, and taking approvals back, in the browser."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from casefiles.models import Dossier
from casefiles.views import confirming
from casefiles.views.errors import problem
from casefiles.views.session import person
from retention import overview, takingback, together
from retention.forms.together import TakeBackForm, TogetherForm
from retention.lists import NotAllowed, Stage
from retention.models import DestructionList
from retention.states import ListState
from retention.views.reading import readable

REFERENCES_SHOWN = 200
CANCELLABLE = (ListState.COOLING_OFF, ListState.EXECUTING)


def _stage(request: HttpRequest) -> Stage:
    stage = overview.stage_at(person(request))
    if stage is None:
        raise Http404
    return stage


@require_http_methods(["GET", "POST"])
def several(request: HttpRequest, name: str) -> HttpResponse:
    """Choose what is decided on which dossiers, see which these are, and only then decide."""
    chosen, stage = readable(request, name), _stage(request)
    asked = request.POST or (request.GET if "choice" in request.GET else None)
    form = TogetherForm(asked, initial={"show": request.GET.get("show") or "plain"})
    context: dict[str, Any] = {"list": chosen, "form": form, "stage": stage}
    if form.is_valid():
        if request.method == "POST":
            return _decide(request, chosen, form)
        context |= _preview(chosen, form, stage)
    return render(request, "retention/lists/several.html", context, status=422 if form.errors else 200)


def _preview(chosen: DestructionList, form: TogetherForm, stage: Stage) -> dict[str, Any]:
    found = together.meant(chosen, form.cleaned_data["show"], stage)
    shown = [item.dossier_id for item in found.items[:REFERENCES_SHOWN]]
    references = Dossier.objects.filter(pk__in=shown).order_by("reference").values_list("reference", flat=True)
    return {
        "found": found,
        "count": len(found.items),
        "references": list(references),
        "more": len(found.items) - len(shown),
        "decision": form.decision(),
        "reason": dict(form.fields["reason"].choices).get(form.cleaned_data["reason"], ""),  # type: ignore[attr-defined] # a ChoiceField
    }


def _decide(request: HttpRequest, chosen: DestructionList, form: TogetherForm) -> HttpResponse:
    here = reverse("retention:list", args=[chosen.name])
    if form.decision().agreed and (asked := confirming.question(request, here)):
        return asked
    digest = request.POST.get("digest", "")
    try:
        count = together.decide(chosen, form.cleaned_data["show"], digest, form.decision(), by=person(request))
    except NotAllowed as error:
        return problem(request, 409, detail=str(error))
    words = ngettext("%d decision saved.", "%d decisions saved.", count) % count
    messages.success(request, words if count else _("Nothing changed: these decisions were saved already."))
    return redirect(here)


@require_http_methods(["GET", "POST"])
def take_back(request: HttpRequest, name: str) -> HttpResponse:
    """Send a list that is under review back to the department, or cancel one that cools off or is executed."""
    chosen, stage = readable(request, name), _stage(request)
    cancels = chosen.state in CANCELLABLE
    if chosen.state == ListState.DONE or not (cancels or stage == Stage.OFFICER):
        return redirect("retention:list", chosen.name)
    form = TakeBackForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        return _take_back(request, chosen, form.cleaned_data["words"], cancels=cancels)
    context = {"list": chosen, "form": form, "cancels": cancels, "tally": overview.tally(chosen)}
    return render(request, "retention/lists/take_back.html", context, status=422 if form.errors else 200)


def _take_back(request: HttpRequest, chosen: DestructionList, words: str, *, cancels: bool) -> HttpResponse:
    act = takingback.cancel if cancels else takingback.send_back
    try:
        count = act(chosen, words, by=person(request))
    except NotAllowed as error:
        return problem(request, 409, detail=str(error))
    told = ngettext(
        "The approval of %d dossier was taken back.", "The approvals of %d dossiers were taken back.", count
    )
    messages.success(request, told % count)
    return redirect("retention:list", chosen.name)
