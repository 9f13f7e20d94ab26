"""The execution of a destruction list in the browser: starting it, its progress, and why it stands still."""

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from casefiles.jobs import Bar, ring
from casefiles.models import Dossier
from casefiles.views import confirming
from casefiles.views.errors import problem
from casefiles.views.session import person
from retention import failures, lists, overview, standstill, tasks
from retention.destruction import brakes
from retention.destruction.run import MOST_TRIES
from retention.forms.lists import StartForm
from retention.models import DestructionList, Execution, Receipt
from retention.receipts import certifying
from retention.states import IN_FLIGHT, ItemStep, ListState
from retention.views.reading import readable

FAILURES_SHOWN = 25
RECEIPTS_SHOWN = 10


def execution(request: HttpRequest, chosen: DestructionList) -> HttpResponse:
    """Show a list that is being executed or is done."""
    context = _progress(chosen) | {
        "approvers": overview.approvers(chosen),
        "left_out": [(failures.left_out(code), count) for code, count in overview.left_out(chosen).items()],
        "receipts": Receipt.objects.filter(
            type__in=Receipt.ENDINGS,
            dossier_id__in=chosen.items.filter(step=ItemStep.DESTROYED).values("dossier_id"),
        ).order_by("-leaf_id")[:RECEIPTS_SHOWN],
        "certificates": chosen.certificates.filter(receipt=None).select_related("job").defer("facts").order_by("-pk"),
        "may_certify": certifying.may_request(person(request)),
        "may_steer": person(request).role in lists.OFFICERS,
    }
    return render(request, "retention/lists/execution.html", context)


def _progress(chosen: DestructionList) -> dict[str, Any]:
    tally, moving = overview.tally(chosen), chosen.state == ListState.EXECUTING
    execution: Execution | None = getattr(chosen, "execution", None)  # read with the list; none before its first step
    stands = standstill.of(execution, brakes.quiet_until()) if moving else None
    return {
        "list": chosen,
        "execution": execution,
        "standstill": stands,
        "tally": tally,
        "bar": Bar(tally.destroyed, tally.wanted, tally.failed),
        "moving": moving,
        "poll": f"{reverse('retention:list-progress', args=[chosen.name])}?seen={stands.code if stands else ''}",
        "way": _way(tally),
        "failures": _failures(chosen) if tally.failed else [],
    }


def _way(tally: overview.Tally) -> list[tuple[str, int, int]]:
    """Return each step in plain words, how many dossiers came that far, and how many percent that is."""
    words = {
        ItemStep.CLAIMED: _("Claimed: nobody can write in them or hold them any more"),
        ItemStep.INTENDED: _("Intent written in the log"),
        ItemStep.PUBLISHED: _("Intent published outside the database"),
        ItemStep.SHREDDED: _("Keys destroyed"),
        ItemStep.ERASED: _("Files erased"),
        ItemStep.DELETED: _("Rows deleted"),
        ItemStep.VERIFIED: _("Checked: nothing left in any store"),
        ItemStep.DESTROYED: _("Receipt issued"),
    }
    way = (*IN_FLIGHT, ItemStep.DESTROYED)
    return [
        (words[step], count, Bar(count, tally.wanted).percent) for step, count in zip(way, tally.passed, strict=True)
    ]


def _failures(chosen: DestructionList) -> list[dict[str, Any]]:
    apart = list(overview.failures(chosen, FAILURES_SHOWN))
    dossiers = Dossier.objects.filter(pk__in=[item.dossier_id for item in apart])
    references = dict(dossiers.values_list("pk", "reference"))
    return [
        {
            "reference": references.get(item.dossier_id, ""),
            "reason": failures.set_apart(item.failure),
            "code": item.failure,
            "retry_at": item.retry_at if item.tries < MOST_TRIES else None,
        }
        for item in apart
    ]


@require_GET
def progress(request: HttpRequest, name: str) -> HttpResponse:
    """Give the progress alone; at its end, or when it stops or goes on, tell the page to show itself anew."""
    context = _progress(readable(request, name))
    response = render(request, "retention/lists/progress.html", context)
    stands = context["standstill"]
    if not context["moving"] or (stands.code if stands else "") != request.GET.get("seen", ""):
        response.headers["HX-Refresh"] = "true"
    return response


setattr(progress, "untouched", True)  # noqa: B010 - a page that is left open does not prolong a session


@require_http_methods(["GET", "POST"])
def start(request: HttpRequest, name: str) -> HttpResponse:
    """Ask for the list's name, typed by hand, and begin. A second click or tab finds it begun."""
    chosen, user = readable(request, name), person(request)
    if user.role not in lists.OFFICERS:
        raise Http404
    if chosen.state in (ListState.EXECUTING, ListState.DONE):
        return redirect("retention:list", chosen.name)
    form = StartForm(chosen.name, request.POST or None)
    if request.method == "POST" and form.is_valid():
        asked = confirming.question(request, reverse("retention:list", args=[chosen.name]))
        return asked or _start(request, chosen)
    context = {"list": chosen, "form": form, "tally": overview.tally(chosen)}
    return render(request, "retention/lists/start.html", context, status=422 if form.errors else 200)


def _start(request: HttpRequest, chosen: DestructionList) -> HttpResponse:
    try:
        lists.start(chosen, by=person(request))
    except lists.NotAllowed as error:
        return problem(request, 409, detail=str(error))
    ring(tasks.destroy_list, chosen.pk)
    return redirect("retention:list", chosen.name)
