"""A destruction list on paper and as CSV. Both are lines in the access log."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from casefiles import journal
from casefiles.models import AccessEvent
from casefiles.views.session import person
from retention import listsheet, overview
from retention.views.reading import readable


@require_GET
def printed(request: HttpRequest, name: str) -> HttpResponse:
    """Show the whole list on one page, for the browser to print."""
    chosen = readable(request, name)
    journal.record(AccessEvent.Action.PRINT, person(request), ground=f"list {chosen.name}")
    context = {"list": chosen, "rows": listsheet.rows(chosen), "approvers": overview.approvers(chosen)}
    return render(request, "retention/lists/printed.html", context)


@require_GET
def as_csv(request: HttpRequest, name: str) -> HttpResponse:
    """Give the list for a spreadsheet."""
    chosen = readable(request, name)
    content = listsheet.as_csv(chosen).encode("utf-8-sig")
    journal.record(AccessEvent.Action.DOWNLOAD, person(request), ground=f"list {chosen.name}", format="csv")
    headers = {"Content-Disposition": f'attachment; filename="{chosen.name}.csv"'}
    return HttpResponse(content, content_type="text/csv; charset=utf-8", headers=headers)
