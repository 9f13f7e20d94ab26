"""The search box in the header. What people type goes by POST and is kept nowhere: in no address, log or session.

Found dossiers are kept by id in the session under a random name, and the answer is a redirect to it: so Back, reload
and a second tab work, and a page of results is again filtered by what the person may see at that moment.
"""

import secrets
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_safe

from casefiles import listing
from casefiles.access import METADATA_ROLES
from casefiles.finding import MOST_FOUND, Found, How, find
from casefiles.sql import Sql
from casefiles.views.dossiers import panels_of, rows_of
from casefiles.views.session import person

KEPT = 10
SESSION_KEY = "searches"
WAYS = {
    How.REFERENCE: _("by reference"),
    How.BSN: _("by BSN"),
    How.BIRTH_DATE: _("by date of birth"),
    How.NAME_AND_BIRTH_DATE: _("by name and date of birth"),
    How.NAME: _("by name"),
}


@sensitive_post_parameters("q")
@require_http_methods(["GET", "HEAD", "POST"])
def search(request: HttpRequest) -> HttpResponse:
    """Look for what was typed; a reference leads to the dossier itself, nothing found shows what can be tried."""
    user, text = person(request), request.POST.get("q", "").strip()
    if request.method != "POST" or not text:
        return _page(request, text)
    found = find(user, text[:200])
    if not found.ids:
        return _page(request, text, found)
    if found.how is How.REFERENCE:
        return redirect("casefiles:dossier", found.ids[0])
    return redirect("casefiles:search-results", _keep(request, found))


def _page(request: HttpRequest, text: str, found: Found | None = None) -> HttpResponse:
    metadata_only = person(request).role in METADATA_ROLES
    context = {"typed": text, "found": found, "metadata_only": metadata_only}
    return render(request, "casefiles/dossiers/search.html", context)


def _keep(request: HttpRequest, found: Found) -> str:
    """Remember the ids for this session; the oldest search makes place."""
    name = secrets.token_urlsafe(9)
    searches = {**request.session.get(SESSION_KEY, {}), name: [found.how, [i.hex for i in found.ids]]}
    request.session[SESSION_KEY] = dict(list(searches.items())[-KEPT:])
    return name


@require_safe
def results(request: HttpRequest, name: str) -> HttpResponse:
    """Show what a search of this session found, as far as the person may see it now."""
    kept = request.session.get(SESSION_KEY, {}).get(name)
    if kept is None:
        return _page(request, "")
    user, (how, ids) = person(request), kept
    found = listing.page(user, listing.Wanted(), MOST_FOUND, only=Sql("dossier.id = ANY(%s::uuid[])", (ids,)))
    count = len(found.dossiers)
    words = ngettext("%d dossier found", "%d dossiers found", count) % count
    context: dict[str, Any] = {
        "rows": rows_of(user, found.dossiers),
        "panels": panels_of(request, found.dossiers),
        "summary": f"{words} {WAYS[How(how)]}",
        "metadata_only": user.role in METADATA_ROLES,
        "many": len(ids) == MOST_FOUND,
        "columns": {},
    }
    return render(request, "casefiles/dossiers/results.html", context)
