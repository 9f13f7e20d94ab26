"""The offer of a copy and a slip on the dossier page: record it, print the letter, hand it over."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import translation
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from casefiles import journal, lifecycle, naming, panels
from casefiles.models import AccessEvent, Dossier
from casefiles.views.errors import problem
from casefiles.views.opened import opened
from casefiles.views.session import person
from retention.forms.slips import OfferForm
from retention.models import SlipOffer
from retention.panels import faces
from retention.receipts import slips


@require_http_methods(["GET", "POST"])
def offer(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Show what a slip is and how far the offer is; record what came of it."""
    found = _offered(request, pk)
    form = OfferForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        return _done(request, found, lambda: slips.record(found, form.cleaned_data["outcome"], by=person(request)))
    newest = slips.newest(found)
    context = {
        "dossier": found,
        "form": form,
        "newest": newest,
        "closed": found.status == Dossier.Status.CLOSED,
        "handed_over": newest is not None and newest.outcome == SlipOffer.Outcome.HANDED_OVER,
        "printed": bool(found.facts.subject),
    }
    journal.record(AccessEvent.Action.READ, person(request), found.pk, ground="slip")
    return render(request, "retention/slips/offer.html", context, status=422 if form.errors else 200)


def _offered(request: HttpRequest, pk: UUID) -> Dossier:
    found = opened(request, pk)
    if not slips.may_make(person(request), found):
        raise Http404
    return found


def _done(request: HttpRequest, found: Dossier, act: Any) -> HttpResponse:
    try:
        act()
    except (slips.NotNow, lifecycle.NotWritable) as error:
        return problem(request, 409, detail=str(error))
    messages.success(request, _("Recorded."))
    return redirect("retention:slip", found.pk)


@require_POST
def letter(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Give the letter. It is made each time anew, and nothing of it is kept."""
    found = _offered(request, pk)
    if naming.hidden.get():
        return problem(request, 409, detail=_("You share your screen. Stop sharing first: names are hidden now."))
    try:
        with translation.override("en" if request.POST.get("language") == "en" else "nl"):
            content = slips.printed(found, by=person(request))
    except (slips.NotNow, lifecycle.NotWritable) as error:
        return problem(request, 409, detail=str(error))
    headers = {"Content-Disposition": f'attachment; filename="{found.reference}.pdf"', "Cache-Control": "no-store"}
    return HttpResponse(content, content_type="application/pdf", headers=headers)


@require_POST
def hand_over(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Destroy the secret here, once the young person has the letter."""
    found = _offered(request, pk)
    return _done(request, found, lambda: slips.hand_over(found, by=person(request)))


def contexts(request: HttpRequest, dossiers: Sequence[Dossier]) -> panels.Contexts:
    """Fill the dossier page with the offer: who may make it gets the way there, every reader how far it is."""
    newest = {pk: face.slip for pk, face in faces(request, dossiers).items()}
    found = {}
    for dossier in dossiers:
        may_make = getattr(dossier, "may_contribute", False)  # marked by access.Standing
        if newest.get(dossier.pk) or (may_make and dossier.status == Dossier.Status.CLOSED):
            found[dossier.pk] = {"dossier": dossier, "newest": newest.get(dossier.pk), "may_make": may_make}
    return found


def connect() -> None:
    """Put it on the dossier page; call it from AppConfig.ready()."""
    panels.register("dossier.aside", "retention/slips/panel.html", contexts)
