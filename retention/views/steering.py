"""A person's hand on a destruction under way: pausing it, letting it go on, trying again what was set apart."""

from collections.abc import Callable

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from casefiles.jobs import ring
from casefiles.views.errors import problem
from casefiles.views.session import person
from retention import lists, tasks
from retention.destruction import steering
from retention.models import DestructionList
from retention.views.reading import readable


def _steer(request: HttpRequest, name: str, act: Callable[[DestructionList], str]) -> HttpResponse:
    """Act, ring the worker, and go back to the list; `act` returns what is said there."""
    chosen = readable(request, name)
    try:
        said = act(chosen)
    except lists.NotAllowed as error:
        return problem(request, 409, detail=str(error))
    ring(tasks.destroy_list, chosen.pk)
    messages.success(request, said)
    return redirect("retention:list", chosen.name)


@require_POST
def pause(request: HttpRequest, name: str) -> HttpResponse:
    """Claim nothing more until somebody goes on."""

    def act(chosen: DestructionList) -> str:
        changed = steering.pause(chosen, by=person(request))
        return _("The destruction is paused.") if changed else _("The destruction stood still already.")

    return _steer(request, name, act)


@require_POST
def go_on(request: HttpRequest, name: str) -> HttpResponse:
    """End the standstill that the person saw on the page."""

    def act(chosen: DestructionList) -> str:
        changed = steering.go_on(chosen, request.POST.get("seen", ""), by=person(request))
        return _("The destruction goes on.") if changed else _("Somebody was here before you: this is how it stands.")

    return _steer(request, name, act)


@require_POST
def retry(request: HttpRequest, name: str) -> HttpResponse:
    """Let what was set apart be tried again now."""

    def act(chosen: DestructionList) -> str:
        count = steering.again(chosen, by=person(request))
        return ngettext("%d dossier is tried again now.", "%d dossiers are tried again now.", count) % count

    return _steer(request, name, act)
