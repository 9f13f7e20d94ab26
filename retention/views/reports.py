"""The destruction report in the browser, as CSV and as PDF."""

from datetime import timedelta
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_GET

from casefiles import journal
from casefiles.models import AccessEvent
from casefiles.views.session import person
from retention import reports, reportsheet
from retention.forms.reports import ReportForm
from retention.overview import READERS
from retention.papers.typesetting import typeset

A_YEAR = timedelta(days=365)


@require_GET
def destruction(request: HttpRequest) -> HttpResponse:
    """Show the report of a period: the last year, until another one is chosen."""
    form = _form(request)
    context: dict[str, Any] = {"form": form, "query": request.GET.urlencode()}
    if form.is_valid():
        context["sheet"] = reportsheet.sheet(reports.report(form.period(), person(request)))
    return render(request, "retention/report.html", context, status=200 if form.is_valid() else 422)


def _form(request: HttpRequest) -> ReportForm:
    if person(request).role not in READERS:
        raise Http404
    today = timezone.localdate()
    return ReportForm(request.GET or {"first": today - A_YEAR, "last": today})


@require_GET
def destruction_csv(request: HttpRequest) -> HttpResponse:
    """Give the lists of the report, one a line."""
    return _given(
        request, "text/csv; charset=utf-8", "csv", lambda report: reportsheet.rows(report).encode("utf-8-sig")
    )


@require_GET
def destruction_pdf(request: HttpRequest) -> HttpResponse:
    """Give the report on paper."""
    now = timezone.now()
    return _given(request, "application/pdf", "pdf", lambda report: typeset(reportsheet.sheet(report), now))


def _given(request: HttpRequest, content_type: str, ending: str, make: Any) -> HttpResponse:
    form = _form(request)
    if not form.is_valid():
        return render(request, "retention/report.html", {"form": form}, status=422)
    user, period = person(request), form.period()
    content = make(reports.report(period, user))
    journal.record(AccessEvent.Action.DOWNLOAD, user, ground="destruction report", format=ending)
    name = f"destruction-{period.first}-{period.last}.{ending}"
    return HttpResponse(
        content, content_type=content_type, headers={"Content-Disposition": f'attachment; filename="{name}"'}
    )
