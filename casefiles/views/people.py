"""People, teams and the organisation, for administrators."""

import logging
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.core.mail import send_mail
from django.db import IntegrityError
from django.db.models import Count, Exists, OuterRef, Prefetch, Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from casefiles import dates, handover, jobs, leaving, membership, people, standing_in, tasks
from casefiles.forms.people import InviteForm, OrganisationForm, ProfileForm, TeamForm
from casefiles.models import Dossier, Invitation, Role, Team, User
from casefiles.models.invitation import VALID_FOR
from casefiles.views.session import person

logger = logging.getLogger(__name__)

SHOWN = 20  # references of dossiers that would be without a lead
FORM_METHODS = ["GET", "HEAD", "POST"]


@dataclass(frozen=True, slots=True)
class Line:
    """A person in the table: teams and last login as words, and the look of their status."""

    user: Any
    teams: str
    seen: str
    status: tuple[Any, str, str]


def _administrator(request: HttpRequest) -> User:
    user = person(request)
    people.require_administrator(user)
    return user


@require_safe
def overview(request: HttpRequest) -> HttpResponse:
    """Show everybody, the teams and the organisation."""
    _administrator(request)
    waiting = Invitation.objects.filter(user=OuterRef("pk"), used_at=None, expires_at__gt=timezone.now())
    members = User.objects.prefetch_related(Prefetch("groups__team")).annotate(invited=Exists(waiting))
    still_kept = Count("dossiers", filter=Q(dossiers__status__in=[Dossier.Status.OPEN, Dossier.Status.CLOSED]))
    teams = Team.objects.annotate(size=Count("group__user", distinct=True)).order_by("name")
    kept = dict(Team.objects.annotate(kept=still_kept).values_list("pk", "kept"))
    context = {
        "lines": [_line(user) for user in members.order_by("-is_active", "name")],
        "teams": [(team, kept[team.pk]) for team in teams],
        "organisation_form": OrganisationForm.current(),
        "team_form": TeamForm(None),
    }
    return render(request, "casefiles/people/overview.html", context)


def _line(user: Any) -> Line:
    teams = ", ".join(sorted(group.team.name for group in user.groups.all() if hasattr(group, "team")))
    seen = dates.day(timezone.localtime(user.last_login).date()) if user.last_login else ""
    return Line(user, teams, seen, _status(user))


def _status(user: Any) -> tuple[Any, str, str]:
    if not user.is_active:
        return _("Has left"), "", "user-round-x"
    if user.has_usable_password():
        return _("Active"), "active", "circle-check"
    if user.invited:
        return _("Invited"), "info", "mail"
    return _("Link expired"), "attention", "clock-alert"


@require_http_methods(FORM_METHODS)
def invite(request: HttpRequest) -> HttpResponse:
    """Invite a new person: the form, and then once the link to hand over."""
    administrator = _administrator(request)
    form = InviteForm(request.POST if request.method == "POST" else None)
    if form.is_bound and form.is_valid():
        try:
            user, token = people.invite(form.cleaned_data["username"], form.profile, by=administrator)
        except IntegrityError:  # the same form twice at the same moment
            form.add_error("username", _("Somebody has this username already."))
        else:
            return _handed_over(request, user, token)
    return render(request, "casefiles/people/invite.html", {"form": form}, status=422 if form.is_bound else 200)


@require_POST
def invite_again(request: HttpRequest, pk: int) -> HttpResponse:
    """Give a person a new one-time link: for who lost it, forgot the password, or is back."""
    user = get_object_or_404(User, pk=pk)
    try:
        token = people.invite_again(user, by=_administrator(request))
    except people.NotPossible as refused:
        return _edit(request, user, ProfileForm.of(user, None, own=True), str(refused))
    return _handed_over(request, user, token)


def _handed_over(request: HttpRequest, user: User, token: str) -> HttpResponse:
    """Show the link, once: it is stored nowhere, so this page is the answer itself and not a redirect."""
    link = request.build_absolute_uri(reverse("casefiles:invitation", args=[token]))
    context = {"member": user, "link": link, "days": VALID_FOR.days, "mailed": _mailed(user, link)}
    return render(request, "casefiles/people/link.html", context)


