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
from retention.gathering import asks_people, facts_with
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
    return render(request, "retention/clock.html", context | _supposed(request, dossier, face, versions))


def _supposed(request: HttpRequest, dossier: Dossier, face: panels.Face, versions: list[RuleVersion]) -> dict[str, Any]:
    """Answer what would happen if. Who works on metadata supposes nothing that counts from a birth date: the answer
    would tell it.
    """
    overseen = person(request).role in METADATA_ROLES
    draft = clockhistory.draft_among(versions)
    every = [*([draft] if draft else []), *(version.rule for version in versions)]
    known = {rule.version: rule for rule in every if not (overseen and asks_people(rule))}
    if not known:
        return {}
    events = [event for event in Event if not (overseen and event is Event.MAJORITY)]
    form = SupposeForm(known, events, versions[0].version, request.GET if "event" in request.GET else None)
    form.initial = {"event": Event.NOTHING, "version": face.derivation.rule.version}
    if not form.is_bound or not form.is_valid():
        return {"form": form}
    rule = known[form.cleaned_data["version"]]  # which may ask for other facts than the rule in force
    facts = facts_with(dossier, dossier.party_set.all(), rule, face.derivation.facts.events)
    found = clockhistory.suppose(rule, facts, Event(form.cleaned_data["event"]))
    category = face.clock.category
    name = Text(nl=category.name_nl, en=category.name_en)
    told = explain(panels.without_content(found) if overseen else found, name, wording.language())
    return {"form": form, "found": found, "told": told, "today": timing.today()}
