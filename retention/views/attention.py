"""What waits for a person, in the browser: questions, what is past its date, and how high it is brought."""

from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from casefiles.access import METADATA_ROLES, Ability, require, visible_to
from casefiles.lifecycle import NotWritable
from casefiles.models import Role
from casefiles.views.errors import problem
from casefiles.views.session import person
from retention.attention import overdue, questions, reminding
from retention.forms.attention import EscalationForm, StaysOpenForm
from retention.models import Escalation

PER_PAGE = 25


@require_GET
def asked(request: HttpRequest) -> HttpResponse:
    """Show a case worker the questions about their dossiers; to who works on metadata, how many there are."""
    user = person(request)
    if user.role in METADATA_ROLES:
        counts = questions.waiting_counts(user)
        return render(request, "retention/attention/counts.html", {"counts": counts})
    waiting = Paginator(questions.waiting(user), PER_PAGE).get_page(request.GET.get("page"))
    past = list(questions.past_and_open(user)[: PER_PAGE + 1])
    context = {
        "waiting": waiting,
        "lines": questions.asked(list(waiting)),
        "past": past[:PER_PAGE],
        "more": len(past) > PER_PAGE,
        "reminders": reminding.latest(user),
    }
    return render(request, "retention/attention/questions.html", context)


@require_http_methods(["GET", "POST"])
def stays_open(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Ask who leads a case why it stays open, and until when."""
    user = person(request)
    dossier = get_object_or_404(visible_to(user), pk=pk)
    require(user, Ability.LEAD, dossier)
    form = StaysOpenForm(request.POST if request.method == "POST" else None)
    if not form.is_valid():
        context = {"form": form, "dossier": dossier}
        return render(request, "retention/attention/stays_open.html", context, status=422 if form.is_bound else 200)
    given = form.cleaned_data
    try:
        questions.stays_open(dossier, given["reason"], given["until"], given["text"], by=user)
    except NotWritable as error:
        return problem(request, 409, detail=str(error))
    messages.success(request, _("It is noted. You are asked again after that day."))
    return redirect("retention:questions")


@require_GET
def past(request: HttpRequest) -> HttpResponse:
    """Show what is past its date and still there: how long, why, and whose move it is."""
    user = person(request)
    if user.role not in overdue.READERS:
        raise Http404
    cause = request.GET.get("cause", "")
    seen = overdue.Seen(user, cause if cause in overdue.Cause.values else "")
    page = Paginator(seen, PER_PAGE).get_page(request.GET.get("page"))
    found = list(page)
    people = overdue.around(found)
    counts = seen.counts()
    context = {
        "page": page,
        "rows": [(one, overdue.owner_of(one, people.get(one.id)), people.get(one.id)) for one in found],
        "tabs": [(c, counts[c]) for c in overdue.Cause if counts.get(c)],
        "total": sum(counts.values()),
        "cause": cause,
        "reminders": reminding.latest(user),
        "may_set": user.role == Role.ADMINISTRATOR,
    }
    return render(request, "retention/attention/overdue.html", context)


@require_http_methods(["GET", "POST"])
def escalation(request: HttpRequest) -> HttpResponse:
    """Let an administrator choose after how many days something is brought a step higher."""
    user = person(request)
    if user.role != Role.ADMINISTRATOR:
        raise Http404
    current = Escalation.current()
    initial = {name: getattr(current, name) for name in EscalationForm.base_fields}
    form = EscalationForm(request.POST if request.method == "POST" else None, initial=initial)
    if not form.is_valid():
        return render(
            request, "retention/attention/escalation.html", {"form": form}, status=422 if form.is_bound else 200
        )
    overdue.escalate(**form.cleaned_data, by=user)
    messages.success(request, _("The steps are kept."))
    return redirect("retention:overdue")
