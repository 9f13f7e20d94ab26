"""The two doors that are open before anyone logs in: setting up an empty installation, and accepting an invitation."""

from collections.abc import Callable

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from casefiles import people, setup
from casefiles.forms.people import NewPasswordForm, SetupForm
from casefiles.models import Invitation
from casefiles.models.invitation import VALID_FOR
from casefiles.views import throttle
from casefiles.views.errors import too_many

METHODS = ["GET", "HEAD", "POST"]
OPEN_DOORS = ("/setup/", "/static/", "/language/", "/healthz", "/help/")


class SetupMiddleware:
    """Lead every page of an installation without people to its set-up page. One small query, and only for strangers."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Redirect, or pass the request on."""
        stranger = not request.user.is_authenticated and not request.path.startswith(OPEN_DOORS)
        if stranger and setup.is_needed():
            return redirect("casefiles:setup")
        return self.get_response(request)


@login_not_required
@never_cache
@sensitive_post_parameters("code", "password")
@require_http_methods(METHODS)
def set_up(request: HttpRequest) -> HttpResponse:
    """Found the organisation. The page exists until that is done, and never again."""
    if not setup.is_needed():
        raise Http404
    if request.method != "POST":
        return render(request, "casefiles/setup/setup.html", {"form": SetupForm()})
    if wait := throttle.attempt(
        f"set-up|{request.META.get('REMOTE_ADDR', '')}", limit=settings.LOGIN_FAILURES_OF_ADDRESS
    ):
        return too_many(request, wait)
    form = SetupForm(request.POST)
    if not form.is_valid():
        return render(request, "casefiles/setup/setup.html", {"form": form}, status=422)
    try:
        token = setup.found(form.founding)
    except setup.AlreadySetUp:
        return redirect("casefiles:login")
    link = request.build_absolute_uri(reverse("casefiles:invitation", args=[token]))
    context = {"founding": form.founding, "link": link, "days": VALID_FOR.days}
    return render(request, "casefiles/setup/done.html", context)


@login_not_required
@never_cache
@sensitive_post_parameters("password")
@require_http_methods(METHODS)
def accept(request: HttpRequest, token: str) -> HttpResponse:
    """Let an invited person choose a password, once; then they log in with it."""
    invitation = Invitation.objects.select_related("user").valid(token)
    if invitation is None or not invitation.user.is_active:
        return render(request, "casefiles/people/link_ended.html", status=404)
    user = invitation.user
    form = NewPasswordForm(request.POST if request.method == "POST" else None, user)
    if not form.is_bound or not form.is_valid():
        context = {"form": form, "member": user}
        return render(request, "casefiles/people/accept.html", context, status=422 if form.is_bound else 200)
    if not people.accept(invitation, form.cleaned_data["password"]):
        return render(request, "casefiles/people/link_ended.html", status=404)
    messages.success(request, _("Your password is set. Log in with your username and this password."))
    return redirect("casefiles:login")
