"""The clock of one dossier: why this date, what moved it, and what would move it."""

from typing import Any
from uuid import UUID

from django.db.models import Prefetch
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from casefiles import journal
from casefiles.access import METADATA_ROLES, described_to, visible_to
from casefiles.models import AccessEvent, Dossier, Party
from casefiles.views.session import person
from retention import clockhistory, panels, timing, wording
from retention.clockhistory import Event
from retention.forms.suppose import SupposeForm
from retention.models import RuleVersion
from retention.schedule import Text, explain


@require_safe
def clock(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Show a dossier's clock with its history; to who reads the dossier also what would happen if."""
    user = person(request)
    overseen = user.role in METADATA_ROLES
    people = Party.objects.none() if overseen else Party.objects.all()
    allowed = described_to(user) if overseen else visible_to(user)
    dossier: Dossier = get_object_or_404(allowed.prefetch_related(Prefetch("party_set", people)), pk=pk)
    face = panels.faces(request, [dossier]).get(dossier.pk)
    if face is None:
        raise Http404
    journal.record(AccessEvent.Action.READ, user, dossier.pk, ground="clock")
    versions = clockhistory.versions_of(face.clock)
    moments = clockhistory.history(dossier, face.clock, versions)
    context = {"dossier": dossier, "face": face, "moments": moments}
    # the birth dates that a supposition may need are content
    supposed = {} if overseen else _supposed(request, face, versions)
    return render(request, "retention/clock.html", context | supposed)


def _supposed(request: HttpRequest, face: panels.Face, versions: list[RuleVersion]) -> dict[str, Any]:
    form = SupposeForm(versions, request.GET if "event" in request.GET else None)
    now = {"event": Event.NOTHING, "version": face.derivation.rule.version}
    form.initial = now
    if not form.is_bound or not form.is_valid():
        return {"form": form}
    version = next(each for each in versions if each.version == form.cleaned_data["version"])
    facts = face.derivation.facts
    found = clockhistory.suppose(version.rule, facts, Event(form.cleaned_data["event"]))
    category = face.clock.category
    name = Text(nl=category.name_nl, en=category.name_en)
    told = explain(found, name, wording.language())
    return {"form": form, "found": found, "told": told, "today": timing.today()}
