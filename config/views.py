"""The pages of the house itself: where a person starts, the sign of life, and what is said when something fails."""

import sys

from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import RequestDataTooBig
from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.shortcuts import redirect, render
from django.template.loader import render_to_string
from django.urls import reverse

from casefiles.models import User
from casefiles.navigation import first_page
from casefiles.people import require_administrator
from casefiles.views.errors import problem
from casefiles.views.session import person
from config import health


def home(request: HttpRequest) -> HttpResponse:
    """Send a person to the first page of their role: the first one of their navigation, else their own account."""
    assert isinstance(request.user, User)  # noqa: S101 -- the middleware lets nobody else in
    return redirect(first_page(request.user) or "casefiles:session")


@login_not_required
def healthz(request: HttpRequest) -> JsonResponse:
    """Answer for each part whether it works, and 503 when one does not; `?part=database&part=vault` asks for some."""
    found = health.summary()
    asked = request.GET.getlist("part") or list(found)
    shown = {part: "ok" if found.get(part) else "not ok" for part in asked if part in found}
    well = bool(shown) and all(state == "ok" for state in shown.values())
    return JsonResponse({"status": "ok" if well else "not ok", "parts": shown}, status=200 if well else 503)


def health_page(request: HttpRequest) -> HttpResponse:
    """Show an administrator how every part is."""
    require_administrator(person(request))
    return render(request, "health.html", {"parts": health.parts()})


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Say what was wrong with the request: it was too big (413), or no browser sends it so (400)."""
    return problem(request, 413 if isinstance(exception, RequestDataTooBig) else 400)


def forbidden(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Say that this person may not do this."""
    return problem(request, 403)


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Say that it is not there, in the same words for what does not exist and what this person may not see."""
    return problem(request, 404)


def server_error(request: HttpRequest) -> HttpResponse:
    """Say that it went wrong here. The page asks no database: it may be the database that is away."""
    if isinstance(sys.exc_info()[1], OperationalError | InterfaceError):
        return HttpResponse(render_to_string("maintenance.html"), status=503, headers={"Retry-After": "60"})
    return HttpResponse(render_to_string("500.html"), status=500)


@login_not_required
def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """Say that the page was too old to be sent; who logged in twice is simply logged in."""
    if request.path == reverse("casefiles:login") and request.user.is_authenticated:
        return HttpResponseRedirect(reverse("home"))
    return problem(request, 403, template="csrf.html")
