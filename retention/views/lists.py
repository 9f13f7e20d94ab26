"""Destruction lists in the browser: which there are, deciding per dossier, and concluding the review."""

import re
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from casefiles import reindexing
from casefiles.views import confirming
from casefiles.views.errors import problem
from casefiles.views.session import person
from retention import decisions, lists, overview, ruleview
from retention.forms.lists import AGREE, EXEMPT, DecisionForm
from retention.lists import NotAllowed, Stage
from retention.listsignals import Signal
from retention.models import DestructionList, ListItem, ListRemark
from retention.states import ItemStep, ListState
from retention.views.execution import execution
from retention.views.reading import readable

LISTS_PER_PAGE = 25
ITEMS_PER_PAGE = 25
REMARKS_SHOWN = 3
SHOWS = ("", "open", "signalled", "exempted", *Signal.values)


@require_GET
def index(request: HttpRequest) -> HttpResponse:
    """Show the lists, with how far each is and which wait for the reader."""
    user = person(request)
    if user.role not in overview.READERS:
        raise Http404
    found = overview.with_counts(overview.visible_to(user)).order_by("-composed_at", "-pk")
    page = Paginator(found, LISTS_PER_PAGE).get_page(request.GET.get("page"))
    waiting = set(overview.waiting_for(user).values_list("pk", flat=True))
    context = {"page": page, "waiting": waiting, "composes": user.role in lists.OFFICERS}
    return render(request, "retention/lists/index.html", context)


@require_GET
def detail(request: HttpRequest, name: str) -> HttpResponse:
    """Show a list: its review while that lasts, its execution after."""
    chosen = readable(request, name)
    if chosen.state in (ListState.EXECUTING, ListState.DONE):
        return execution(request, chosen)
    return _review(request, chosen)


def _review(
    request: HttpRequest, chosen: DestructionList, bound: dict[int, DecisionForm] | None = None, status: int = 200
) -> HttpResponse:
    stage, tally = overview.stage_at(person(request)), overview.tally(chosen)
    asked = request.POST or request.GET
    show = asked.get("show", "") if asked.get("show", "") in SHOWS else ""
    found = overview.items(chosen, _condition(show, stage))
    paginator = Paginator(found, ITEMS_PER_PAGE)
    if show not in Signal.values:
        paginator.__dict__["count"] = _count(show, tally, stage)  # a cached property: all was counted in one statement
    page = paginator.get_page(asked.get("page"))
    turn = _turn(chosen, tally, stage)
    forms = {} if turn is None else _forms(list(page), turn, bound or {})
    seen = stage or Stage.OFFICER
    context = {
        "list": chosen,
        "tally": tally,
        "stage": stage,
        "turn": turn,
        "undecided": tally.undecided(turn) if turn else 0,
        "approvers": overview.approvers(chosen),
        "agreed": tally.agreed(seen),
        "open": tally.undecided(seen),
        "cooled": chosen.cooling_off_until is not None and chosen.cooling_off_until <= timezone.now(),
        "tabs": _tabs(tally, seen),
        "signals": Signal.choices,
        "remarks": _remarks(chosen) if stage else [],
        "unsure": show == Signal.FAMILY and reindexing.is_incomplete(),
        "show": show,
        "page": page,
        "rows": [(row, forms.get(row.item.pk)) for row in overview.rows(list(page), chosen.rule)],
        "errors": [form for form in (bound or {}).values() if form.errors],
        "steps": _steps(chosen, tally),
        **ruleview.succeeding(chosen),
    }
    return render(request, "retention/lists/review.html", context, status=status)


def _remarks(chosen: DestructionList) -> list[ListRemark]:
    """Return what was said when the list was taken back, the last first."""
    if not getattr(chosen, "remarked", True):
        return []
    return list(chosen.remarks.select_related("made_by").order_by("-made_at")[:REMARKS_SHOWN])


def _tabs(tally: overview.Tally, stage: Stage) -> list[tuple[str, str, int]]:
    return [
        ("", _("All"), tally.total),
        ("signalled", _("With a signal"), tally.signalled),
        ("open", _("To decide"), tally.undecided(stage)),
        ("exempted", _("Exempted"), tally.exempted),
    ]


def _condition(show: str, stage: Stage | None) -> str:
    if show != "open":
        return show
    return "first" if stage == Stage.DEPARTMENT else "second"


def _count(show: str, tally: overview.Tally, stage: Stage | None) -> int:
    undecided = tally.undecided(stage or Stage.OFFICER)
    return {"open": undecided, "signalled": tally.signalled, "exempted": tally.exempted}.get(show, tally.total)


