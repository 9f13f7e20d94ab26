"""The pages for when something cannot be: each says what happened and what to do. The words are in the templates."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import ngettext


def layout_for(request: HttpRequest) -> str:
    """Return the page to extend: with the navigation for who is logged in, without it for who is not."""
    return "base.html" if request.user.is_authenticated else "bare.html"


def problem(
    request: HttpRequest, status: int, *, detail: str = "", template: str = "", yours: str = ""
) -> HttpResponse:
    """Answer with the page of this HTTP status (templates/<status>.html); `detail` is one sentence more.

    Statuses: 400, 403, 404, 409, 413, 429. Never put content or names in `detail`. `yours` is what this person sent.
    """
    context = {"detail": detail, "layout": layout_for(request), "yours": yours}
    return render(request, template or f"{status}.html", context, status=status)


def typed(request: HttpRequest) -> str:
    """Return the words of the form that was sent, to give them back where it cannot be saved: codes are no words.

    A password is never shown again, whatever it is called.
    """
    fields = ((name, str(value).strip()) for name, value in request.POST.items())
    return "\n\n".join(value for name, value in fields if " " in value and "password" not in name)


def conflict(
    request: HttpRequest, *, detail: str = "", yours: str = "", theirs: str = "", back: str = ""
) -> HttpResponse:
    """Answer 409: somebody else changed it meanwhile. Nothing is lost: both texts are on the page.

    `yours` is what this person sent and `theirs` what is stored now (only what this person may see);
    `back` is the address of the thing, to look at it and edit again.
    """
    context = {"detail": detail, "yours": yours, "theirs": theirs, "back": back, "layout": "base.html"}
    return render(request, "409.html", context, status=409)


def too_many(request: HttpRequest, seconds: int) -> HttpResponse:
    """Answer 429 with the time to wait, in seconds in Retry-After and in minutes on the page."""
    minutes = max(1, -(-seconds // 60))
    detail = ngettext("Try again in %d minute.", "Try again in %d minutes.", minutes) % minutes
    response = problem(request, 429, detail=detail)
    response.headers["Retry-After"] = str(max(1, seconds))
    return response