def _mailed(user: User, link: str) -> bool:
    """Mail the bare link to who has an address; False when there is none, or the mail server does not take it now."""
    if not user.email:
        return False
    try:
        return send_mail(_("Your one-time link"), f"{link}\n", None, [user.email]) == 1
    except OSError as error:
        logger.warning("a one-time link could not be mailed: %s", type(error).__name__)
        return False


@require_http_methods(FORM_METHODS)
def member(request: HttpRequest, pk: int) -> HttpResponse:
    """Show and change one person."""
    administrator, user = _administrator(request), get_object_or_404(User, pk=pk)
    own = administrator.pk == user.pk
    form = ProfileForm.of(user, request.POST if request.method == "POST" else None, own=own)
    if not form.is_bound or not form.is_valid():
        return _edit(request, user, form)
    try:
        people.change(user, form.profile, by=administrator)
    except people.NotPossible as refused:
        return _edit(request, user, form, str(refused))
    messages.success(request, _("What you changed about %s is saved.") % user.name)
    return redirect("casefiles:people")


def _edit(request: HttpRequest, user: User, form: ProfileForm, refused: str = "") -> HttpResponse:
    own = person(request).pk == user.pk
    load = handover.with_other_leads(user)
    alone = [reference for reference, shared in load if not shared]
    left = leaving.open_with(user) if user.is_active and not own else []
    takers = standing_in.workers().exclude(pk=user.pk) if alone else leaving.takers(user)
    context = {
        "form": form,
        "member": user,
        "own": own,
        "refused": refused,
        "only": _is_last(user),
        "leads": len(load),
        "leaderless": alone[:SHOWN],
        "without_lead": len(alone),
        "left": left,
        "needs_taker": bool(alone) or any(one.passes for one in left),
        "takers": takers,
    }
    return render(request, "casefiles/people/member.html", context, status=422 if form.errors or refused else 200)


def _is_last(user: User) -> bool:
    others = User.objects.filter(role=Role.ADMINISTRATOR, is_active=True).exclude(pk=user.pk)
    return user.role == Role.ADMINISTRATOR and not others.exists()


@require_POST
def deactivate(request: HttpRequest, pk: int) -> HttpResponse:
    """Let a person leave; what nobody else leads goes to who takes it over."""
    user, administrator = get_object_or_404(User, pk=pk), _administrator(request)
    taker = leaving.takers(user).filter(pk=_key(request.POST.get("taker", ""))).first()
    made = None
    try:
        if taker is None:
            people.deactivate(user, by=administrator)
        else:
            made = people.leave(user, taker, by=administrator)
    except (people.NotPossible, membership.NotPossible) as refused:
        return _edit(request, user, ProfileForm.of(user, None, own=False), str(refused))
    messages.success(request, _("%s can no longer log in, and has no access to any dossier.") % user.name)
    if made is None:
        return redirect("casefiles:people")
    jobs.ring(tasks.carry_out_hand_over, str(made.pk))
    return redirect("casefiles:hand-over-result", made.pk)


def _key(text: str) -> int:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else 0


@require_http_methods(FORM_METHODS)
def team(request: HttpRequest, pk: int | None = None) -> HttpResponse:
    """Make a team, or give one another name."""
    administrator = _administrator(request)
    chosen = get_object_or_404(Team, pk=pk) if pk is not None else None
    form = TeamForm(request.POST if request.method == "POST" else None, chosen)
    if not form.is_bound or not form.is_valid():
        context = {"form": form, "team": chosen}
        return render(request, "casefiles/people/team.html", context, status=422 if form.is_bound else 200)
    if chosen:
        people.rename_team(chosen, form.cleaned_data["name"], by=administrator)
    else:
        people.add_team(form.cleaned_data["name"], by=administrator)
    messages.success(request, _("The team “%s” is saved.") % form.cleaned_data["name"])
    return redirect("casefiles:people")


@require_http_methods(FORM_METHODS)
def organisation(request: HttpRequest) -> HttpResponse:
    """Show or change what is said of the organisation."""
    administrator = _administrator(request)
    form = OrganisationForm.current(request.POST if request.method == "POST" else None)
    if not form.is_bound or not form.is_valid():
        context = {"form": form}
        return render(request, "casefiles/people/organisation.html", context, status=422 if form.is_bound else 200)
    people.change_organisation(form.house, by=administrator)
    messages.success(request, _("What you changed about the organisation is saved."))
    return redirect("casefiles:people")
