"""Who is here: logging in and out, one's own password, and one's own sessions."""

import time
from collections import Counter
from collections.abc import Callable, Iterable
from datetime import timedelta
from typing import Any, TypeVar

from django.conf import settings
from django.contrib import messages
from django.contrib.auth import login, logout, update_session_auth_hash
from django.contrib.auth.decorators import login_not_required
from django.contrib.auth.views import LoginView
from django.contrib.sessions.models import Session
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.middleware.csrf import get_token
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.decorators import method_decorator
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views import View
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_GET, require_POST, require_safe

from casefiles import journal, sessions
from casefiles.forms.session import LoginForm, PasswordForm
from casefiles.models import AccessEvent, Role, Team, User
from casefiles.views import throttle
from casefiles.views.errors import layout_for, too_many

Answering = TypeVar("Answering", bound=Callable[..., HttpResponse])

YEAR_SECONDS = 365 * 24 * 3600


def untouched(view: Answering) -> Answering:
    """Mark a view that the page asks by itself: it does not prolong the session (config.middleware reads it)."""
    view.__dict__["untouched"] = True
    return view


def person(request: HttpRequest) -> User:
    """Return who asks. Raises TypeError for nobody: views are closed to those who are not logged in."""
    if not isinstance(request.user, User):
        raise TypeError("nobody is logged in")
    return request.user


def _address(request: HttpRequest) -> str:
    return str(request.META.get("REMOTE_ADDR", ""))


def _pair(request: HttpRequest) -> str:
    return f"{_address(request)}|{request.POST.get('username', '').strip().casefold()}"


class Login(LoginView):
    """The way in. A name is tried at most LOGIN_FAILURES times from one address before it has to wait."""

    template_name = "casefiles/session/login.html"
    authentication_form = LoginForm
    redirect_authenticated_user = True

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Count the attempt before the password is looked at; answer 429 when there were too many."""
        wait = throttle.attempt(_address(request), limit=settings.LOGIN_FAILURES_OF_ADDRESS)
        wait = wait or throttle.attempt(_pair(request), limit=settings.LOGIN_FAILURES)
        if wait:
            _log_refusal("throttled")
            return too_many(request, wait)
        return super().post(request, *args, **kwargs)

    def form_valid(self, form: Any) -> HttpResponse:
        """Let the person in, and to the page they asked for when it is one of ours."""
        throttle.forget(_pair(self.request))
        throttle.give_back(_address(self.request))
        user = form.get_user()
        login(self.request, user)
        journal.record(AccessEvent.Action.LOGIN, user)
        return redirect(self.get_success_url())

    def form_invalid(self, form: Any) -> HttpResponse:
        """Say what to do; the name stays filled in. Status 422, so that no cache or robot takes it for a success."""
        _log_refusal("name or password")
        response = self.render_to_response(self.get_context_data(form=form))
        response.status_code = 422
        return response

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Add the logins of the demonstration organisation, in demonstration mode alone."""
        return super().get_context_data(**kwargs) | {"demonstration": demonstration_logins()}


def _log_refusal(ground: str) -> None:
    journal.record(AccessEvent.Action.LOGIN, None, outcome=AccessEvent.Outcome.REFUSED, ground=ground)


def demonstration_logins() -> dict[str, Any] | None:
    """Return the password and people of the demonstration organisation, or None outside demonstration mode."""
    file = settings.DEMONSTRATION_PASSWORD_FILE
    if not settings.DEMONSTRATION or not file.exists():
        return None
    people = User.objects.filter(is_active=True).prefetch_related("groups__team").order_by("pk")[:24]
    return {"password": file.read_text().strip(), "people": _one_of_each_role_first(people)}


def _one_of_each_role_first(people: Iterable[User]) -> list[User]:
    seen: Counter[str] = Counter()
    order: dict[int, tuple[int, int]] = {}
    listed = list(people)
    for user in listed:
        order[user.pk] = (seen[user.role], list(Role).index(Role(user.role)))
        seen[user.role] += 1
    return sorted(listed, key=lambda user: order[user.pk])


