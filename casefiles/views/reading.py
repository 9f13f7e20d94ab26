"""The reason before reading, and screen sharing: hiding names while others look along."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from casefiles import journal, naming, reading
from casefiles.forms.reading import ReasonForm
from casefiles.lifecycle import NotWritable
from casefiles.models import AccessEvent
from casefiles.views.opened import opened
from casefiles.views.session import person


@require_http_methods(["GET", "HEAD", "POST"])
def reason(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Ask why; the page shows the reference and nothing of what is in the dossier."""
    found = opened(request, pk, ask=False)
    form = ReasonForm(request.POST if request.method == "POST" else None, initial={"next": request.GET.get("next", "")})
    if form.is_bound and form.is_valid():
        reading.give_reason(request.session, found, reading.Reason(form.cleaned_data["reason"]), by=person(request))
        return redirect(_ours(request, form.cleaned_data["next"]) or reverse("casefiles:dossier", args=[pk]))
    context = {"dossier": found, "form": form}
    return render(request, "casefiles/dossier/reason.html", context, status=422 if form.is_bound else 200)


def _ours(request: HttpRequest, address: str) -> str:
    """Return an address when it is a page of this site, else nothing."""
    ours = url_has_allowed_host_and_scheme(address, {request.get_host()}, require_https=request.is_secure())
    return address if ours and address.startswith("/") else ""


@require_POST
def mark(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Ask everybody for a reason from now on, or do so no longer."""
    found = opened(request, pk)
    try:
        reading.mark(found, ask_reason=request.POST.get("ask_reason") == "on", by=person(request))
        reading.remember(request.session, pk, "care")
        messages.success(request, _("Saved."))
    except NotWritable as problem:
        messages.error(request, str(problem))
    return redirect("casefiles:dossier-access", pk=pk)


@require_POST
def share_screen(request: HttpRequest) -> HttpResponse:
    """Hide names and numbers in this session, or show them again; both are lines in the log."""
    sharing = request.POST.get("sharing") == "on"
    if sharing != naming.hidden.get():
        request.session["sharing"] = sharing
        journal.record(AccessEvent.Action.SESSION, person(request), ground=f"sharing {'on' if sharing else 'off'}")
    return redirect(_ours(request, request.POST.get("next", "")) or reverse("home"))
