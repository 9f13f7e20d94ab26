"""The root keys: which epochs there were, whether they lie in escrow, and rotating now. For administrators."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_POST

from casefiles import jobs, rotation, tasks
from casefiles.models import Job
from casefiles.people import require_administrator
from casefiles.vault import escrow, keys
from casefiles.vault.models import KeyEpoch
from casefiles.views.session import person


@require_GET
def index(request: HttpRequest) -> HttpResponse:
    """Show the epochs, newest first, the escrow, and how far a rotation is."""
    require_administrator(person(request))
    keys.current_epoch()  # a new installation has one from now on
    epochs = [(epoch, escrow.holds(epoch.number)) for epoch in KeyEpoch.objects.order_by("-number")]
    context = _bar() | {
        "epochs": epochs,
        "escrow": escrow.is_ready(),
        "days": settings.ROTATION_DAYS,
    }
    return render(request, "casefiles/keys/index.html", context)


def _bar() -> dict[str, Any]:
    job = rotation.latest()
    return {
        "job": job,
        "bar": jobs.bar_of(job) if job else None,
        "moving": bool(job and job.state in (Job.State.WAITING, Job.State.RUNNING)),
        "failure": rotation.explained(job.problem) if job and job.state == Job.State.FAILED else "",
        "poll": reverse("casefiles:keys-progress"),
    }


@require_POST
def rotate(request: HttpRequest) -> HttpResponse:
    """Ask for a rotation; a second click finds the one under way."""
    user = person(request)
    require_administrator(user)
    rotation.ask(user)
    jobs.ring(tasks.resume_rotation)
    return redirect("casefiles:keys")


@require_GET
def progress(request: HttpRequest) -> HttpResponse:
    """Give the bar alone; when it has come to its end, tell the page to show the result."""
    require_administrator(person(request))
    context = _bar()
    response = render(request, "casefiles/keys/progress.html", context)
    if not context["moving"]:
        response.headers["HX-Refresh"] = "true"
    return response


setattr(progress, "untouched", True)  # noqa: B010 - a page that is left open does not prolong a session
