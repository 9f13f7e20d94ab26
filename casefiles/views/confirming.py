"""Step-up login: who agrees to what cannot be undone gives the password again, and is then believed for some minutes.

A session that somebody walked away from may read; it does not destroy. What was sent goes along to the question and
on from it, so that nothing typed is lost.
"""

import time

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.debug import sensitive_variables

from casefiles import journal
from casefiles.forms.confirming import FIELD, ConfirmForm
from casefiles.models import AccessEvent
from casefiles.views import throttle
from casefiles.views.errors import too_many
from casefiles.views.session import person

SESSION_KEY = "confirmed"
NOT_SENT_ON = (FIELD, "csrfmiddlewaretoken")


def question(request: HttpRequest, back: str) -> HttpResponse | None:
    """Return the page that asks for the password, None when it was given in the last STEP_UP_MINUTES.

    Call it in a view that takes a form in, after its permission check and before its change. A given password is
    checked here: guessing is throttled, and both outcomes are lines in the access log. `back` is where to go instead.
    """
    if time.time() - request.session.get(SESSION_KEY, 0) < settings.STEP_UP_MINUTES * 60:
        return None
    if FIELD not in request.POST:
        return _asked(request, ConfirmForm(person(request)), back)
    return _checked(request, back)


@sensitive_variables("form")
def _checked(request: HttpRequest, back: str) -> HttpResponse | None:
    user = person(request)
    key = f"confirm|{user.pk}"
    if wait := throttle.attempt(key, limit=settings.LOGIN_FAILURES):
        return too_many(request, wait)
    form = ConfirmForm(user, request.POST)
    if not form.is_valid():
        journal.record(AccessEvent.Action.LOGIN, user, outcome=AccessEvent.Outcome.REFUSED, ground="password again")
        return _asked(request, form, back)
    throttle.forget(key)
    request.session[SESSION_KEY] = int(time.time())
    journal.record(AccessEvent.Action.LOGIN, user, ground="password again")
    return None


def _asked(request: HttpRequest, form: ConfirmForm, back: str) -> HttpResponse:
    sent = [(name, value) for name, values in request.POST.lists() if name not in NOT_SENT_ON for value in values]
    context = {"form": form, "sent": sent, "minutes": settings.STEP_UP_MINUTES, "back": back}
    return render(request, "casefiles/session/confirm.html", context, status=422)