def _turn(chosen: DestructionList, tally: overview.Tally, stage: Stage | None) -> Stage | None:
    """Return the stage at which the reader may decide now, None when it is not their turn."""
    if stage is None or chosen.state != ListState.REVIEW:
        return None
    return None if stage == Stage.OFFICER and tally.undecided(Stage.DEPARTMENT) else stage


def _forms(page: list[ListItem], turn: Stage, bound: dict[int, DecisionForm]) -> dict[int, DecisionForm]:
    return {
        item.pk: bound.get(item.pk) or DecisionForm(initial=_initial(item, turn), prefix=f"i{item.pk}") for item in page
    }


def _initial(item: Any, turn: Stage) -> dict[str, Any]:
    if item.step == ItemStep.EXEMPTED:
        return {"choice": EXEMPT, "reason": item.exempt_reason, "review_on": item.review_on}
    agreed = item.agreed_first if turn == Stage.DEPARTMENT else item.agreed_second
    return {"choice": AGREE if agreed else ""}


def _steps(chosen: DestructionList, tally: overview.Tally) -> int:
    """Return the number of the step that the list is at: 2 and 3 the approvals, 4 cooling off, 5 execution, 6 done."""
    if chosen.state == ListState.REVIEW:
        return 2 if tally.undecided(Stage.DEPARTMENT) else 3
    return {ListState.COOLING_OFF: 4, ListState.EXECUTING: 5}.get(ListState(chosen.state), 6)


@require_POST
def decide(request: HttpRequest, name: str) -> HttpResponse:
    """Keep the decisions of one page; whatever is wrong with one of them comes back as it was typed."""
    chosen = readable(request, name)
    ids = [int(found[1]) for key in request.POST if (found := re.fullmatch(r"i(\d{1,18})-choice", key))]
    forms = {pk: DecisionForm(request.POST, prefix=f"i{pk}") for pk in ids}
    if not all([form.is_valid() for form in forms.values()]):  # noqa: C419 - every form, so that each shows its errors
        return _review(request, chosen, forms, status=422)
    decided = [decision for pk, form in forms.items() if (decision := form.decision(pk))]
    agrees = any(decision.agreed for decision in decided) and overview.stage_at(person(request)) is not None
    if agrees and (asked := confirming.question(request, reverse("retention:list", args=[chosen.name]))):
        return asked
    try:
        changed = decisions.decide(chosen, decided, by=person(request))
    except NotAllowed as error:
        return problem(request, 409, detail=str(error))
    return _after(request, chosen, changed)


def _after(request: HttpRequest, chosen: DestructionList, changed: int) -> HttpResponse:
    words = ngettext("%d decision saved.", "%d decisions saved.", changed) % changed
    messages.success(request, words if changed else _("Nothing changed: these decisions were saved already."))
    if request.POST.get("then") == "conclude":
        return redirect("retention:list-conclude", chosen.name)
    page = request.POST.get("page", "")
    address = redirect("retention:list", chosen.name)
    if page.isdecimal():
        address["Location"] += f"?page={page}"
    return address


@require_http_methods(["GET", "POST"])
def conclude(request: HttpRequest, name: str) -> HttpResponse:
    """Ask once more, with the numbers, and then let the cooling-off period begin."""
    chosen, stage = readable(request, name), overview.stage_at(person(request))
    if stage is None:
        raise Http404
    if request.method == "POST":
        asked = confirming.question(request, reverse("retention:list", args=[chosen.name]))
        return asked or _conclude(request, chosen)
    tally = overview.tally(chosen)
    undecided = tally.undecided(Stage.DEPARTMENT) + tally.undecided(Stage.OFFICER) if tally.listed else 0
    if undecided or chosen.state != ListState.REVIEW:
        if undecided:
            words = ngettext(
                "%d dossier is not decided yet. Undecided never means agreed.",
                "%d dossiers are not decided yet. Undecided never means agreed.",
                tally.undecided(stage),
            )
            messages.warning(request, words % tally.undecided(stage))
        return redirect("retention:list", chosen.name)
    return render(
        request, "retention/lists/conclude.html", {"list": chosen, "tally": tally, "days": lists.days_of(chosen)}
    )


def _conclude(request: HttpRequest, chosen: DestructionList) -> HttpResponse:
    try:
        decisions.conclude(chosen, by=person(request))
    except NotAllowed as error:
        return problem(request, 409, detail=str(error))
    return redirect("retention:list", chosen.name)
