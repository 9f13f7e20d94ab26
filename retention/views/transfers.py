"""Transfer to an archive: what waits for it, and one dossier's way from package to confirmation."""

from collections.abc import Callable, Sequence
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.http import Http404, HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from casefiles import access, jobs, journal, lifecycle, naming, panels
from casefiles.models import AccessEvent, Dossier, Job
from casefiles.views.documents import LOCKED_DOWN
from casefiles.views.errors import problem
from casefiles.views.session import person
from retention import tasks, timing
from retention.forms.transfers import AskForm, ConfirmForm
from retention.models import Clock, RuleVersion, Transfer
from retention.panels import faces
from retention.schedule import Action
from retention.states import ClockState
from retention.transfer import process

PER_PAGE = 25


@require_GET
def index(request: HttpRequest) -> HttpResponse:
    """Show what waits to be transferred and what is on its way."""
    if not process.may_arrange(person(request)):
        raise Http404
    page = Paginator(_waiting(), PER_PAGE).get_page(request.GET.get("page"))
    return render(request, "retention/transfer/index.html", {"page": page})


def _waiting() -> QuerySet[Dossier]:
    in_force = RuleVersion.objects.in_force(timing.today())
    kinds = [version.category_id for version in in_force if version.rule.action is Action.TRANSFER]
    due = Clock.objects.filter(dossier=OuterRef("pk"), state=ClockState.DUE, category__in=kinds)
    found = Dossier.objects.present().filter(Q(transfer__isnull=False) | Exists(due))
    return found.select_related("team", "transfer__job").order_by("reference")


def _found(request: HttpRequest, pk: UUID) -> Dossier:
    """Return a dossier to who arranges transfers, or who may hand this one over; to others it does not exist."""
    user = person(request)
    seen = access.described_to(user) if process.may_arrange(user) else access.visible_to(user)
    found = seen.select_related("team", "transfer__job", "transfer__handed_by", "transfer__confirmed_by").filter(pk=pk)
    dossier = found.first()
    if dossier is None or not (process.may_arrange(user) or process.may_hand_over(user, dossier)):
        raise Http404
    return dossier


@require_GET
def detail(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Show how far a transfer is, and the step that is next for this person."""
    dossier = _found(request, pk)
    journal.record(AccessEvent.Action.READ, person(request), dossier.pk, ground=process.GROUND)
    return _page(request, dossier)


def _page(request: HttpRequest, dossier: Dossier, **forms: Any) -> HttpResponse:
    transfer = getattr(dossier, "transfer", None)
    context = {
        "dossier": dossier,
        "transfer": transfer,
        "officer": process.may_arrange(person(request)),
        "ask": AskForm(),
        "confirm": ConfirmForm(),
        **(_progress(transfer) if transfer else {}),
        **forms,
    }
    return render(request, "retention/transfer/detail.html", context, status=422 if forms else 200)


def _progress(transfer: Transfer) -> dict[str, Any]:
    return {
        "job": transfer.job,
        "bar": jobs.bar_of(transfer.job),
        "moving": transfer.job.state in (Job.State.WAITING, Job.State.RUNNING),
        "poll": reverse("retention:transfer-progress", args=[transfer.dossier_id]),
    }


@require_GET
def progress(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Give the bar alone; when it has come to its end, tell the page to show the result."""
    transfer = getattr(_found(request, pk), "transfer", None)
    if transfer is None:
        raise Http404
    context = _progress(transfer)
    response = render(request, "retention/transfer/progress.html", context)
    if not context["moving"]:
        response.headers["HX-Refresh"] = "true"
    return response


setattr(progress, "untouched", True)  # noqa: B010 - a page that is left open does not prolong a session


@require_POST
def step(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Take the step that the pressed button names."""
    dossier = _found(request, pk)
    steps: dict[str, Callable[[HttpRequest, Dossier], HttpResponse | None]] = {
        "ask": _ask,
        "confirm": _confirm,
        "withdraw": lambda request, dossier: process.withdraw(dossier, by=person(request)),
    }
    act = steps.get(request.POST.get("step", ""))
    if act is None:
        raise Http404
    try:
        answer = act(request, dossier)
    except (process.NotNow, lifecycle.NotWritable) as error:
        return problem(request, 409, detail=str(error))
    return answer or redirect("retention:transfer", dossier.pk)


def _ask(request: HttpRequest, dossier: Dossier) -> HttpResponse | None:
    form = AskForm(request.POST)
    if not form.is_valid():
        return _page(request, dossier, ask=form)
    made = process.ask(dossier, form.cleaned_data["receiver"], by=person(request))
    jobs.ring(tasks.make_package, str(made.job_id))
    return None


def _confirm(request: HttpRequest, dossier: Dossier) -> HttpResponse | None:
    form = ConfirmForm(request.POST)
    if not form.is_valid():
        return _page(request, dossier, confirm=form)
    values = form.cleaned_data
    try:
        process.confirm(dossier, values["checksum"], values["statement"], by=person(request))
    except process.NotNow as error:
        form.add_error("checksum", str(error))
        return _page(request, dossier, confirm=form)
    messages.success(request, _("Recorded. The dossier comes on a destruction list tonight."))
    return None


@require_POST
def package(request: HttpRequest, pk: UUID) -> HttpResponse | StreamingHttpResponse:
    """Give the package out, opened while it streams; who took it, and when, is recorded first."""
    dossier = _found(request, pk)
    if naming.hidden.get():
        return problem(request, 409, detail=_("You share your screen. Stop sharing first: names are hidden now."))
    try:
        transfer, chunks = process.handed_over(dossier, by=person(request))
    except process.NotNow as error:
        return problem(request, 409, detail=str(error))
    response = StreamingHttpResponse(chunks, "application/zip", headers=LOCKED_DOWN)
    response.headers["Content-Length"] = str(transfer.size)
    response.headers["Content-Disposition"] = f'attachment; filename="{dossier.reference}.zip"'
    return response


def contexts(request: HttpRequest, dossiers: Sequence[Dossier]) -> panels.Contexts:
    """Show the way to a transfer under way on the page of the dossier, to who may hand it over."""
    clocks = faces(request, dossiers)
    led = {dossier.pk: clocks[dossier.pk].receiver for dossier in dossiers if _leads(dossier) and dossier.pk in clocks}
    return {pk: {"receiver": receiver, "led": pk} for pk, receiver in led.items() if receiver is not None}


def _leads(dossier: Dossier) -> bool:
    """Tell whether the reader of a page leads or treats (annotated by access.with_abilities), and it is closed."""
    able = getattr(dossier, "may_lead", False) or getattr(dossier, "may_treat", False)
    return able and dossier.status == Dossier.Status.CLOSED


def connect() -> None:
    """Put it on the dossier page; call it from AppConfig.ready()."""
    panels.register("dossier.aside", "retention/transfer/panel.html", contexts)
