"""The house rules of every answer: its language, what a browser may load and keep, and how long a session lasts."""

import time
from collections.abc import Callable
from ipaddress import ip_address
from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.contrib.auth import logout
from django.contrib.auth.middleware import LoginRequiredMiddleware
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import translation
from django.utils.cache import patch_vary_headers
from django.utils.translation import get_supported_language_variant
from django.utils.translation import gettext as _

from casefiles import naming, principal
from casefiles.access import Ended, Refused
from casefiles.journal import access_point
from casefiles.reading import ReasonNeeded
from casefiles.views.errors import problem, typed

GetResponse = Callable[[HttpRequest], HttpResponse]

POLICY = "; ".join(
    [
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self' data:",
        "font-src 'self'",
        "connect-src 'self'",
        "form-action 'self'",
        "frame-ancestors 'none'",
        "base-uri 'none'",
    ]
)
UNUSED = "camera=(), geolocation=(), microphone=(), payment=(), usb=()"
TOUCH_SECONDS = 60  # a session's end moves at most this often, which saves a write a page


class AccessPointMiddleware:
    """Let the access log know from where a request comes (NEN 7513)."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Note the address while the request lasts; a unix socket has none."""
        token = access_point.set(_address(_network_access_point(request)))
        try:
            return self.get_response(request)
        finally:
            access_point.reset(token)


def _network_access_point(request: HttpRequest) -> str:
    """Return from where a request comes: a proxy of ours writes it last, and what a client wrote stands before it."""
    if settings.BEHIND_PROXY:
        return str(request.META.get("HTTP_X_FORWARDED_FOR", "")).rpartition(",")[2].strip()
    return str(request.META.get("REMOTE_ADDR", ""))


def _address(text: str) -> str | None:
    """Return an address that the log's column takes; a line must be written whatever a proxy sends."""
    try:
        return str(ip_address(text))
    except ValueError:
        return None


class LanguageMiddleware:
    """Answer in the language that the person chose, else in the organisation's; the browser's is no choice."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Activate the language for this request and tell it in the answer."""
        with translation.override(_chosen(request)):
            request.LANGUAGE_CODE = translation.get_language() or settings.PAGE_LANGUAGE
            response = self.get_response(request)
            response.headers.setdefault("Content-Language", request.LANGUAGE_CODE)
        patch_vary_headers(response, ("Cookie",))
        return response


def _chosen(request: HttpRequest) -> str:
    try:
        return get_supported_language_variant(request.COOKIES.get(settings.LANGUAGE_COOKIE_NAME, ""))
    except LookupError:
        return str(settings.PAGE_LANGUAGE)


class HeadersMiddleware:
    """Only our own files, nothing inline; and no page about people stays in a browser's or proxy's store."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Add the headers; a view that sets Cache-Control itself keeps its own."""
        response = self.get_response(request)
        response.headers.setdefault("Content-Security-Policy", POLICY)
        response.headers.setdefault("Permissions-Policy", UNUSED)
        response.headers.setdefault("Cache-Control", "no-store")
        return response


class SessionEndMiddleware:
    """Move the end of a session while somebody works, and end it for good after the longest working day."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Log out whose session lasted long enough, before any view sees the request."""
        if request.user.is_authenticated:
            started = request.session.setdefault("started", int(time.time()))
            if time.time() - started > settings.SESSION_LONGEST_SECONDS:
                logout(request)
        return self.get_response(request)

    def process_view(self, request: HttpRequest, view: Callable[..., HttpResponse], args: Any, kwargs: Any) -> None:
        """Prolong the session, unless the view only asks how long it lasts and says so by `untouched`."""
        now = int(time.time())
        if getattr(view, "untouched", False) or not request.user.is_authenticated:
            return
        if now - request.session.get("seen", 0) >= TOUCH_SECONDS:
            request.session["seen"] = now


class PrincipalMiddleware:
    """Tell the database who asks: its row-level security shows the web process only what this person may see."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Ask for who is logged in, until the answer has been sent (casefiles.principal)."""
        if request.user.is_authenticated:
            principal.ask_for(request.user.pk)
        return self.get_response(request)


class LoginMiddleware(LoginRequiredMiddleware):
    """A view is closed unless it says otherwise (login_not_required)."""

    def process_view(
        self, request: HttpRequest, view_func: Callable[..., HttpResponseBase], args: Any, kwargs: Any
    ) -> HttpResponseBase | None:
        """Send to the login page; a request by htmx gets 401, so that the page keeps what was typed in it."""
        answer = super().process_view(request, view_func, args, kwargs)
        if answer is not None and "HX-Request" in request.headers:
            return HttpResponse(status=401)
        return answer


class ScreenShareMiddleware:
    """While a session shares its screen, no page names anybody (casefiles.naming)."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Hide names while the request lasts, also for who is not sure whether it still holds."""
        token = naming.hidden.set(bool(request.session.get("sharing")))
        try:
            return self.get_response(request)
        finally:
            naming.hidden.reset(token)


class RefusalMiddleware:
    """A refusal of casefiles.access is an answer, not a fault: 403, and what to do. It was logged where it was made."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Pass the request on."""
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        """Turn Refused into the page that says so, ReasonNeeded into the question; anything else goes its way."""
        if isinstance(exception, ReasonNeeded):
            page = reverse("casefiles:reason", args=[exception.dossier_id])
            asked = request.get_full_path() if request.method == "GET" and "HX-Request" not in request.headers else ""
            return redirect(f"{page}?{urlencode({'next': asked})}" if asked else page)
        if not isinstance(exception, Refused):
            return None
        said = _("You may not do this. The refusal is in the access log.")
        if isinstance(exception, Ended):
            said = _("You have no access to this dossier any more. Ask who leads the case.")
        return problem(request, 403, detail=said, yours=typed(request) if request.method == "POST" else "")
