"""Retention rules in the browser: which there are, their versions, writing the next one, and what it would do."""

from collections.abc import Sequence
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from casefiles.access import METADATA_ROLES
from casefiles.jobs import bar_of, ring
from casefiles.models import Job
from casefiles.views.errors import problem
from casefiles.views.session import person
from retention import impact, publication, rules, ruleview, tasks, wording
from retention.forms.rules import Editor
from retention.impact import Compared
from retention.lists import OFFICERS, NotAllowed
from retention.models import Category, RuleChange, RuleVersion
from retention.overview import READERS
from retention.rules import State


@require_GET
def index(request: HttpRequest) -> HttpResponse:
    """Show every category with the sentence of its rule."""
    _require_reader(request)
    return render(
        request,
        "retention/rules/index.html",
        {"ruled": ruleview.overview(), "may_see_dossiers": person(request).role in METADATA_ROLES},
    )


@require_GET
def detail(request: HttpRequest, code: str) -> HttpResponse:
    """Show a category's rule, a change that is under way with its consequences, and all versions."""
    found = _ruled(request, code)
    context = _context(request, found) | {"versions": found.versions}
    return render(request, "retention/rules/detail.html", context)


def _context(request: HttpRequest, found: ruleview.Ruled) -> dict[str, Any]:
    """Return what every page about one rule shows."""
    user, change = person(request), found.change
    # who sees one team's dossiers alone would be shown numbers of that team as if they were all
    told = change is not None and user.role in METADATA_ROLES
    preview = ruleview.preview(change, found.version) if told and change and found.version else None
    before = found.version.rule if found.version else None
    return {
        "ruled": found,
        "category": found.category,
        "change": change,
        "proposed": wording.sentence(change.rule, str(found.category), before) if change else None,
        "preview": preview,
        "may_write": user.role in OFFICERS and (change.state == State.DRAFT if change else bool(found.versions)),
        "offered": publication.offered(found.category.pk) if user.role in OFFICERS and change is None else None,
        "may_approve": user.role in OFFICERS and change is not None and change.author_id != user.pk,
        "may_see_dossiers": user.role in METADATA_ROLES,
        **(_progress(change, preview) if told else {}),
    }


def _progress(change: RuleChange | None, preview: ruleview.Preview | None) -> dict[str, Any]:
    job = change.job if change else None
    if change is None or job is None or (preview is not None and not preview.waiting):
        return {"job": None}
    moving = job.state in (Job.State.WAITING, Job.State.RUNNING)
    poll = reverse("retention:rule-progress", args=[change.category_id])
    return {"job": job, "bar": bar_of(job), "moving": moving, "poll": poll}


@require_GET
def progress(request: HttpRequest, code: str) -> HttpResponse:
    """Give the progress of working a change out; when it is done, tell the page to show the result."""
    found = _ruled(request, code)
    context = _progress(found.change, None)
    if context["job"] is None or not context["moving"]:
        return HttpResponse(headers={"HX-Refresh": "true"})
    return render(request, "retention/rules/progress.html", context)


setattr(progress, "untouched", True)  # noqa: B010 - a page that is left open does not prolong a session


@require_http_methods(["GET", "POST"])
def edit(request: HttpRequest, code: str) -> HttpResponse:
    """Write a change beside its consequences; saving works them out."""
    found = _ruled(request, code)
    newest = next(iter(found.versions), None)
    if person(request).role not in OFFICERS or not (newest or found.change):
        raise Http404
    if found.change is not None and found.change.state != State.DRAFT:
        return redirect("retention:rule", code)
    editor = Editor(found.category, newest, found.change, request.POST or None)
    if request.method == "POST" and editor.is_valid():
        return _save(request, editor)
    context = _context(request, found) | {"editor": editor}
    invalid = request.method == "POST"
    return render(request, "retention/rules/edit.html", context, status=422 if invalid else 200)


def _save(request: HttpRequest, editor: Editor) -> HttpResponse:
    try:
        change = rules.save(editor.category, editor.draft(), by=person(request))
    except NotAllowed as error:
        return problem(request, 409, detail=str(error))
    if change.job_id is not None:
        ring(tasks.work_ahead, str(change.job_id))
    messages.success(request, _("The draft is saved. Nothing changes before a second officer has approved it."))
    return redirect("retention:rule-edit", editor.category.pk)


