"""Reviews at the end of a term in the browser: what waits for one, and deciding what becomes of a dossier."""

from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from casefiles.lifecycle import NotWritable
from casefiles.views.errors import problem
from casefiles.views.session import person
from retention import endreviews, overview
from retention.forms.endreviews import EndReviewForm
from retention.lists import OFFICERS, NotAllowed


@require_GET
def index(request: HttpRequest) -> HttpResponse:
    """Show what waits for a review, or what was decided."""
    user, show = person(request), request.GET.get("show", "")
    if user.role not in endreviews.READERS:
        raise Http404
    if show not in endreviews.Show.values:
        show = ""
    context = {
        "clocks": endreviews.clocks(user, show),
        "shows": endreviews.Show.choices,
        "show": show,
        "most": endreviews.MOST,
        "decides": user.role in endreviews.DECIDERS,
    }
    return render(request, "retention/endreviews/index.html", context)


@require_http_methods(["GET", "POST"])
def review(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Decide what becomes of one dossier; what is wrong with it comes back as it was typed."""
    user = person(request)
    clock = endreviews.of(pk, user)
    if clock is None or user.role not in endreviews.DECIDERS:
        raise Http404
    form = EndReviewForm(request.POST or None, may_keep=user.role in OFFICERS)
    if request.method == "POST" and form.is_valid():
        try:
            endreviews.decide(pk, **form.cleaned_data, by=user)
        except (NotAllowed, NotWritable) as error:
            return problem(request, 409, detail=str(error))
        messages.success(request, _("Decided. Until somebody decides otherwise, it stays so."))
        return redirect("retention:end-reviews")
    context = {"clock": clock, "form": form, "stage": overview.stage_at(user)}
    return render(request, "retention/endreviews/review.html", context, status=422 if form.errors else 200)
