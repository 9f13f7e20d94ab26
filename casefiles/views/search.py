"""Searching, from the header and within the list. What people type goes by POST and is kept nowhere: in no address,
log or session.

Found dossiers are kept by id in the session under a random name, and the answer is a redirect to the list with that
name: so Back, reload and a second tab work, and what was found is filtered by what the person may see at that moment.
"""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from casefiles import searches
from casefiles.access import METADATA_ROLES
from casefiles.finding import Found, How, find
from casefiles.forms.dossier_list import cleaned
from casefiles.views.session import person


@sensitive_post_parameters("q")
@require_http_methods(["GET", "HEAD", "POST"])
def search(request: HttpRequest) -> HttpResponse:
    """Look for what was typed; a reference leads to the dossier itself, nothing found shows what can be tried.

    `within` is the query of the list from which somebody searched: its filters stay.
    """
    user, text = person(request), request.POST.get("q", "").strip()
    if request.method != "POST" or not text:
        return _page(request, text)
    found = find(user, text[:200])
    if not found.ids:
        return _page(request, text, found)
    if found.how is How.REFERENCE:
        return redirect("casefiles:dossier", found.ids[0])
    within = cleaned(request.POST.get("within", ""), user)
    query = "&".join(filter(None, (within, f"found={searches.keep(request.session, found)}")))
    return redirect(f"{reverse('casefiles:dossiers')}?{query}")


def _page(request: HttpRequest, text: str, found: Found | None = None) -> HttpResponse:
    metadata_only = person(request).role in METADATA_ROLES
    context = {"typed": text, "found": found, "metadata_only": metadata_only}
    return render(request, "casefiles/dossiers/search.html", context)