@require_POST
def step(request: HttpRequest, code: str) -> HttpResponse:
    """Take the next step with a change: ask for approval, take it back, give it up, or approve it."""
    _require_reader(request)
    user = person(request)
    category = get_object_or_404(Category, code=code)
    change, chosen = rules.open_change(category), request.POST.get("step", "")
    if change is None and chosen != "take_offer":
        return redirect("retention:rule", code)
    try:
        if change is None:
            publication.take_offer(category, by=user)
        elif chosen == "approve":
            rules.approve(change, request.POST.get("digest", ""), by=user)
        elif chosen in _STEPS:
            _STEPS[chosen](change, by=user)
    except NotAllowed as error:
        return problem(request, 409, detail=str(error))
    messages.success(request, _said(chosen))
    return redirect("retention:rule-edit" if chosen in ("take_back", "take_offer") else "retention:rule", code)


_STEPS = {"propose": rules.propose, "take_back": rules.take_back, "withdraw": rules.withdraw}


def _said(step: str) -> str:
    return {
        "propose": _("A second officer is asked to approve this change."),
        "take_back": _("The change is a draft again."),
        "withdraw": _("The draft is given up. Nothing has changed."),
        "take_offer": _("The draft is saved. Nothing changes before a second officer has approved it."),
        "approve": _("The new version is published. It takes over by itself on its day."),
    }.get(step, "")


@require_GET
def dossiers(request: HttpRequest, code: str) -> HttpResponse:
    """Show which dossiers a change moves, page by page: references and dates, nothing of their content."""
    found = _ruled(request, code)
    if person(request).role not in METADATA_ROLES or found.change is None or found.version is None:
        raise Http404
    asked = request.GET.get("show", "")
    show = asked if asked in impact.SHOWS else impact.SHOWS[0]
    page = _number(request.GET.get("page", ""))
    rows = impact.moved(Compared.of(found.change, found.version.rule), show, (page - 1) * impact.PER_PAGE)
    address = reverse("retention:rule-dossiers", args=[code])
    context = {
        "category": found.category,
        "change": found.change,
        "rows": rows[: impact.PER_PAGE],
        "show": show,
        "tabs": _tabs(),
        "page": page,
        "previous": f"{address}?show={show}&page={page - 1}" if page > 1 else "",
        "next": f"{address}?show={show}&page={page + 1}" if len(rows) > impact.PER_PAGE else "",
    }
    return render(request, "retention/rules/dossiers.html", context)


def _tabs() -> list[tuple[str, str]]:
    words = (_("All that change"), _("Earlier"), _("Later"), _("Newly past their date"), _("Leaving a list"))
    return list(zip(impact.SHOWS, words, strict=True))


def _number(text: str) -> int:
    return max(1, int(text)) if text.isascii() and text.isdigit() and len(text) < 7 else 1


@require_GET
def compare(request: HttpRequest, code: str) -> HttpResponse:
    """Show two versions side by side: by default the newest two."""
    ruled = _ruled(request, code)
    category, found = ruled.category, ruled.versions
    if not found:
        raise Http404
    newest, *others = found
    a = _chosen(found, request.GET.get("a", ""), others[0] if others else newest)
    b = _chosen(found, request.GET.get("b", ""), newest)
    name = str(category)
    sides = [(a, wording.sentence(a.rule, name))]
    if b is not a:
        sides.append((b, wording.sentence(b.rule, name, a.rule)))
    context = {"category": category, "versions": found, "sides": sides}
    return render(request, "retention/rules/compare.html", context)


def _chosen(found: Sequence[RuleVersion], number: str, default: RuleVersion) -> RuleVersion:
    return next((version for version in found if str(version.version) == number), default)


def _ruled(request: HttpRequest, code: str) -> ruleview.Ruled:
    """Return the category with its rules. Raises Http404 for whose role has no part in it, and when there is none."""
    _require_reader(request)
    found = ruleview.ruled(code)
    if found is None:
        raise Http404
    return found


def _require_reader(request: HttpRequest) -> None:
    if person(request).role not in READERS:
        raise Http404
