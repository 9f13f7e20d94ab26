"""The register of requests in the browser: what was asked, until when, and what was decided."""

from datetime import timedelta
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Count
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from casefiles.access import METADATA_ROLES
from casefiles.models import Dossier
from casefiles.views.errors import problem
from casefiles.views.session import person
from retention import timing
from retention.forms.rights import DecideForm, ExtendForm, ReceiveForm
from retention.holds import who
from retention.models import RequestDossier, RightsRequest
from retention.rights import guidance, law
from retention.rights import register as requests

PER_PAGE = 25
SOON = timedelta(days=7)
SHOWS = ("", "remedy", "ended")


@require_GET
def index(request: HttpRequest) -> HttpResponse:
    """Show the requests that the reader may know of: open, decided with the remedy period running, and ended."""
    user = person(request)
    show = request.GET.get("show", "") if request.GET.get("show", "") in SHOWS else ""
    seen = requests.seen_by(user).annotate(dossiers=Count("about", distinct=True))
    chosen = {
        "": seen.filter(decision=""),
        "remedy": seen.exclude(decision="").filter(ended_at=None),
        "ended": seen.filter(ended_at__isnull=False),
    }[show]
    order = "received_on" if show != "ended" else "-ended_at"
    page = Paginator(chosen.order_by(order, "name"), PER_PAGE).get_page(request.GET.get("page"))
    context = {"page": page, "show": show, "may_register": who.may_place(user), **_days()}
    return render(request, "retention/rights/index.html", context)


def _days() -> dict[str, Any]:
    return {"today": timing.today(), "soon": timing.today() + SOON}


@require_http_methods(["GET", "POST"])
def register(request: HttpRequest) -> HttpResponse:
    """Register a request; from then on its dossiers are held."""
    user = person(request)
    if not who.may_place(user):
        raise Http404
    form = ReceiveForm(user, request.POST) if request.method == "POST" else ReceiveForm(user, initial=_asked(request))
    if not form.is_valid():
        context = {"form": form, "guidance": guidance.TABLE}
        return render(request, "retention/rights/register.html", context, status=422 if form.is_bound else 200)
    try:
        made = requests.receive(form.received, form.cleaned_data["dossiers"], by=user)
    except requests.NotPossible as error:
        return problem(request, 409, detail=str(error))
    messages.success(request, _("Request %s is registered. Its dossiers are held.") % made.name)
    return redirect("retention:request", made.pk)


def _asked(request: HttpRequest) -> dict[str, Any]:
    try:
        dossier_id = UUID(request.GET.get("dossier", ""))
    except ValueError:
        return {}
    found = who.holdable(person(request), "").filter(pk=dossier_id).values_list("reference", flat=True).first()
    return {"references": found} if found else {}


def _readable(request: HttpRequest, pk: UUID) -> RightsRequest:
    return get_object_or_404(requests.seen_by(person(request)), pk=pk)


@require_GET
def detail(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Show a request with its terms, its decision, and the next step to who may take it."""
    return _detail(request, _readable(request, pk))


def _detail(
    request: HttpRequest,
    found: RightsRequest,
    *,
    decide_form: DecideForm | None = None,
    extend_form: ExtendForm | None = None,
) -> HttpResponse:
    user, term = person(request), law.term(found.regime, found.kind, found.received_on)
    steps = requests.may_handle(user, found) and not found.decision
    extendable = steps and term.longest > term.deadline and found.deadline < requests.furthest(found, term)
    bound = decide_form or extend_form
    context = {
        "found": found,
        "dossiers": _dossiers(request, found),
        "words": requests.words_of(user, found),
        "decide_form": (decide_form or DecideForm(found)) if steps else None,
        "extend_form": (extend_form or ExtendForm()) if extendable else None,
        "may_contest": requests.may_handle(user, found) and bool(found.decision) and found.ended_at is None,
        "longest": term.longest,
        **_days(),
    }
    return render(request, "retention/rights/detail.html", context, status=422 if bound else 200)


def _dossiers(request: HttpRequest, found: RightsRequest) -> list[Dossier]:
    about = RequestDossier.objects.filter(request=found).values("dossier")
    dossiers = Dossier.objects.filter(pk__in=about).defer("facts").order_by("reference")
    if person(request).role not in METADATA_ROLES:
        dossiers = dossiers.filter(pk__in=who.holdable(person(request), "").values("pk"))
    return list(dossiers)


@require_POST
def extend(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Extend the term of a request."""
    found, form = _readable(request, pk), ExtendForm(request.POST)
    if form.is_valid():
        try:
            requests.extend(found, form.cleaned_data["until"], form.cleaned_data["told_on"], by=person(request))
        except requests.NotPossible as error:
            form.add_error("until", str(error))
    if form.errors:
        return _detail(request, found, extend_form=form)
    messages.success(request, _("The term is extended."))
    return redirect("retention:request", pk)


@require_POST
def decide(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Decide on a request."""
    found = _readable(request, pk)
    form = DecideForm(found, request.POST)
    if not form.is_valid():
        return _detail(request, found, decide_form=form)
    try:
        requests.decide(found, form.outcome, by=person(request))
    except requests.NotPossible as error:
        return problem(request, 409, detail=str(error))
    messages.success(request, _("The decision is kept."))
    return redirect("retention:request", pk)


@require_POST
def contest(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Note that the requester went to court or objected, or that this came to its end."""
    try:
        ended = request.POST.get("then") == "ended"
        requests.contest(_readable(request, pk), by=person(request), ended=ended)
    except requests.NotPossible as error:
        return problem(request, 409, detail=str(error))
    messages.success(request, _("It is noted."))
    return redirect("retention:request", pk)
