"""Opening a new dossier."""

from typing import Any

from django.contrib import messages
from django.db import IntegrityError
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from casefiles import access, lifecycle
from casefiles.access import METADATA_ROLES
from casefiles.forms.opening import OpeningForm
from casefiles.models import AccessEvent, Dossier, Team, User
from casefiles.views.session import person


@require_http_methods(["GET", "HEAD", "POST"])
def new_dossier(request: HttpRequest) -> HttpResponse:
    """Show the form, or open the dossier and go to it. Roles on metadata open none."""
    user = person(request)
    if user.role in METADATA_ROLES:
        access.refuse(user, "open")
    teams = Team.objects.filter(group__user=user).order_by("name")
    if request.method != "POST":
        return _form(request, OpeningForm(None, teams), teams)
    form = OpeningForm(request.POST, teams)
    if form.is_valid() and (dossier := _opened(form, user)):
        messages.success(request, _("Dossier %s is open. You lead it.") % dossier.reference)
        return redirect("casefiles:dossier", dossier.pk)
    if (twice := _sent_twice(form, user)) is not None:
        return redirect("casefiles:dossier", twice.pk)
    return _form(request, form, teams, status=422)


def _opened(form: OpeningForm, user: User) -> Dossier | None:
    try:
        return lifecycle.open_dossier(form.new_dossier, by=user)
    except (IntegrityError, lifecycle.NotWritable):  # somebody took this reference just now
        form.add_error("reference", _("There is a dossier with this reference already."))
        return None


def _sent_twice(form: OpeningForm, user: User) -> Dossier | None:
    """Return the dossier when a double click, or Back and Send again, sends the form that this person sent before."""
    taken = {"reference"} == set(form.errors)
    dossier = access.visible_to(user).filter(reference=form.data.get("reference", "").strip().upper()).first()
    if not taken or dossier is None or dossier.kind != form.cleaned_data.get("kind"):
        return None
    opened = AccessEvent.objects.filter(action=AccessEvent.Action.OPEN, actor_id=user.pk, dossier_id=dossier.pk)
    return dossier if opened.exists() and _same_person(form, dossier) else None


def _same_person(form: OpeningForm, dossier: Dossier) -> bool:
    return any(party.facts.surname == form.cleaned_data.get("surname") for party in dossier.party_set.all())


def _form(request: HttpRequest, form: OpeningForm, teams: QuerySet[Team], status: int = 200) -> HttpResponse:
    context: dict[str, Any] = {"form": form, "has_team": teams.exists()}
    return render(request, "casefiles/dossiers/new.html", context, status=status)
