"""Two questions in the browser: is my file gone, and was this dossier on that list. Answered at once, never kept."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_http_methods

from casefiles.views.session import person
from retention.forms.asking import QuestionForm
from retention.receipts import asking


@require_http_methods(["GET", "POST"])
def question(request: HttpRequest) -> HttpResponse:
    """Answer a former client's question. The answer is on this page only; nothing typed stands in an address."""
    user = person(request)
    if not asking.may_ask(user):
        raise Http404
    form = QuestionForm(request.POST if request.method == "POST" else None)
    found = None
    if form.is_valid():
        slip, reference = form.cleaned_data["slip"], form.cleaned_data["reference"]
        found = asking.by_slip(slip, by=user) if slip else asking.by_reference(reference, by=user)
    context = {"form": form, "found": found, "slip": bool(form.is_bound and form.is_valid() and slip)}
    return render(request, "retention/question.html", context, status=422 if form.errors else 200)
