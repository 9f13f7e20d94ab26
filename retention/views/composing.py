"""Composing a destruction list by hand in the browser: choose, see what would come on it, and only then compose."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from casefiles.views.errors import problem
from casefiles.views.session import person
from retention import composing
from retention.forms.composing import ComposeForm
from retention.lists import OFFICERS, NotAllowed

REFERENCES_SHOWN = 100


@require_http_methods(["GET", "POST"])
def compose(request: HttpRequest) -> HttpResponse:
    """Show what is due and on no list, narrowed as asked, and make lists of exactly what was shown."""
    if person(request).role not in OFFICERS:
        raise Http404
    form = ComposeForm(request.POST or request.GET)
    context: dict[str, Any] = {"form": form, "shown": REFERENCES_SHOWN}
    if form.is_valid():
        if request.method == "POST":
            return _compose(request, form)
        context["proposal"] = composing.propose(form.wanted())
    return render(request, "retention/lists/compose.html", context, status=422 if form.errors else 200)


def _compose(request: HttpRequest, form: ComposeForm) -> HttpResponse:
    try:
        made = composing.compose(form.wanted(), request.POST.get("digest", ""), by=person(request))
    except NotAllowed as error:
        return problem(request, 409, detail=str(error))
    words = ngettext("%d list is composed.", "%d lists are composed.", len(made)) % len(made)
    messages.success(request, words)
    return redirect("retention:list", made[0].name) if len(made) == 1 else redirect("retention:lists")
