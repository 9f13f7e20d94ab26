"""My case load: care teams to confirm, who stands in during leave, and handing dossiers over."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_http_methods, require_POST, require_safe

from casefiles import handover, jobs, recertification, standing_in, tasks
from casefiles.access import refuse
from casefiles.forms.caseload import HandOverForm, SubstitutionForm
from casefiles.forms.ticked import ticked
from casefiles.listing.people import about
from casefiles.membership import NotPossible
from casefiles.models import HandOver, HandOverItem, Job, Role, Substitution, User
from casefiles.views.session import person, untouched

SHOWN = 100


@require_safe
def overview(request: HttpRequest) -> HttpResponse:
    """Show what of one's case load waits for a decision."""
    return _overview(request, SubstitutionForm(None, person(request)))


def _overview(request: HttpRequest, form: SubstitutionForm, status: int = 200) -> HttpResponse:
    user = person(request)
    waiting = list(recertification.waiting_for(user).order_by("reference")[:SHOWN])
    names = about(waiting)
    context = {
        "waiting": [(dossier, names.get(dossier.pk)) for dossier in waiting],
        "form": form,
        "substitutions": standing_in.concerning(user),
        "of_team": recertification.of_team(user).exclude(pk__in=[dossier.pk for dossier in waiting])[:SHOWN].count(),
        "led": handover.case_load(user).count(),
        "hand_overs": _hand_overs(user)[:5],
    }
    return render(request, "casefiles/caseload/overview.html", context, status=status)


def _hand_overs(user: User) -> Any:
    found = HandOver.objects.select_related("job", "giver", "taker").order_by("-job__made_at")
    if user.role == Role.ADMINISTRATOR:
        return found
    return found.filter(giver=user) | found.filter(taker=user) | found.filter(job__started_by=user)


@require_POST
def confirm_teams(request: HttpRequest) -> HttpResponse:
    """Confirm the care teams that were ticked, as they are."""
    done = recertification.confirm_many(ticked(request.POST, SHOWN), by=person(request))
    words = ngettext("%d care team is confirmed.", "%d care teams are confirmed.", done)
    messages.success(request, words % done)
    return redirect("casefiles:case-load")


@require_POST
def substitute(request: HttpRequest) -> HttpResponse:
    """Arrange who stands in."""
    form = SubstitutionForm(request.POST, person(request))
    if not form.is_valid():
        return _overview(request, form, status=422)
    try:
        made = standing_in.arrange(form.window, by=person(request))
    except NotPossible as problem:
        form.add_error(None, str(problem))
        return _overview(request, form, status=422)
    messages.success(request, _("%(who)s stands in. The rights exist in those days alone.") % {"who": made.substitute})
    return redirect("casefiles:case-load")


@require_POST
def end_substitution(request: HttpRequest, pk: int) -> HttpResponse:
    """End a substitution now."""
    found = get_object_or_404(standing_in.concerning(person(request)), pk=pk)
    standing_in.end(Substitution.objects.get(pk=found.pk), by=person(request))
    messages.success(request, _("The substitution has ended."))
    return redirect("casefiles:case-load")


@require_http_methods(["GET", "HEAD", "POST"])
def hand_over(request: HttpRequest, giver: int) -> HttpResponse:
    """Show what would be handed over, and begin it; the worker does the work.

    With dossiers in the address, those that were ticked in the list, it is about no others.
    """
    user, whose = person(request), get_object_or_404(User, pk=giver)
    if not standing_in.may_arrange_for(user, whose):
        refuse(user, "hand over")
    led, asked = handover.case_load(whose), ticked(request.GET, handover.MOST)
    dossiers = list((led.filter(pk__in=asked) if asked else led).select_related("team")[: handover.MOST])
    form = HandOverForm(request.POST if request.method == "POST" else None, whose, dossiers)
    if form.is_bound and form.is_valid():
        try:
            reason = HandOver.Reason(form.cleaned_data["reason"])
            made = handover.begin(whose, form.cleaned_data["taker"], form.chosen, reason, by=user)
        except NotPossible as problem:
            form.add_error(None, str(problem))
        else:
            jobs.ring(tasks.carry_out_hand_over, str(made.pk))
            return redirect("casefiles:hand-over-result", made.pk)
    context = {"giver": whose, "form": form, "own": user.pk == whose.pk, "most": handover.MOST}
    context["not_led"] = len(asked) - len(dossiers) if asked else 0
    return render(request, "casefiles/caseload/hand_over.html", context, status=422 if form.is_bound else 200)


@require_GET
def hand_over_result(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Show how far a hand-over is, and what came of each dossier."""
    found = get_object_or_404(_hand_overs(person(request)), pk=pk)
    items = HandOverItem.objects.filter(hand_over=found).order_by("reference")
    context = {**_bar(found), "items": items}
    return render(request, "casefiles/caseload/result.html", context)


@untouched
@require_GET
def hand_over_progress(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Give the bar alone; at its end the page shows the results."""
    context = _bar(get_object_or_404(_hand_overs(person(request)), pk=pk))
    response = render(request, "casefiles/caseload/progress.html", context)
    if not context["moving"]:
        response.headers["HX-Refresh"] = "true"
    return response


def _bar(found: HandOver) -> dict[str, Any]:
    return {
        "hand_over": found,
        "job": found.job,
        "bar": jobs.bar_of(found.job),
        "moving": found.job.state in (Job.State.WAITING, Job.State.RUNNING),
        "poll": reverse("casefiles:hand-over-progress", args=[found.pk]),
    }
