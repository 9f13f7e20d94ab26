"""Holds in the browser: which there are, placing one after seeing what it will cover, reviewing and lifting."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from casefiles import jobs
from casefiles.models import Dossier, Job
from casefiles.views.errors import problem
from casefiles.views.session import person
from retention import holds, tasks, timing
from retention.forms.holds import HoldForm, ReviewForm
from retention.holds import showing, who
from retention.models import Hold

PER_PAGE = 25
SHOWS = ("", "review", "lifted")


@require_GET
def index(request: HttpRequest) -> HttpResponse:
    """Show the holds that the reader may know of: those that stand, those to be reviewed, those that were lifted."""
    user = person(request)
    if user.role not in who.READERS:
        raise Http404
    show = request.GET.get("show", "") if request.GET.get("show", "") in SHOWS else ""
    seen = holds.seen_by(user)
    standing = seen.filter(lifted_at=None)
    overdue = standing.filter(review_on__lte=timing.today())
    chosen = {"": standing, "review": overdue, "lifted": seen.filter(lifted_at__isnull=False)}[show]
    order = "-lifted_at" if show == "lifted" else "review_on"
    page = Paginator(showing.with_counts(chosen).order_by(order, "pk"), PER_PAGE).get_page(request.GET.get("page"))
    context = {
        "page": page,
        "show": show,
        "today": timing.today(),
        "overdue": overdue.count(),
        "may_place": who.may_place(user),
    }
    return render(request, "retention/holds/index.html", context)


@require_http_methods(["GET", "POST"])
def place(request: HttpRequest) -> HttpResponse:
    """Ask for a hold, show what it will cover and what it comes too late for, and place it."""
    user = person(request)
    if not who.may_place(user):
        raise Http404
    form = HoldForm(user, request.POST) if request.method == "POST" else HoldForm(user, initial=_asked(request))
    if not form.is_valid():
        return render(request, "retention/holds/place.html", {"form": form}, status=422 if form.is_bound else 200)
    if request.POST.get("then") == "place":
        return _place(request, form)
    preview = showing.preview(form.dossiers)
    return render(request, "retention/holds/place.html", {"form": form, "preview": preview, "by_class": form.by_class})


def _asked(request: HttpRequest) -> dict[str, Any]:
    """Return the dossier that the page was opened for, by its id: a reference is no part of an address."""
    try:
        dossier_id = UUID(request.GET.get("dossier", ""))
    except ValueError:
        return {}
    found = who.holdable(person(request), "").filter(pk=dossier_id).values_list("reference", flat=True).first()
    return {"references": found} if found else {}


def _place(request: HttpRequest, form: HoldForm) -> HttpResponse:
    user = person(request)
    if form.by_class:
        hold = holds.place_by_criterion(form.criterion, form.ground, owner=user)
        _ring(hold)
    else:
        hold = holds.place_on(form.cleaned_data["dossiers"], form.ground, owner=user).hold
    messages.success(request, _("The hold stands. Nothing that it covers is destroyed until it is lifted."))
    return redirect("retention:hold", hold.pk)


def _ring(hold: Hold) -> None:
    if hold.job_id is not None:
        jobs.ring(tasks.work_on_hold, str(hold.job_id))


def _readable(request: HttpRequest, pk: int) -> Any:
    return get_object_or_404(showing.with_counts(holds.seen_by(person(request))), pk=pk)


@require_GET
def detail(request: HttpRequest, pk: int) -> HttpResponse:
    """Show a hold: why, whose, until when, what it covers, and what it came too late for."""
    return _detail(request, _readable(request, pk), ReviewForm())


def _detail(request: HttpRequest, hold: Any, form: ReviewForm, status: int = 200) -> HttpResponse:
    user = person(request)
    decides = hold.lifted_at is None and who.may_decide(user, hold)
    owns = user.pk == hold.owner_id and hold.reason != Hold.Reason.GOOD_CARE
    covers = Paginator(showing.covers_for(user, hold), PER_PAGE)
    page = covers.get_page(request.GET.get("page"))
    context = {
        "hold": hold,
        "page": page,
        "hidden": hold.ever - covers.count,
        "missed": showing.missed(user, hold) if hold.late else [],
        "words": showing.words_of(user, hold),
        "may_lift": decides and user.pk != hold.owner_id,
        "form": form if decides or (owns and hold.lifted_at is None) else None,
        "today": timing.today(),
        **_bar(hold),
    }
    return render(request, "retention/holds/detail.html", context, status=status)


def _bar(hold: Hold) -> dict[str, Any]:
    if hold.job is None:
        return {"moving": False}
    moving = hold.job.state in (Job.State.WAITING, Job.State.RUNNING)
    poll = reverse("retention:hold-progress", args=[hold.pk])
    return {"job": hold.job, "bar": jobs.bar_of(hold.job), "moving": moving, "poll": poll}


@require_GET
def progress(request: HttpRequest, pk: int) -> HttpResponse:
    """Give the bar alone; when it has come to its end, tell the page to show the result."""
    hold = get_object_or_404(holds.seen_by(person(request)), pk=pk, job__isnull=False)
    context = {"hold": hold, **_bar(hold)}
    response = render(request, "retention/holds/progress.html", context)
    if not context["moving"]:
        response.headers["HX-Refresh"] = "true"
    return response


setattr(progress, "untouched", True)  # noqa: B010 - a page that is left open does not prolong a session


@require_POST
def review(request: HttpRequest, pk: int) -> HttpResponse:
    """Keep a hold standing until a new review date."""
    hold = _readable(request, pk)
    form = ReviewForm(request.POST)
    if not form.is_valid():
        return _detail(request, hold, form, status=422)
    holds.review(hold, form.cleaned_data["review_on"], by=person(request))
    messages.success(request, _("The hold stays. You are reminded before its new review date."))
    return redirect("retention:hold", pk)


@require_http_methods(["GET", "POST"])
def lift(request: HttpRequest, pk: int) -> HttpResponse:
    """Ask once more, and lift a hold, or lift it for the one dossier that the address names."""
    hold = _readable(request, pk)
    dossier = _one(request, hold)
    if request.method == "GET":
        return render(request, "retention/holds/lift.html", {"hold": hold, "dossier": dossier})
    try:
        _lift(request, hold, dossier)
    except holds.NotYours as error:
        return problem(request, 409, detail=str(error))
    return redirect("retention:hold", pk)


def _one(request: HttpRequest, hold: Hold) -> Dossier | None:
    asked = request.GET.get("dossier", "")
    if not asked:
        return None
    try:
        cover = showing.covers_for(person(request), hold).filter(dossier=UUID(asked)).first()
    except ValueError:
        cover = None
    if cover is None:
        raise Http404
    return cover.dossier


def _lift(request: HttpRequest, hold: Hold, dossier: Dossier | None) -> None:
    user = person(request)
    if dossier is not None:
        holds.lift_for(hold, dossier.pk, by=user)
        messages.success(request, _("The hold is lifted for this dossier."))
        return
    holds.lift(hold, by=user)
    hold.refresh_from_db()
    _ring(hold)
    messages.success(request, _("The hold is lifted. What another hold covers stays held."))
