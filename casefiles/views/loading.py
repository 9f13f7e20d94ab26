"""The bar of the demonstration's load, asked again by the page that shows it."""

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from casefiles import demonstration


@require_GET
@login_not_required  # a number of invented dossiers, shown on the login page too
def loading(request: HttpRequest) -> HttpResponse:
    """Give the bar alone; once all is in, a link that shows it, for reloading would lose what somebody is typing."""
    if not settings.DEMONSTRATION:
        raise Http404
    return render(request, "gv/loading.html", {"loading": demonstration.loading()})


setattr(loading, "untouched", True)  # noqa: B010 - a page that is left open does not prolong a session
