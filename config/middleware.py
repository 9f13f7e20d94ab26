"""The house rules of every answer: which language, what a browser may load, what it may keep, how long a session lasts."""

import time
from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils import translation
from django.utils.cache import patch_vary_headers
from django.utils.translation import get_supported_language_variant
from django.utils.translation import gettext as _

from casefiles.access import Refused
from casefiles.views.errors import problem

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
        """Touch or end the session; a page that only asks how long it lasts (`untouched`) does not prolong it."""
        if request.user.is_authenticated and not _outlived(request):
            _touch(request)
        return self.get_response(request)


def _outlived(request: HttpRequest) -> bool:
    started = request.session.setdefault("started", int(time.time()))
    if time.time() - started <= settings.SESSION_LONGEST_SECONDS:
        return False
    from django.contrib.auth import logout

    logout(request)
    return True


def _touch(request: HttpRequest) -> None:
    now = int(time.time())
    quiet = request.path == settings.SESSION_LEFT_PATH
    if not quiet and now - request.session.get("seen", 0) >= TOUCH_SECONDS:
        request.session["seen"] = now


class RefusalMiddleware:
    """A refusal of casefiles.access is an answer, not a fault: 403, and what to do. It was logged where it was made."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Pass the request on."""
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        """Turn Refused into the page that says so; anything else goes its way."""
        if not isinstance(exception, Refused):
            return None
        return problem(request, 403, detail=_("You may not do this. The refusal is in the access log."))
