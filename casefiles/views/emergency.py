"""Emergency access: the door, its register, and the after-review."""

from typing import Any
from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from casefiles import emergency, journal, reading
from casefiles.access import Ability, can
from casefiles.forms.emergency import PleaForm, ReferenceForm, VerdictForm
from casefiles.lifecycle import NotWritable
from casefiles.membership import NotPossible
from casefiles.models import AccessEvent, EmergencyAccess, Role
from casefiles.views import throttle
from casefiles.views.errors import too_many
from casefiles.views.session import person

SHOWN = 50


@require_safe
def overview(request: HttpRequest) -> HttpResponse:
    """Show the door to who may use it, and the uses that a person may know of."""
    return _overview(request, ReferenceForm())


def _overview(request: HttpRequest, form: ReferenceForm, status: int = 200) -> HttpResponse:
    user = person(request)
    context = {
        "form": form,
        "may_use": emergency.may_use(user),
        "uses": emergency.known_to(user)[:SHOWN],
        "reviews": user.role == Role.PRIVACY_OFFICER,
        "minutes": emergency.minutes(),
    }
    return render(request, "casefiles/emergency/overview.html", context, status=status)


@require_POST
def find(request: HttpRequest) -> HttpResponse:
    """Show who leads the case and who is in its team, before anything opens: they may be there to ask."""
    form, user = ReferenceForm(request.POST), person(request)
    if not form.is_valid():
        return _overview(request, form, status=422)
    if wait := throttle.attempt(f"emergency|{user.pk}", limit=settings.LOGIN_FAILURES):
        return too_many(request, wait)
    door = emergency.find(form.cleaned_data["reference"], by=user)
    if door is None:
        form.add_error("reference", _("There is no dossier with exactly this number."))
        return _overview(request, form, status=422)
    if can(user, Ability.READ, door.dossier):
        messages.info(request, _("You have access to this dossier already. Open it in the usual way."))
        return redirect("casefiles:dossier", door.dossier.pk)
    return _ask(request, door, PleaForm(initial={"reference": door.dossier.reference}))


def _ask(request: HttpRequest, door: emergency.Door, form: PleaForm, status: int = 200) -> HttpResponse:
    context = {
        "dossier": door.dossier,
        "form": form,
        "team": door.team,
        "leads": [member for member in door.team if member.leads],
        "minutes": emergency.minutes(),
    }
    return render(request, "casefiles/emergency/ask.html", context, status=status)


@sensitive_post_parameters("text")
@require_POST
def use(request: HttpRequest) -> HttpResponse:
    """Open the dossier for a short time."""
    form, user = PleaForm(request.POST), person(request)
    door = emergency.find(request.POST.get("reference", "")[:40], by=user)
    if door is None:
        return redirect("casefiles:emergency")
    if not form.is_valid():
        return _ask(request, door, form, status=422)
    if not can(user, Ability.READ, door.dossier):
        try:
            used = emergency.use(door.dossier.reference, form.plea, by=user)
        except (NotPossible, NotWritable) as problem:
            messages.error(request, str(problem))
            return redirect("casefiles:emergency")
        reading.remember(request.session, used.dossier_id, used.reason)
        messages.warning(request, _("The lead and the privacy officer have been told."))
    return redirect("casefiles:dossier", door.dossier.pk)


@require_http_methods(["GET", "HEAD", "POST"])
def review(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Show one use with what was said, and let a privacy officer judge it."""
    user = person(request)
    used = get_object_or_404(emergency.known_to(user), pk=pk)
    form = VerdictForm(request.POST if request.method == "POST" else None)
    if form.is_bound and form.is_valid():
        verdict = EmergencyAccess.Verdict(form.cleaned_data["verdict"])
        first = emergency.review(used, verdict, form.cleaned_data["remark"], by=user)
        words = _("The verdict is saved.") if first else _("Somebody gave a verdict already.")
        messages.success(request, words)
        return redirect("casefiles:emergency-use", pk)
    journal.record(AccessEvent.Action.READ, user, used.dossier_id, ground="emergency review")
    lines = AccessEvent.objects.filter(
        dossier_id=used.dossier_id,
        actor_id=used.used_by_id,
        occurred_at__gte=used.started_at,
        basis=AccessEvent.Basis.EMERGENCY,
    ).order_by("occurred_at")[:SHOWN]
    context: dict[str, Any] = {"used": used, "form": form, "lines": lines, "reviews": user.role == Role.PRIVACY_OFFICER}
    return render(request, "casefiles/emergency/use.html", context, status=422 if form.is_bound else 200)


@require_POST
def stop(request: HttpRequest, pk: UUID) -> HttpResponse:
    """End one's own emergency access."""
    used = get_object_or_404(EmergencyAccess, pk=pk, used_by=person(request))
    emergency.stop(used, by=person(request))
    messages.success(request, _("Your emergency access has ended."))
    return redirect("casefiles:emergency")