@require_POST
def log_out(request: HttpRequest) -> HttpResponse:
    """End this session, and let the browser drop the pages it still holds."""
    if request.user.is_authenticated:
        journal.record(AccessEvent.Action.LOGOUT, person(request))
    logout(request)
    response = redirect("casefiles:login")
    response.headers["Clear-Site-Data"] = '"cache"'
    return response


@method_decorator(sensitive_post_parameters(), name="dispatch")
class ChangePassword(View):
    """One's own password."""

    def get(self, request: HttpRequest) -> HttpResponse:
        """Show the form."""
        return render(request, "casefiles/session/password.html", {"form": PasswordForm(person(request))})

    def post(self, request: HttpRequest) -> HttpResponse:
        """Change the password; this session goes on, all others of this person end. Guessing is throttled."""
        user = person(request)
        key = f"password|{user.pk}"
        if wait := throttle.attempt(key, limit=settings.LOGIN_FAILURES):
            return too_many(request, wait)
        form = PasswordForm(user, request.POST)
        if not form.is_valid():
            return render(request, "casefiles/session/password.html", {"form": form}, status=422)
        form.save()
        throttle.forget(key)
        update_session_auth_hash(request, user)
        journal.record(AccessEvent.Action.PASSWORD, user)
        messages.success(request, _("Your password has been changed. Your other sessions have ended."))
        return redirect("casefiles:session")


def _seconds_left(request: HttpRequest) -> int:
    seen = int(request.session.get("seen", 0))
    started = int(request.session.get("started", 0))
    end = min(seen + settings.SESSION_COOKIE_AGE, started + settings.SESSION_LONGEST_SECONDS)
    return max(0, end - int(time.time()))


@require_safe
def overview(request: HttpRequest) -> HttpResponse:
    """Show who I am here: role, teams, language, last login, and until when my sessions last."""
    context = {
        "teams": Team.objects.filter(group__user=person(request)).order_by("name"),
        "sessions": sessions.of(person(request), request.session.session_key),
        "ends": timezone.now() + timedelta(seconds=_seconds_left(request)),
        "longest_hours": settings.SESSION_LONGEST_SECONDS // 3600,
        "idle_minutes": settings.SESSION_COOKIE_AGE // 60,
    }
    return render(request, "casefiles/session/overview.html", context)


@require_POST
def end_others(request: HttpRequest) -> HttpResponse:
    """End all other sessions of this person; doing it twice ends nothing more."""
    own = sessions.of(person(request), request.session.session_key)
    others = [session.key for session in own if not session.current]
    Session.objects.filter(session_key__in=others).delete()
    words = ngettext("%d other session has been ended.", "%d other sessions have been ended.", len(others))
    journal.record(AccessEvent.Action.SESSION, person(request), ground="others ended", sessions=len(others))
    messages.success(request, words % len(others))
    return redirect("casefiles:session")


@require_POST
def set_shortcuts(request: HttpRequest) -> HttpResponse:
    """Switch the single-key shortcut on or off for this browser (WCAG 2.1.4)."""
    wanted = "off" if request.POST.get("shortcuts") == "off" else "on"
    response = redirect("casefiles:session")
    response.set_cookie(
        "shortcuts", wanted, max_age=YEAR_SECONDS, httponly=True, samesite="Lax", secure=settings.SESSION_COOKIE_SECURE
    )
    return response


@untouched
@require_GET
def left(request: HttpRequest) -> JsonResponse:
    """Tell the page how many seconds the session lasts, without prolonging it, and the token for its forms."""
    return _state(request)


@require_POST
def alive(request: HttpRequest) -> JsonResponse:
    """Prolong the session of somebody who works on a page without sending anything."""
    request.session["seen"] = int(time.time())
    return _state(request)


def _state(request: HttpRequest) -> JsonResponse:
    state = {"seconds": _seconds_left(request), "person": person(request).pk, "token": get_token(request)}
    return JsonResponse(state)


@login_not_required
@require_safe
def help_page(request: HttpRequest) -> HttpResponse:
    """Show the help: one place, on every page, also for who cannot log in."""
    return render(request, "casefiles/session/help.html", {"layout": layout_for(request)})
