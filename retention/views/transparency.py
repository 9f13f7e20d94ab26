"""The page of the transparency log: head, mirror, witnesses, audit, inventories and keys."""

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_POST

from casefiles import jobs
from casefiles.views.session import person
from retention import tasks, transparency, witnesses
from retention.auditing import findings, run
from retention.models import Inventory
from retention.receipts.keys import log_verifiers

SHOWN = 12


@require_GET
def detail(request: HttpRequest) -> HttpResponse:
    """Show how the log stands, and what is wrong with it."""
    _require_reader(request)
    head = transparency.head()
    context = {
        "head": head,
        "mirror": transparency.mirrored(head[0].size if head else 0),
        "standings": transparency.standings(),
        "policy_problem": witnesses.brought().policy_problem,
        "refusals": witnesses.brought().refusals,
        "contradictions": transparency.contradictions(),
        "inventories": Inventory.objects.defer("tombstones").order_by("-leaf")[:SHOWN],
        "keys": log_verifiers(),
        **_audit(),
    }
    return render(request, "retention/transparency/detail.html", context)


@require_POST
def audit(request: HttpRequest) -> HttpResponseRedirect:
    """Ask for an audit; one that is under way already is shown instead."""
    user = person(request)
    _require_reader(request)
    run.ask(user)
    jobs.ring(tasks.resume_audit)
    return redirect("retention:transparency")


@require_GET
def progress(request: HttpRequest) -> HttpResponse:
    """Show how far the audit is; when it is done, what it found."""
    _require_reader(request)
    context = _audit()
    response = render(request, "retention/transparency/audit.html", context)
    if not context["moving"]:
        response.headers["HX-Refresh"] = "true"
    return response


setattr(progress, "untouched", True)  # noqa: B010 - a page that is left open does not prolong a session


def _audit() -> dict[str, object]:
    job, last = transparency.audit_under_way(), transparency.last_audit()
    return {
        "job": job,
        "bar": jobs.bar_of(job) if job else None,
        "moving": job is not None,
        "poll": reverse("retention:transparency-audit"),
        "audit": last,
        "found": [findings.words(one) for one in last.findings] if last else [],
    }


def _require_reader(request: HttpRequest) -> None:
    if person(request).role not in transparency.READERS:
        raise Http404
