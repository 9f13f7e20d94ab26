"""The official selection list in the browser: read it in, see it beside our rules, and take results over as drafts."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from casefiles.access import METADATA_ROLES
from casefiles.views.session import person
from retention import selecting, selectionwords, wording
from retention.forms.selection import ListForm, choices
from retention.lists import OFFICERS, NotAllowed
from retention.models import SelectionFile
from retention.schedule.selection import Appraisal, Method
from retention.schedule.selection_file import SelectionListError
from retention.selecting import Row, Standing

PER_PAGE = 50
Test = Callable[[Row], bool]
SHOWS: dict[str, tuple[str | Promise, Test]] = {
    "": (_("All"), lambda row: True),
    "ours": (_("With a rule of ours"), lambda row: row.category is not None),
    "differs": (_("Differs"), lambda row: row.standing in (Standing.OTHER_TERM, Standing.OTHER_START)),
    "free": (_("Without a rule"), lambda row: row.standing is Standing.FREE),
    "unclear": (_("Start not in the list"), lambda row: row.start.problem is not None),
    "kept": (_("Kept permanently"), lambda row: row.result.appraisal is Appraisal.KEEP),
}


@require_http_methods(["GET", "HEAD", "POST"])
def index(request: HttpRequest) -> HttpResponse:
    """Show the lists that were read in, and let an officer read one."""
    user = person(request)
    if user.role not in METADATA_ROLES or (request.method == "POST" and user.role not in OFFICERS):
        raise Http404
    form = ListForm(request.POST or None, request.FILES or None) if request.method == "POST" else ListForm()
    if form.is_bound and form.is_valid():
        try:
            stored = selecting.take_in(form.cleaned_data["list"], by=user)
        except SelectionListError:
            form.add_error("list", _("This is not the published file of a selection list. Choose the JSON file."))
        else:
            return redirect("retention:selection-list", stored.pk)
    found = SelectionFile.objects.defer("content").select_related("read_by").order_by("-read_at")
    context = {"form": form, "found": found, "may_read_in": user.role in OFFICERS}
    return render(request, "retention/selection/index.html", context, status=422 if form.is_bound else 200)


@require_http_methods(["GET", "HEAD", "POST"])
def detail(request: HttpRequest, pk: int) -> HttpResponse:
    """Show the results beside our rules, and make drafts of those that an officer ticked."""
    user = person(request)
    if user.role not in METADATA_ROLES or (request.method == "POST" and user.role not in OFFICERS):
        raise Http404
    stored = get_object_or_404(SelectionFile, pk=pk)
    return _take(request, stored) if request.method == "POST" else _report(request, stored)


def _report(request: HttpRequest, stored: SelectionFile, status: int = 200) -> HttpResponse:
    asked, wanted = request.GET.get("show", ""), request.GET.get("q", "").strip().lower()
    show = asked if asked in SHOWS else ""
    everything = selecting.report(stored)
    test = SHOWS[show][1]
    rows = [row for row in everything if test(row) and _says(row, wanted)]
    context = {
        "stored": stored,
        "page": Paginator([_told(row, request) for row in rows], PER_PAGE).get_page(request.GET.get("page")),
        "shows": [(key, words, sum(map(only, everything))) for key, (words, only) in SHOWS.items()],
        "show": show,
        "q": wanted,
        "found": len(rows),
        "may_take": person(request).role in OFFICERS,
    }
    return render(request, "retention/selection/detail.html", context, status=status)


def _says(row: Row, wanted: str) -> bool:
    result = row.result
    return not wanted or result.number.startswith(wanted) or wanted in f"{result.title} {result.explanation}".lower()


def _told(row: Row, request: HttpRequest) -> dict[str, Any]:
    """Say what a row shows; what the person chose stays chosen."""
    number, start = row.result.number, row.start
    words, kind, icon = selectionwords.STANDINGS[row.standing]
    return {
        "row": row,
        "words": words,
        "term": wording.term(row.result.term.parts) if row.result.term else "",
        "kind": kind,
        "icon": icon,
        "process_term": selectionwords.PROCESS_TERMS[row.result.process_term],
        "method": selectionwords.METHODS[start.method] if start.method else "",
        "problem": selectionwords.PROBLEMS[start.problem] if start.problem else "",
        "methods": [(m, selectionwords.METHODS[m]) for m in start.methods] if len(start.methods) > 1 else [],
        "estimates": start.methods == (Method.PROCESS_TERM,),
        "chosen": request.POST.get(f"method-{number}", start.method or ""),
        "years": request.POST.get(f"years-{number}", ""),
        "ticked": number in request.POST.getlist("number"),
    }


def _take(request: HttpRequest, stored: SelectionFile) -> HttpResponse:
    """Make drafts of the results that are ticked; what cannot be taken over stays ticked, and it is said why."""
    user = person(request)
    made, failed = 0, False
    for choice in choices(request.POST):
        try:
            selecting.take_over(stored, choice, by=user)
            made += 1
        except NotAllowed as error:
            messages.error(request, str(error))
            failed = True
    if made:
        words = ngettext("%d draft is made. A second officer approves it.",
                         "%d drafts are made. A second officer approves each of them.", made)  # fmt: skip
        messages.success(request, words % made)
    if failed:
        return _report(request, stored, status=422)
    return redirect(request.get_full_path())
