"""The shut door: while the guard is at work no page opens, and without a copy of the log none changes anything."""

from collections.abc import Callable

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from casefiles import jobs
from casefiles.models import User
from casefiles.views.session import person
from retention import tasks
from retention.guard import watching
from retention.guard.judgement import OPEN, READ_ONLY, standing
from retention.models import Quarantine, Verdict

OPEN_DOORS = ("/static/", "/language/", "/healthz", "/login/", "/logout/", "/quarantine/")
READING = frozenset({"GET", "HEAD", "OPTIONS"})
SECONDS = 10


class QuarantineMiddleware:
    """Ask the guard before any page: shut after a restore or a contradiction, read-only without a mirror."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer 503 with what is going on, or pass the request on."""
        if request.path.startswith(OPEN_DOORS):
            return self.get_response(request)
        verdict = standing()
        if verdict in OPEN or (verdict in READ_ONLY and request.method in READING):
            return self.get_response(request)
        return _shut(request, verdict)


@login_not_required
@require_http_methods(["GET", "HEAD", "POST"])
def quarantine(request: HttpRequest) -> HttpResponse:
    """Show why the doors are shut; a privacy officer and an administrator each say that our log is the true one."""
    verdict = watching.standing_now()
    if request.method == "POST" and request.user.is_authenticated:
        found = Quarantine.objects.filter(verdict=verdict, ended_at=None).first()
        if found is None:
            return redirect("home")
        if watching.answer(found, by=person(request)):
            jobs.ring(tasks.watch_guard)
        messages.success(request, _("Your word is noted. The doors open when both have given it."))
        return redirect("retention:quarantine")
    return redirect("home") if verdict in OPEN else _shut(request, verdict)


def _shut(request: HttpRequest, verdict: Verdict) -> HttpResponse:
    found = Quarantine.objects.select_related("job").filter(verdict=verdict, ended_at=None).first()
    answers = list(found.ways_out.values_list("role", flat=True)) if found else []
    user = request.user if isinstance(request.user, User) else None
    may = user is not None and user.role in watching.MAY_ANSWER and verdict in watching.BY_TWO
    context = {
        "verdict": verdict,
        "kinds": Verdict,
        "found": found,
        "bar": jobs.bar_of(found.job) if found and found.job else None,
        "moving": False,
        "answers": len(answers),
        "may_answer": may and found is not None and user is not None and user.role not in answers,
    }
    headers = {"Retry-After": str(SECONDS)}
    if verdict == Verdict.RESTORED and request.method == "GET":
        headers["Refresh"] = str(SECONDS)
    response = render(request, "retention/guard/quarantine.html", context, status=503)
    for name, value in headers.items():
        response.headers[name] = value
    return response


setattr(quarantine, "untouched", True)  # noqa: B010 - a page that is left open does not prolong a session
