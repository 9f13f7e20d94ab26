"""The access log: who looked in a dossier (its lead), one's own reading, and all of it (officers)."""

from datetime import timedelta
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST, require_safe

from casefiles import accesslog, journal, logexport, unusual
from casefiles.access import Ability, refuse
from casefiles.accesslog import Asked, Cursor
from casefiles.forms.accesslog import OversightForm, PeriodForm
from casefiles.models import AccessEvent, Dossier, Role
from casefiles.models.organisation import operator_name
from casefiles.views.opened import opened, show
from casefiles.views.session import person

MOST_EXPORTED = 20_000
NOBODYS = UUID(int=0)
OFFICERS = frozenset({Role.PRIVACY_OFFICER, Role.DATA_PROTECTION_OFFICER})


def _page(request: HttpRequest, asked: Asked) -> dict[str, Any]:
    """Return what the table of lines needs."""
    found = accesslog.page(asked, Cursor.parse(request.GET.get("after", "")))
    return {"lines": found.lines, "older": found.older, "references": accesslog.references(found.lines)}


@require_safe
def looked(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Show the lead of a case who looked in it, and what they did."""
    found = opened(request, pk)
    if not found.may_lead:  # type: ignore[attr-defined] # marked by access.Standing
        refuse(person(request), Ability.LEAD.label, found)
    form = PeriodForm(request.GET)
    return show(request, found, "looked", {"form": form, **_page(request, form.asked(dossier_id=found.pk))})


@require_safe
def export(request: HttpRequest, pk: UUID, kind: str) -> HttpResponse:
    """Give the lead the log of this dossier in plain words, for the young person: `kind` is html or csv."""
    found = opened(request, pk)
    if not found.may_lead:  # type: ignore[attr-defined] # marked by access.Standing
        refuse(person(request), Ability.LEAD.label, found)
    asked = PeriodForm(request.GET).asked(dossier_id=found.pk)
    lines = list(accesslog.lines(asked)[:MOST_EXPORTED])
    basis = getattr(found, "basis", "")
    journal.record(AccessEvent.Action.EXPORT, person(request), pk, ground="access log", basis=basis, lines=len(lines))
    name = f"{_('access-log')}-{found.reference}.{kind}"
    headers = {"Content-Disposition": content_disposition_header(True, name) or "attachment"}
    if kind == "csv":
        return HttpResponse(logexport.as_csv(lines), "text/csv; charset=utf-8", headers=headers)
    context = {
        "reference": found.reference,
        "operator": operator_name(),
        "since": asked.since,
        "until": asked.until - timedelta(days=1) if asked.until else None,
        "heads": logexport.heads(),
        "lines": logexport.tell(lines),
    }
    response = render(request, "casefiles/accesslog/young.html", context)
    response.headers["Content-Disposition"] = headers["Content-Disposition"]
    return response


@require_POST
def printed(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Note that somebody printed a page of the dossier: the page tells it, where a browser lets it."""
    found = opened(request, pk)
    journal.record(AccessEvent.Action.PRINT, person(request), pk, basis=getattr(found, "basis", ""))
    return HttpResponse(status=204)


@require_safe
def own(request: HttpRequest) -> HttpResponse:
    """Show somebody what the log says of themselves."""
    form = PeriodForm(request.GET)
    asked = form.asked(actor_id=person(request).pk)
    return render(request, "casefiles/accesslog/own.html", {"form": form, **_page(request, asked)})


def officer(request: HttpRequest) -> None:
    """Let only those in who oversee the whole log; a refusal is in it."""
    if person(request).role not in OFFICERS:
        refuse(person(request), "access log")


@require_safe
def oversight(request: HttpRequest) -> HttpResponse:
    """Show officers the whole log by filters; that they looked is a line as well."""
    officer(request)
    form = OversightForm(request.GET)
    asked = form.chosen()
    journal.record(
        AccessEvent.Action.READ, person(request), asked.dossier_id, ground="access log", basis=AccessEvent.Basis.ROLE
    )
    context = {"form": form, **_page(request, asked)}
    return render(request, "casefiles/accesslog/oversight.html", context)


@require_safe
def patterns(request: HttpRequest) -> HttpResponse:
    """Show officers what is unusual in a period: the last month, or at most three."""
    officer(request)
    form = PeriodForm(request.GET)
    asked = form.asked()
    yesterday = timezone.localdate() - timedelta(days=1)
    last = min(timezone.localdate(asked.until) - timedelta(days=1) if asked.until else yesterday, yesterday)
    since = timezone.localdate(asked.since) if asked.since else last - timedelta(days=29)
    first = max(min(since, last), last - unusual.LONGEST)
    journal.record(AccessEvent.Action.READ, person(request), ground="access log", basis=AccessEvent.Basis.ROLE)
    found = unusual.read(first, last)
    context = {"form": form, "patterns": _shown(found), "since": first, "last_day": last, "missing": found.missing}
    return render(request, "casefiles/accesslog/patterns.html", context)


HINTS = {
    unusual.Pattern.SURNAME: gettext_lazy(
        "Looked in a dossier about somebody with the same surname, by the blind index."
    ),
    unusual.Pattern.MANY: gettext_lazy("Fifty different dossiers or more."),
    unusual.Pattern.UNRELATED: gettext_lazy("By the right to read a whole team, or by emergency access."),
    unusual.Pattern.ODD_HOURS: gettext_lazy("Before 7:00, after 20:00, or in the weekend."),
    unusual.Pattern.REFUSED: gettext_lazy("Tried what they may not do."),
}


def _shown(found: unusual.Found) -> list[dict[str, Any]]:
    """Return each pattern with its words, its lines, and the references of the dossiers that they are about."""
    ids = {line.dossier_id for line in found.lines[unusual.Pattern.SURNAME] if line.dossier_id}
    names = dict(Dossier.objects.filter(pk__in=ids).values_list("pk", "reference")) if ids else {}
    return [
        {
            "title": pattern.label,
            "hint": HINTS[pattern],
            "lines": [(line, names.get(line.dossier_id or NOBODYS)) for line in lines],
        }
        for pattern, lines in found.lines.items()
    ]
