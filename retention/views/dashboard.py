"""The privacy dashboard: live numbers for the roles that work on metadata."""

from datetime import timedelta

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from casefiles.access import METADATA_ROLES
from casefiles.views.session import person
from retention import dashboard, forecast, timing

REVIEW_SOON = timedelta(days=30)


@require_GET
def index(request: HttpRequest) -> HttpResponse:
    """Show what is over, what is near, what stops destruction, what waits for the reader, and what is to come."""
    user = person(request)
    if user.role not in METADATA_ROLES:
        raise Http404
    found, late, holds = forecast.forecast(), dashboard.late(), list(dashboard.holds(user))
    context = {
        "today": found.today,
        "near": found.near,
        "late": late[: dashboard.SHOWN],
        "late_count": min(len(late), dashboard.MOST),
        "late_more": len(late) > dashboard.MOST,
        "oldest": late[0].days if late else 0,
        "holds": holds[: dashboard.SHOWN],
        "hold_count": len(holds),
        "holds_soon": sum(hold.review_on <= timing.today() + REVIEW_SOON for hold in holds),
        "on_lists": dashboard.on_lists(),
        "requests": dashboard.requests(user),
        "request_soon": found.today + dashboard.SOON,
        "awaited": dashboard.awaited(user),
        "months": dashboard.months(found),
        "years": dashboard.years(found),
        "categories": dashboard.categories(found),
    }
    return render(request, "retention/dashboard.html", context)
