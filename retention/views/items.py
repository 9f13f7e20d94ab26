"""One dossier on a destruction list: what holds for it now, why, and exempting it until the claim."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from casefiles import journal
from casefiles.models import AccessEvent, Dossier, Role
from casefiles.views.errors import problem
from casefiles.views.session import person
from retention import decisions, lists, overview, timing
from retention.forms.lists import ExemptForm
from retention.models import DestructionList, ItemRemark, ListItem
from retention.schedule import Text, explain
from retention.states import ItemStep, ListState
from retention.views.reading import readable


@require_http_methods(["GET", "POST"])
def item(request: HttpRequest, name: str, pk: int) -> HttpResponse:
    """Show one dossier on a list, and exempt it as long as the list is reviewed or cools off."""
    chosen = readable(request, name)
    found = overview.items(chosen).filter(pk=pk).first()
    if found is None:
        raise Http404
    may_exempt = _may_exempt(request, chosen, found)
    form = ExemptForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        return _exempt(request, chosen, found, form)
    (row,) = overview.rows([found], chosen.rule)
    context = {
        "list": chosen,
        "row": row,
        "form": form if may_exempt else None,
        **_content(request, chosen, row),
    }
    return render(request, "retention/lists/item.html", context, status=422 if form.errors else 200)


def _may_exempt(request: HttpRequest, chosen: DestructionList, found: ListItem) -> bool:
    open_states = (ListState.REVIEW, ListState.COOLING_OFF)
    decides = overview.stage_at(person(request)) is not None
    return decides and chosen.state in open_states and found.step == ItemStep.LISTED


def _exempt(request: HttpRequest, chosen: DestructionList, found: ListItem, form: ExemptForm) -> HttpResponse:
    try:
        decisions.exempt(chosen, form.exemption(found.pk), by=person(request))
    except lists.NotAllowed as error:
        return problem(request, 409, detail=str(error))
    messages.success(request, _("The dossier is exempted: it stays, and comes back on its review date."))
    return redirect("retention:list", chosen.name)


def _content(request: HttpRequest, chosen: DestructionList, row: overview.Row) -> dict[str, Any]:
    """Return what only the department sees: a remark, and an explanation that may name a birth date."""
    if person(request).role != Role.TEAM_LEAD or row.dossier is None:
        return {}
    return {"sentences": _explained(row.dossier, chosen), "remark": _remark(request, row.item)}


def _explained(dossier: Dossier, chosen: DestructionList) -> tuple[str, ...]:
    name = Text(nl=chosen.category.name_nl, en=chosen.category.name_en)
    language: Any = "nl" if (get_language() or "nl").startswith("nl") else "en"
    return explain(timing.derivation_of(dossier), name, language)


def _remark(request: HttpRequest, found: ListItem) -> ItemRemark | None:
    """Return the department's remark; reading it is logged, for it is content."""
    remark = ItemRemark.objects.filter(item=found).first()
    if remark is not None:
        journal.record(AccessEvent.Action.READ, person(request), found.dossier_id, ground="remark")
    return remark
