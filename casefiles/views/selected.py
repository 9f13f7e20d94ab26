"""What is done with dossiers that were ticked in the list. The address names them, so that Back and reload work."""

from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_safe

from casefiles import journal, membership, spreadsheet
from casefiles.access import METADATA_ROLES, described_to, refuse, stands, visible_to, with_rights
from casefiles.careteam import held_by
from casefiles.forms.careteam import GiveForm
from casefiles.forms.ticked import ticked
from casefiles.listing import PAGE_SIZE
from casefiles.listing.people import about
from casefiles.models import AccessEvent, Dossier, User
from casefiles.views.session import person


def _nothing_ticked(request: HttpRequest) -> HttpResponse:
    messages.error(request, _("Tick at least one dossier."))
    return redirect("casefiles:dossiers")


@require_safe
def references(request: HttpRequest) -> HttpResponse:
    """Give reference, kind, status, team and dates of the ticked dossiers as CSV: no names, nothing of content."""
    user = person(request)
    seen = described_to(user) if user.role in METADATA_ROLES else visible_to(user)
    found = seen.filter(pk__in=ticked(request.GET, PAGE_SIZE)).select_related("team").order_by("reference")
    lines = [_line(dossier) for dossier in found]
    if not lines:
        return _nothing_ticked(request)
    journal.record(AccessEvent.Action.EXPORT, user, ground="references", dossiers=len(lines))
    heads = [_("Dossier"), _("Kind of dossier"), _("Status"), _("Team"), _("Opened"), _("Last change")]
    response = HttpResponse(spreadsheet.as_csv(heads, lines), content_type="text/csv; charset=utf-8")
    response.headers["Content-Disposition"] = f'attachment; filename="{_("dossiers")}.csv"'
    return response


def _line(dossier: Dossier) -> tuple[str, ...]:
    words = dossier.reference, dossier.get_kind_display(), dossier.get_status_display(), dossier.team.name
    return *words, dossier.opened_on.isoformat(), dossier.last_change_on.isoformat()


@require_http_methods(["GET", "HEAD", "POST"])
def give_access(request: HttpRequest) -> HttpResponse:
    """Show on which of the ticked dossiers access can be given, give it, and show what came of each."""
    user, posted = person(request), request.method == "POST"
    if user.role in METADATA_ROLES:
        refuse(user, "give access")
    ids = ticked(request.POST if posted else request.GET, PAGE_SIZE)
    chosen = list(with_rights(visible_to(user).filter(pk__in=ids), user).order_by("reference"))
    for dossier in chosen:
        stands(user, dossier)
    if not chosen:
        return _nothing_ticked(request)
    form = GiveForm(request.POST if posted else None, user)
    if form.is_bound and form.is_valid():
        try:
            done = membership.give_many(chosen, form.access, by=user)
        except membership.NotPossible as problem:
            form.add_error(None, str(problem))
        else:
            words = ngettext("%(who)s has access to %(n)d dossier.", "%(who)s has access to %(n)d dossiers.", done)
            messages.success(request, words % {"who": form.access.to, "n": done})
            query = urlencode({"dossier": [d.pk for d in chosen], "to": form.cleaned_data["to"]}, doseq=True)
            return redirect(f"{reverse('casefiles:give-access-to-many')}?{query}")
    context = _preview(user, chosen, form, request.GET.get("to", ""))
    return render(request, "casefiles/dossiers/give_access.html", context, status=422 if form.is_bound else 200)


def _preview(user: User, chosen: list[Any], form: GiveForm, to: str) -> dict[str, Any]:
    """Return the rows; `to` is who was given access just now, of whom each row says what they have."""
    names, receiver = about(chosen), form.found.get(to)
    held = held_by(receiver, chosen) if receiver else {}
    rows = [(dossier, names.get(dossier.pk), held.get(dossier.pk)) for dossier in chosen]
    return {"form": form, "rows": rows, "receiver": receiver, "led": sum(d.may_lead for d in chosen)}
